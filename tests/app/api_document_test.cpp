// The whole service in process, held against its own /openapi.json: every documented operation
// answers, and whatever comes back, to good requests and to bad ones, is documented.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "app/administration.hpp"
#include "app/command_session.hpp"
#include "app/side_loop.hpp"
#include "app/worker.hpp"
#include "base/text.hpp"
#include "channels/whatsapp_signature.hpp"
#include "http/schema_check.hpp"
#include "redis/connection.hpp"
#include "support/api_sweep.hpp"
#include "support/openapi_rules.hpp"
#include "support/servers.hpp"
#include "tenancy/tenant_secrets.hpp"

namespace agente::app {
namespace {

namespace json = boost::json;
using http::test::answer;

constexpr auto app_secret = "the-app-secret";
constexpr auto password = "correct horse battery staple";
constexpr auto nobody = "127.0.0.1:9";  // the discard port: nothing listens there

using support::api_call;
using support::api_operation;

class the_api : public testing::Test {
protected:
    the_api() {
        with.port = 0;
        with.shutdown_seconds = 1;
        with.database_url = secret(support::fresh_database());
        with.redis_url = secret(support::redis().url());
        with.pms_base_url = std::string("http://") + nobody;
        with.pms_api_key = secret(std::string(32, 'k'));
        with.secret_key = secret(std::string(40, 's'));
        with.settings_keys = secret(std::string(40, 't'));
        with.trusted_proxies = {"127.0.0.1"};
        with.sign_in_refusal_ms = 0;  // hundreds are refused
        with.whatsapp_api_base_url = std::string("http://") + nobody;
        with.whatsapp_access_token = secret("token");
        with.whatsapp_app_secret = secret(app_secret);
        with.whatsapp_verify_token = secret("the token entered at Meta");  // as in the example
        support::sql(database(),
                     "insert into public.tenants (tenant_id, name) values "
                     "('hotel-sol', 'Hotel Sol')");
        give_app();
    }
    ~the_api() override {
        if (service) side.run(service->stop());
        if (redis) side.run(redis->stop());
        side.end();
    }

    void start() {
        port = side.run(begin());
        document.emplace(json::parse(ask(api_call{"GET", "/openapi.json", {}, {}, {}}).body));
        ASSERT_GE(document->operations().size(), 6u);
    }
    task<unsigned short> begin() {
        service.emplace(side.loop(), with, metrics, worker_options{.hashing = &hashing});
        co_return co_await service->start();
    }

    std::string database() const { return std::string(with.database_url.reveal()); }
    // The hotel of the examples has an app of its own, which happens to have the service's secret.
    void give_app() {
        tenancy::sealer const seals({with.settings_keys});
        support::sql(
            database(),
            fmt::format("update public.tenants set status = 'active', settings = '{{\"whatsapp\": "
                        "{{\"phone_number_id\": \"106540352242922\", \"app_secret\": \"{}\"}}}}' "
                        "where tenant_id = 'hotel-sol'",
                        seals.seal(app_secret,
                                   tenancy::secret_context("hotel-sol", "whatsapp.app_secret"))));
    }

    answer ask(api_call const& asked) {
        return http::test::once(port, asked.bytes(), asked.method == "HEAD");
    }

    // As an operator of the platform and as the owner of a hotel.
    void add_people() {
        administer(with, false, [](command_session& here) -> task<> {
            auto const change = tenancy::tenant_change{.name = "Hotel Luna"};
            co_await here.with.tenants.create(here.who, "hotel-luna", change);
            co_await here.with.identifiers.add(here.who, "hotel-sol", "guest@sol.example");
            for (auto const* name : {"ada", "eva", "victim"}) {
                bool const platform = name == std::string_view("ada");
                co_await here.with.people.users.create(
                    here.who,
                    {.username = name,
                     .email = std::string(name) + "@people.example",
                     .full_name = std::nullopt,
                     .role = "owner",
                     .tenant = platform ? std::nullopt : std::optional<std::string>("hotel-sol"),
                     .superuser = platform,
                     .password = secret(password),
                     .must_change = false});
            }
        });
    }
    std::string sign_in(std::string const& who) {
        api_call call{"POST", "/api/v1/auth/login", {}, {}, {}};
        call.set_header("Content-Type", "application/json");
        call.set_header("X-Forwarded-For", next_address());
        call.body = json::serialize(json::object{{"identifier", who}, {"password", password}});
        auto const got = ask(call);
        EXPECT_EQ(got.status, 200) << got.body;
        return std::string(json::parse(got.body).at("access_token").as_string());
    }
    // And how often somebody gave a wrong password.
    void forget_rates() {
        if (!redis) {
            redis.emplace(side.loop(), redis::parse_url(with.redis_url.reveal()).value(), metrics);
            side.run(redis->start());
        }
        side.run(redis->command({"EVAL",
                                 "for _, what in ipairs({'rate:*', 'signin:*'}) do "
                                 "for _, key in ipairs(redis.call('KEYS', what)) do "
                                 "redis.call('DEL', key) end end",
                                 "0"}));
    }
    std::string next_address() {
        ++address;
        return fmt::format("10.{}.{}.{}", address / 65'536 % 256, address / 256 % 256,
                           address % 256);
    }

