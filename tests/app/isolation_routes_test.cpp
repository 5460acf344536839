// Every route of the whole service, asked by people of one hotel for what is another's: by every
// name an attacker might know, in path, query and body. Nothing comes back, nothing changes.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

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

    // Every text of the body that names something says `word`.
    static void say(json::value& in, std::string const& word) {
        if (auto* const object = in.if_object())
            for (auto& member : *object) {
                static std::set<std::string_view> const names{"id",         "slug",    "tenant",
                                                              "tenant_id",  "user",    "user_id",
                                                              "identifier", "session", "name"};
                if (member.value().is_string() && names.contains(member.key()))
                    member.value() = word;
                else
                    say(member.value(), word);
            }
    }

    std::string url;
    settings with;
    telemetry::metrics metrics;
    side_loop side;
    net::cpu_pool hashing{{.threads = 1}, metrics};
    std::optional<worker> service;
    unsigned short port{0};
    unsigned address{0};
};

TEST_F(every_route, gives_a_hotels_owner_nothing_of_another_hotel) {
    support::api_document const document(
        json::parse(ask({"GET", "/openapi.json", {}, {}, {}}).body));
    auto const before = luna();
    auto token = sign_in();
    std::size_t asked = 0, refused = 0, answered = 0;
    std::vector<std::string> words = support::names_in_luna(url);
    words.emplace_back("");  // the operation as its example has it, which names nobody of luna
    for (auto const& o : document.operations()) {
        if (!o.path.starts_with("/api/")) continue;
        for (auto const& word : words) {
            std::map<std::string, std::string> parameters;
            if (!word.empty())
                for (auto const* name : {"slug", "id", "tenant", "user", "identifier", "q", "key"})
                    parameters[name] = word;
            parameters["confirm"] = word;
            parameters["name"] = "booking.create";
            auto call = document.example(o, parameters);
            if (!call.body.empty() && !word.empty()) {
                auto body = json::parse(call.body);
                say(body, word);
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
                << o.name() << " with " << word << "\n"
                << got.body;
            ASSERT_NE(got.status, 500) << o.name() << " with " << word << "\n" << got.body;
            ASSERT_EQ(luna(), before) << o.name() << " with " << word << "\n" << call.bytes();
        }
    }
    EXPECT_GT(asked, 500u);
    EXPECT_GT(answered, 20u) << "or nothing was tried";
    EXPECT_GT(refused, asked / 4);
    EXPECT_NE(
        support::sql(
            url,
            "select count(*) from agente.security_events where event_type like '%other_hotel%'"),
        "0")
        << "and it was noted";
}

}  // namespace
}  // namespace agente::app
