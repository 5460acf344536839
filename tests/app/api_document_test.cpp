// The whole service in process, held against its own /openapi.json: every documented operation
// answers, and whatever comes back, to good requests and to bad ones, is documented.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "app/side_loop.hpp"
#include "app/worker.hpp"
#include "base/text.hpp"
#include "channels/whatsapp_signature.hpp"
#include "http/harness.hpp"
#include "http/schema_check.hpp"
#include "support/servers.hpp"

namespace agente::app {
namespace {

namespace json = boost::json;
using http::test::answer;

constexpr auto app_secret = "the-app-secret";
constexpr auto nobody = "127.0.0.1:9";  // the discard port: nothing listens there

std::string plain(json::value const& v) {
    return v.is_string() ? std::string(v.get_string()) : json::serialize(v);
}

std::string escaped(std::string_view s) {
    std::string out;
    for (char const c : s)
        out += std::isalnum(static_cast<unsigned char>(c))
                   ? std::string(1, c)
                   : "%" + text::hex(std::string_view(&c, 1));
    return out;
}

using pairs = std::vector<std::pair<std::string, std::string>>;

struct call {
    std::string method, path;
    pairs query, headers;
    std::string body;

    std::string bytes() const {
        std::string out = method + " " + path;
        for (std::size_t i = 0; i < query.size(); ++i)
            out += (i ? "&" : "?") + escaped(query[i].first) + "=" + escaped(query[i].second);
        out += " HTTP/1.1\r\nHost: localhost\r\n";
        for (auto const& [name, value] : headers) out += name + ": " + value + "\r\n";
        if (!body.empty()) out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        return out + "\r\n" + body;
    }
};

struct operation {
    std::string path, method;
    json::object doc;
    std::string name() const { return method + " " + path; }
};

class api_document : public testing::Test {
protected:
    api_document() {
        with.port = 0;
        with.shutdown_seconds = 1;
        with.database_url = secret(support::fresh_database());
        with.redis_url = secret(support::redis().url());
        with.pms_base_url = std::string("http://") + nobody;
        with.pms_api_key = secret(std::string(32, 'k'));
        with.whatsapp_api_base_url = std::string("http://") + nobody;
        with.whatsapp_access_token = secret("token");
        with.whatsapp_app_secret = secret(app_secret);
        with.whatsapp_verify_token = secret("the token entered at Meta");  // as in the example
    }
    ~api_document() override {
        if (service) side.run(service->stop());
        side.end();
    }

    void start() {
        port = side.run(begin());
        document = json::parse(ask("GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n").body);
        for (auto const& path : document.at("paths").as_object())
            for (auto const& [method, doc] : path.value().as_object()) {
                std::string upper(method);
                for (auto& c : upper)
                    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
                operations.push_back({std::string(path.key()), upper, doc.as_object()});
            }
        ASSERT_GE(operations.size(), 6u);
    }
    task<unsigned short> begin() {
        service.emplace(side.loop(), with, metrics);
        co_return co_await service->start();
    }

    answer ask(std::string const& bytes, bool to_head = false) {
        return http::test::once(port, bytes, to_head);
    }

    // The operation's own examples as a request; signed when it wants a signature.
    call example(operation const& of) const {
        call out{.method = of.method, .path = of.path};
        if (auto const* const body = of.doc.if_contains("requestBody")) {
            auto const& [type, media] = *body->at("content").as_object().begin();
            out.headers.emplace_back("Content-Type", std::string(type));
            out.body = json::serialize(media.at("example"));
        }
        if (auto const* const parameters = of.doc.if_contains("parameters"))
            for (auto const& p : parameters->as_array()) {
                std::string const name(p.at("name").as_string());
                if (p.at("in") == "header") {
                    EXPECT_EQ(name, "X-Hub-Signature-256") << "another header needs a value here";
                    out.headers.emplace_back(name, signature(out.body));
                    continue;
                }
                auto const value = plain(p.at("schema").at("examples").at(0));
                if (p.at("in") == "query")
                    out.query.emplace_back(name, value);
                else
                    out.path.replace(out.path.find("{" + name + "}"), name.size() + 2,
                                     escaped(value));
            }
        return out;
    }
    static std::string signature(std::string_view body) {
        return channels::sign_webhook(secret(app_secret), body);
    }

    json::value const& resolved(json::value const& v) const {
        auto const* const reference = v.as_object().if_contains("$ref");
        if (!reference) return v;
        auto const name = std::string(reference->as_string());
        return document.at("components").at("responses").at(name.substr(name.rfind('/') + 1));
    }