    // The operation's own examples as a request; signed when it wants a signature.
    api_call example(api_operation const& of) const {
        auto out = document->example(of);
        sign(out);
        return out;
    }
    static void sign(api_call& call) {
        for (auto& [name, value] : call.headers)
            if (name == "X-Hub-Signature-256")
                value = channels::sign_webhook(secret(app_secret), call.body);
    }
    answer try_and_check(api_operation const& of, api_call const& asked) {
        auto const got = ask(asked);
        EXPECT_EQ(document->complaints(of, got), std::vector<std::string>{})
            << of.name() << " answered " << got.status_line << "\n"
            << asked.bytes().substr(0, 500) << "\n"
            << got.body.substr(0, 500);
        return got;
    }

    settings with;
    telemetry::metrics metrics;
    side_loop side;
    net::cpu_pool hashing{{.threads = 1}, metrics};
    std::optional<worker> service;
    unsigned address{0};
    std::optional<redis::connection> redis;  // the test's own
    unsigned short port{0};
    std::optional<support::api_document> document;
};

TEST_F(the_api, is_consistent_and_names_every_route) {
    start();
    EXPECT_EQ(support::openapi_violations(document->json()), std::vector<std::string>{});
    std::set<std::string> rights;
    for (auto const& one : document->json().at("x-rights").as_array())
        rights.emplace(one.at("name").as_string());
    for (auto const& o : document->operations())
        EXPECT_TRUE(o.right().empty() || rights.contains(o.right())) << o.name();
    std::size_t seen = 0;
    EXPECT_EQ(http::test::unfit_examples(document->json(), seen), std::vector<std::string>{});
    EXPECT_GT(seen, 20u);
    std::set<std::string> names;
    for (auto const& o : document->operations()) {
        names.insert(o.name());
        EXPECT_TRUE(o.doc.contains("summary")) << o.name();
        EXPECT_TRUE(o.doc.contains("tags")) << o.name();
    }
    for (auto const* name :
         {"GET /docs", "GET /health/live", "GET /health/ready", "GET /metrics", "GET /openapi.json",
          "GET /webhooks/whatsapp", "POST /webhooks/whatsapp", "GET /webhooks/whatsapp/{slug}",
          "POST /webhooks/whatsapp/{slug}", "POST /api/v1/auth/login", "POST /api/v1/admin/tenants",
          "GET /api/v1/admin/users", "GET /api/v1/admin/locks/audit",
          "PUT /api/v1/admin/feature-flags/{name}", "GET /api/v1/admin/security-events"})
        EXPECT_TRUE(names.contains(name)) << name;
    for (auto const& o : document->operations())
        EXPECT_EQ(o.path.starts_with("/api/v1/admin/"),
                  o.doc.contains("x-required-right") && o.path.starts_with("/api/v1/admin/"))
            << o.name() << " of the admin API names no right";
}

// Formats of our own, which a reader's tools do not know, that say nothing more.
void add_bare_formats(json::value const& node, std::set<std::string>& to) {
    if (auto const* const list = node.if_array())
        for (auto const& one : *list) add_bare_formats(one, to);
    auto const* const object = node.if_object();
    if (!object) return;
    auto const* const format = object->if_contains("format");
    auto const* const pattern = object->if_contains("pattern");
    if (format && format->is_string() && pattern && *pattern == R"(^[^\x00]*$)")
        to.emplace(format->as_string());
    for (auto const& member : *object) add_bare_formats(member.value(), to);
}

TEST_F(the_api, says_what_its_own_formats_look_like_as_a_pattern) {
    start();
    std::set<std::string> bare;
    add_bare_formats(document->json(), bare);
    EXPECT_EQ(bare, std::set<std::string>{});
}

TEST_F(the_api, its_examples_are_requests_that_work) {
    start();
    for (auto const& o : document->operations())
        if (o.path.starts_with("/api/"))
            try_and_check(o, example(o));  // nobody is signed in
        else
            EXPECT_LT(try_and_check(o, example(o)).status, 300) << o.name();
}

TEST_F(the_api, methods_it_does_not_list_are_refused_with_those_it_does) {
    start();
    std::map<std::string, std::set<std::string>> listed;
    for (auto const& o : document->operations()) listed[o.path].insert(o.method);
    for (auto& [pattern, methods] : listed) {
        auto path = pattern;
        for (char const bracket : {'{', '}'}) std::erase(path, bracket);
        auto allowed = methods;
        if (methods.contains("GET")) allowed.insert("HEAD");
        allowed.insert("OPTIONS");
        for (auto const* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE",
                                   "PROPFIND", "BREW", "OPTIONS"}) {
            if (allowed.contains(method) && std::string_view(method) != "OPTIONS") continue;
            auto const got = ask(api_call{.method = method, .path = path});
            EXPECT_EQ(got.status, std::string_view(method) == "OPTIONS" ? 204 : 405)
                << method << " " << path;
            std::set<std::string> names;
            auto const allow = got.header("Allow");
            for (auto const name : text::split(allow, ',')) names.emplace(text::trim(name));
            EXPECT_EQ(names, allowed) << method << " " << path;
        }
    }
}

TEST_F(the_api, head_is_get_without_the_body) {
    start();
    for (auto const& o : document->operations()) {
        if (o.method != "GET") continue;
        auto asked = example(o);
        auto const whole = ask(asked);
        asked.method = "HEAD";
        auto const head = ask(asked);
        EXPECT_EQ(head.status, whole.status) << o.name();
        EXPECT_EQ(head.header("Content-Type"), whole.header("Content-Type")) << o.name();
        EXPECT_TRUE(head.has("Content-Length")) << o.name();
        EXPECT_TRUE(head.body.empty());
    }
}

// Each request comes from another address and finds its account's rate limits unused, so that what
// is wrong with it is looked at before how many there were; each operation gets a token of its own.
TEST_F(the_api, whatever_a_bad_request_gets_is_documented) {
    start();
    add_people();
    auto const finish = [this](bool signs) {
        return [this, signs](auto const&, api_call& call) {
            call.set_header("X-Forwarded-For", next_address());
            if (address % 10 == 0) forget_rates();
            // What was tried on its settings before does not count here.
            if (address % 10 == 0 && call.path.starts_with("/webhooks/")) give_app();
            if (signs) sign(call);
        };
    };
    auto const unsigned_ones = support::sweep({.port = port, .finish = finish(false)});
    EXPECT_EQ(unsigned_ones.complaints, std::vector<std::string>{});
    std::map<int, std::size_t> statuses = unsigned_ones.statuses;
    for (auto const* who : {"ada", "eva"}) {
        auto const got = support::sweep(
            {.port = port,
             .token = [this, who](auto const&) { return sign_in(who); },
             .finish = finish(true),
             .parameters = {
                 {"slug", "hotel-sol"}, {"confirm", "another"}, {"name", "booking.create"}}});
        EXPECT_EQ(got.complaints, std::vector<std::string>{}) << who;
        EXPECT_EQ(got.operations, document->operations().size());
        for (auto const& [status, n] : got.statuses) statuses[status] += n;
    }
    for (int const status : {200, 204, 400, 401, 403, 404, 405, 409, 413, 414, 415, 422, 431})
        EXPECT_TRUE(statuses.contains(status)) << status;
    EXPECT_NE(ask(api_call{.method = "GET", .path = "/metrics"})
                  .body.find("security_events_total{result=\"dropped\"} 0\n"),
              std::string::npos)
        << "nobody's attempts go without a trace";
}

TEST_F(the_api, an_unready_instance_says_which_part_is_missing) {
    with.redis_url = secret(std::string("redis://") + nobody);
    with.check_pms_in_readiness = true;
    start();
    for (auto const& o : document->operations()) {
        if (o.path != "/health/ready") continue;
        auto const got = try_and_check(o, example(o));
        EXPECT_EQ(got.status, 503);
        EXPECT_TRUE(got.has("Retry-After"));
        auto const report = json::parse(got.body);
        EXPECT_EQ(report.at("status"), "unhealthy");
        EXPECT_EQ(report.at("postgres"), "connected");
        EXPECT_TRUE(std::string(report.at("redis").as_string()).starts_with("unavailable: "));
        EXPECT_TRUE(std::string(report.at("pms").as_string()).starts_with("unavailable: "));
    }
}

TEST_F(the_api, hosts_and_addresses_that_are_not_allowed_get_a_documented_403) {
    with.allowed_hosts = {"localhost"};
    with.metrics_allowed_ips = {"10.0.0.0/8"};
    start();
    for (auto const& o : document->operations()) {
        auto const asked = example(o);
        if (o.path == "/metrics") EXPECT_EQ(try_and_check(o, asked).status, 403);
        auto elsewhere = asked;
        elsewhere.set_header("Host", "elsewhere");
        EXPECT_EQ(try_and_check(o, elsewhere).status, 403) << o.name();
    }
}

}  // namespace
}  // namespace agente::app
