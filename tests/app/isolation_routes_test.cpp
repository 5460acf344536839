// Every route of the whole service, asked by people of one hotel for what is another's: by every
// name an attacker might know, in path, query and body. Nothing comes back, nothing changes.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "app/command_session.hpp"
#include "app/side_loop.hpp"
#include "app/worker.hpp"
#include "http/harness.hpp"
#include "support/api_document.hpp"
#include "support/servers.hpp"
#include "support/two_hotels.hpp"

namespace agente::app {
namespace {

namespace json = boost::json;
using support::api_call;

constexpr auto password = "correct horse battery staple";

class every_route : public testing::Test {
protected:
    every_route() {
        url = support::fresh_database();
        support::fill_two_hotels(url);
        // The service has nothing of its own to do meanwhile.
        support::sql(url,
                     "update agente.inbox set lease_until = 'infinity';"
                     "update agente.outbox set lease_until = 'infinity';"
                     "update agente.booking_journal set lease_until = 'infinity'");
        with.port = 0;
        with.shutdown_seconds = 1;
        with.database_url = secret(url);
        with.redis_url = secret(support::redis().url());
        with.secret_key = secret(std::string(40, 's'));
        with.settings_keys = secret(std::string(40, 't'));
        with.trusted_proxies = {"127.0.0.1"};
        with.pms_base_url = with.whatsapp_api_base_url = "http://127.0.0.1:9";
        with.pms_api_key = secret(std::string(32, 'k'));
        with.whatsapp_access_token = secret("token");
        with.whatsapp_app_secret = secret("the-app-secret");
        with.whatsapp_verify_token = secret("the-verify-token");
        administer(with, false, [](command_session& here) -> task<> {
            co_await here.with.people.passwords.set("hotel-sol-owner", secret(password), false);
        });
        port = side.run(begin());
    }
    ~every_route() override {
        if (service) side.run(service->stop());
        side.end();
    }
    task<unsigned short> begin() {
        service.emplace(side.loop(), with, metrics, worker_options{.hashing = &hashing});
        co_return co_await service->start();
    }

    http::test::answer ask(api_call call) {
        ++address;
        call.set_header("X-Forwarded-For", fmt::format("10.{}.{}.{}", address / 65'536 % 256,
                                                       address / 256 % 256, address % 256));
        return http::test::once(port, call.bytes(), call.method == "HEAD");
    }
    std::string sign_in() {
        api_call call{"POST", "/api/v1/auth/login", {}, {}, {}};
        call.set_header("Content-Type", "application/json");
        call.body = json::serialize(
            json::object{{"identifier", "hotel-sol-owner"}, {"password", password}});
        auto const got = ask(call);
        EXPECT_EQ(got.status, 200) << got.body;
        return std::string(json::parse(got.body).at("access_token").as_string());
    }
    std::string luna() { return support::sql(url, "select " + support::everything_of_luna()); }