    // The status is documented, its content type and body as well, and the code of a refusal is
    // explained.
    void expect_documented(operation const& of, answer const& got, std::string const& asked) {
        SCOPED_TRACE(of.name() + " answered " + got.status_line + "\n" + asked.substr(0, 500) +
                     "\n" + got.body.substr(0, 500));
        auto const& responses = of.doc.at("responses").as_object();
        auto const* const found = responses.if_contains(std::to_string(got.status));
        ASSERT_TRUE(found);
        auto const& response = resolved(*found);
        EXPECT_TRUE(got.has("X-Request-Id"));
        auto const* const contents = response.as_object().if_contains("content");
        ASSERT_EQ(contents != nullptr, got.has("Content-Type"));
        if (!contents) return;
        auto const type = got.header("Content-Type");
        auto const* const media = contents->as_object().if_contains(type.substr(0, type.find(';')));
        ASSERT_TRUE(media) << type;
        if (!type.ends_with("json")) return;
        auto const body = json::parse(got.body);
        EXPECT_EQ(http::test::violations(media->at("schema"), body, document),
                  std::vector<std::string>{});
        if (got.status >= 400 && got.status < 500)
            EXPECT_NE(std::string(response.at("description").as_string())
                          .find("`" + std::string(body.at("code").as_string()) + "`"),
                      std::string::npos)
                << "the code is not explained";
    }
    answer try_and_check(operation const& of, call const& asked) {
        auto const bytes = asked.bytes();
        auto const got = ask(bytes, asked.method == "HEAD");
        expect_documented(of, got, bytes);
        return got;
    }

    settings with;
    telemetry::metrics metrics;
    side_loop side;
    std::optional<worker> service;
    unsigned short port{0};
    json::value document;
    std::vector<operation> operations;
};

TEST_F(api_document, is_consistent_and_names_every_route) {
    start();
    EXPECT_EQ(http::test::dangling_references(document, document), std::vector<std::string>{});
    std::size_t seen = 0;
    EXPECT_EQ(http::test::unfit_examples(document, seen), std::vector<std::string>{});
    EXPECT_GT(seen, 20u);
    std::set<std::string> names;
    for (auto const& o : operations) {
        names.insert(o.name());
        EXPECT_TRUE(o.doc.contains("summary")) << o.name();
        EXPECT_TRUE(o.doc.contains("tags")) << o.name();
    }
    EXPECT_EQ(names, (std::set<std::string>{"GET /docs", "GET /health/live", "GET /health/ready",
                                            "GET /metrics", "GET /openapi.json",
                                            "GET /webhooks/whatsapp", "POST /webhooks/whatsapp"}));
}

TEST_F(api_document, its_examples_are_requests_that_work) {
    start();
    for (auto const& o : operations)
        EXPECT_LT(try_and_check(o, example(o)).status, 300) << o.name();
}

TEST_F(api_document, methods_it_does_not_list_are_refused_with_those_it_does) {
    start();
    std::map<std::string, std::set<std::string>> listed;
    for (auto const& o : operations) listed[o.path].insert(o.method);
    for (auto& [path, methods] : listed) {
        auto allowed = methods;
        if (methods.contains("GET")) allowed.insert("HEAD");
        allowed.insert("OPTIONS");
        for (auto const* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE",
                                   "PROPFIND", "BREW", "OPTIONS"}) {
            if (allowed.contains(method) && std::string_view(method) != "OPTIONS") continue;
            auto const got = ask(call{.method = method, .path = path}.bytes(),
                                 std::string_view(method) == "HEAD");
            EXPECT_EQ(got.status, std::string_view(method) == "OPTIONS" ? 204 : 405)
                << method << " " << path;
            std::set<std::string> names;
            auto const allow = got.header("Allow");
            for (auto const name : text::split(allow, ',')) names.emplace(text::trim(name));
            EXPECT_EQ(names, allowed) << method << " " << path;
        }
    }
}

TEST_F(api_document, head_is_get_without_the_body) {
    start();
    for (auto const& o : operations) {
        if (o.method != "GET") continue;
        auto asked = example(o);
        auto const whole = ask(asked.bytes());
        asked.method = "HEAD";
        auto const head = ask(asked.bytes(), true);
        EXPECT_EQ(head.status, whole.status) << o.name();
        EXPECT_EQ(head.header("Content-Type"), whole.header("Content-Type")) << o.name();
        EXPECT_TRUE(head.has("Content-Length")) << o.name();
        EXPECT_TRUE(head.body.empty());
    }
}

// Each makes a bad request out of a good one.
std::vector<std::pair<std::string, std::function<void(call&)>>> const spoilers{
    {"unknown parameter", [](call& c) { c.query.emplace_back("surprise", "1"); }},
    {"empty parameter name", [](call& c) { c.query.emplace_back("", ""); }},
    {"no parameters", [](call& c) { c.query.clear(); }},
    {"twice",
     [](call& c) {
         auto const all = c.query;
         c.query.insert(c.query.end(), all.begin(), all.end());
     }},
    {"empty values",
     [](call& c) {
         for (auto& q : c.query) q.second.clear();
     }},
    {"long values",
     [](call& c) {
         for (auto& q : c.query) q.second.assign(1'000, 'x');
     }},
    {"other writing",
     [](call& c) {
         for (auto& q : c.query) q.second = "ñ\u202e\U0001f3e8'\"<script>";
     }},
    {"bytes that are not UTF-8", [](call& c) { c.query.emplace_back("a", "\xff\xfe"); }},
    {"a NUL", [](call& c) { c.query.emplace_back("a", std::string(1, '\0')); }},
    {"a bad escape", [](call& c) { c.path += "?a=%zz", c.query.clear(); }},
    {"a long target", [](call& c) { c.query.emplace_back("a", std::string(9'000, 'x')); }},
    {"a long header", [](call& c) { c.headers.emplace_back("X-Long", std::string(20'000, 'x')); }},
    {"many headers",
     [](call& c) {
         for (int i = 0; i < 150; ++i) c.headers.emplace_back("X-" + std::to_string(i), "1");
     }},
    {"no content type",
     [](call& c) {
         std::erase_if(c.headers, [](auto const& h) { return h.first == "Content-Type"; });
     }},
    {"no body", [](call& c) { c.body.clear(); }},
    {"half a body", [](call& c) { c.body.resize(c.body.size() / 2); }},
    {"not JSON", [](call& c) { c.body = "hola"; }},
    {"not an object", [](call& c) { c.body = "[]"; }},
    {"null", [](call& c) { c.body = "null"; }},
    {"twins", [](call& c) { c.body = R"({"a":1,"a":2})"; }},
    {"deep", [](call& c) { c.body = std::string(5'000, '['); }},
    {"wrong types", [](call& c) { c.body = R"({"object":1,"entry":"x","status":[]})"; }},
    {"a large body", [](call& c) { c.body.assign(4 * 1024 * 1024, ' '); }},
};

TEST_F(api_document, whatever_a_bad_request_gets_is_documented) {
    start();
    std::set<int> seen;
    for (auto const& o : operations)
        for (auto const& [name, spoil] : spoilers)
            for (bool const sign_again : {false, true}) {
                SCOPED_TRACE(name);
                auto asked = example(o);
                auto const before = asked.bytes();
                spoil(asked);
                if (sign_again) {
                    bool wants = false;
                    for (auto& [header, value] : asked.headers)
                        if (header == "X-Hub-Signature-256") {
                            value = signature(asked.body);
                            wants = true;
                        }
                    if (!wants) continue;
                }
                auto const got = try_and_check(o, asked);
                EXPECT_LT(got.status, 500) << o.name();
                seen.insert(got.status);
            }
    for (int const status : {200, 400, 401, 403, 413, 414, 415, 422, 431})
        EXPECT_TRUE(seen.contains(status)) << status;
}

TEST_F(api_document, an_unready_instance_says_which_part_is_missing) {
    with.redis_url = secret(std::string("redis://") + nobody);
    with.check_pms_in_readiness = true;
    start();
    for (auto const& o : operations) {
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

TEST_F(api_document, hosts_and_addresses_that_are_not_allowed_get_a_documented_403) {
    with.allowed_hosts = {"localhost"};
    with.metrics_allowed_ips = {"10.0.0.0/8"};
    start();
    for (auto const& o : operations) {
        auto const asked = example(o);
        if (o.path == "/metrics") EXPECT_EQ(try_and_check(o, asked).status, 403);
        auto bytes = asked.bytes();
        bytes.replace(bytes.find("localhost"), 9, "elsewhere");
        auto const got = ask(bytes);
        EXPECT_EQ(got.status, 403) << o.name();
        expect_documented(o, got, bytes);
    }
}

}  // namespace
}  // namespace agente::app