    std::string url;
    settings with;
    telemetry::metrics metrics;
    side_loop side;
    net::cpu_pool hashing{{.threads = 1}, metrics};
    std::optional<worker> service;
    unsigned short port{0};
    unsigned address{0};
};

std::set<std::string> words_in(std::string const& text) {
    std::istringstream in(text);
    return {std::istream_iterator<std::string>(in), {}};
}

// The texts in requests by which something of a hotel's is named, and those that name nothing. A
// new parameter or field fails here until it is put where it belongs.
auto const naming =
    words_in("id slug identifier tenant q user username email confirm key phone_number_id");
auto const telling_nothing = words_in(
    "name full_name role scope languages timezone currency es en pt base_url password "
    "current_password new_password refresh_token token code access_token app_secret api_key "
    "cursor status type event from to until");

// The values of a request: what each of its names says.
using said = std::map<std::string, std::string>;

void find_texts(json::value const& in, std::set<std::string>& names) {
    if (auto const* const all = in.if_array())
        for (auto const& one : *all) find_texts(one, names);
    auto const* const object = in.if_object();
    if (!object) return;
    for (auto const& [name, value] : *object) {
        auto const* const list = value.if_array();
        if (value.is_string() || (list && !list->empty() && list->at(0).is_string()))
            names.emplace(name);
        find_texts(value, names);
    }
}

std::set<std::string> texts_of(support::api_operation const& o) {
    std::set<std::string> names;
    if (auto const* const parameters = o.doc.if_contains("parameters"))
        for (auto const& p : parameters->as_array()) {
            auto const type = json::serialize(p.at("schema").as_object().at("type"));
            if (type.find("string") != std::string::npos) names.emplace(p.at("name").as_string());
        }
    if (!o.body_type().empty()) find_texts(o.body_example(), names);
    return names;
}

// Everything named by one word; each name alone, the rest as in the example, which is of the
// asker's own hotel; and each inside the other hotel. An empty one: the example as it is.
std::vector<said> attempts(std::set<std::string> const& names,
                           std::vector<std::string> const& words) {
    std::vector<said> all{{}};
    for (auto const& word : words) {
        said alike;
        for (auto const& name : names) alike[name] = word;
        all.push_back(alike);
        if (names.size() == 1) continue;
        for (auto const& name : names) {
            all.push_back({{name, word}});
            for (auto const* hotel : {"slug", "tenant"})
                if (names.contains(hotel) && name != hotel)
                    all.push_back({{hotel, "hotel-luna"}, {name, word}});
        }
    }
    return all;
}

void say(json::value& in, said const& what) {
    if (auto* const all = in.if_array())
        for (auto& one : *all) say(one, what);
    if (auto* const object = in.if_object())
        for (auto& member : *object) {
            auto const found = what.find(std::string(member.key()));
            if (found != what.end() && member.value().is_string())
                member.value() = found->second;
            else
                say(member.value(), what);
        }
}

TEST_F(every_route, gives_a_hotels_owner_nothing_of_another_hotel) {
    support::api_document const document(
        json::parse(ask({"GET", "/openapi.json", {}, {}, {}}).body));
    auto const before = luna();
    auto token = sign_in();
    std::size_t asked = 0, refused = 0, answered = 0;
    auto const words = support::names_in_luna(url);
    for (auto const& o : document.operations()) {
        if (o.path.starts_with("/webhooks/")) continue;  // no person asks: channels' tests
        std::set<std::string> names;
        for (auto const& name : texts_of(o)) {
            EXPECT_NE(naming.contains(name), telling_nothing.contains(name))
                << o.name() << ": may '" << name << "' name something of a hotel's?";
            if (naming.contains(name)) names.insert(name);
        }
        for (auto const& what : attempts(names, words)) {
            auto call = document.example(o, what);
            if (!call.body.empty()) {
                auto body = json::parse(call.body);
                say(body, what);
                call.body = json::serialize(body);
            }
            call.set_header("Authorization", "Bearer " + token);
            auto got = ask(call);
            if (got.status == 401 &&
                o.path.starts_with("/api/v1/admin/")) {  // it signed out before
                token = sign_in();
                call.set_header("Authorization", "Bearer " + token);
                got = ask(call);
            }
            ++asked;
            ++(got.status < 400 ? answered : refused);
            ASSERT_EQ(got.body.find(support::secret_word), std::string::npos)
                << call.bytes() << "\n"
                << got.body;
            ASSERT_NE(got.status, 500) << call.bytes() << "\n" << got.body;
        }
        ASSERT_EQ(luna(), before) << o.name();
    }
    EXPECT_GT(asked, 1'000u);
    EXPECT_GT(answered, 20u) << "or nothing was tried";
    EXPECT_GT(refused, asked / 4);
    EXPECT_NE(
        support::sql(
            url,
            "select count(*) from agente.security_events where event_type like '%other_hotel%'"),
        "0")
        << "and it was noted";
}

TEST_F(every_route, of_administration_asks_who_it_is) {
    support::api_document const document(
        json::parse(ask({"GET", "/openapi.json", {}, {}, {}}).body));
    std::size_t asked = 0;
    for (auto const& o : document.operations()) {
        if (!o.path.starts_with("/api/v1/admin/")) continue;
        ++asked;
        EXPECT_EQ(ask(document.example(o)).status, 401) << o.name();
    }
    EXPECT_GT(asked, 15u);
}

}  // namespace
}  // namespace agente::app
