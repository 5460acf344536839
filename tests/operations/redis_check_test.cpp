#include "operations/redis_check.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "embedded/redis_server.hpp"
#include "net/raw_server.hpp"
#include "redis/connection.hpp"
#include "redis/protocol.hpp"
#include "support/run.hpp"
#include "support/servers.hpp"

namespace agente::operations {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

redis::options at(std::string const& url) {
    auto with = redis::parse_url(url).value();
    with.connect_timeout = std::chrono::seconds(3);
    return with;
}

finding of(findings const& all, std::string_view check) {
    auto const found = std::ranges::find(all, check, &finding::check);
    if (found != all.end()) return *found;
    ADD_FAILURE() << "no finding " << check;
    return {};
}

bool has(findings const& all, std::string_view check) {
    return std::ranges::find(all, check, &finding::check) != all.end();
}

void expect_no_secret(findings const& all, std::string_view secret) {
    for (auto const& one : all) {
        EXPECT_THAT(one.what, Not(HasSubstr(secret)));
        EXPECT_THAT(one.cure, Not(HasSubstr(secret)));
        if (one.level >= severity::warning) {
            EXPECT_FALSE(one.cure.empty()) << one.check;
        }
    }
}

class redis_check_test : public ::testing::Test {
protected:
    embedded::redis_server& server(bool tls = false) {
        static int made = 0;
        if (!server_)
            server_.emplace(embedded::redis_options{
                .folder = support::server_folder(fmt::format("redis-check-{}", ++made)),
                .tls = tls});
        return *server_;
    }
    redis::reply tell(std::vector<std::string> words) {
        asio::io_context loop;
        telemetry::metrics metrics;
        redis::connection link(loop, at(server().url()), metrics);
        support::run(loop, link.start());
        auto answer = support::run(loop, link.command(std::move(words)));
        support::run(loop, link.stop());
        return answer;
    }
    std::string as(std::string_view user, std::string_view password) {
        return fmt::format("redis://{}:{}@127.0.0.1:{}/0", user, password, server().port());
    }

    std::optional<embedded::redis_server> server_;
};

TEST_F(redis_check_test, a_good_server_has_no_faults_and_keeps_nothing_of_the_check) {
    auto const all = check_redis(at(server().url()));
    for (auto const& one : all) EXPECT_LT(one.level, severity::warning) << one.check << one.what;
    for (auto const* check :
         {"redis.connection", "redis.tls", "redis.server", "redis.eviction", "redis.memory",
          "redis.keys", "redis.hash", "redis.scripts", "redis.latency"})
        EXPECT_EQ(of(all, check).level, severity::ok) << check;
    EXPECT_THAT(of(all, "redis.latency").what, HasSubstr("p95"));
    EXPECT_EQ(tell({"DBSIZE"}).integer(), 0);
    expect_no_secret(all, server().password().reveal());
}

TEST_F(redis_check_test, a_wrong_password_is_told_without_it) {
    auto const all = check_redis(at(as("default", "wrong-password-xyz")));
    EXPECT_EQ(all.size(), 1);
    auto const one = of(all, "redis.connection");
    EXPECT_EQ(one.level, severity::fault);
    EXPECT_THAT(one.what, HasSubstr("WRONGPASS"));
    EXPECT_THAT(one.cure, HasSubstr("percent-encode"));
    expect_no_secret(all, "wrong-password-xyz");
}

TEST_F(redis_check_test, a_user_without_scripts_fails_in_scripts_alone) {
    tell({"ACL", "SETUSER", "poor", "on", ">pw", "~*", "+@all", "-@scripting"});
    auto const all = check_redis(at(as("poor", "pw")));
    auto const one = of(all, "redis.scripts");
    EXPECT_EQ(one.level, severity::fault);
    EXPECT_THAT(one.what, HasSubstr("NOPERM"));
    EXPECT_THAT(one.cure, HasSubstr("ACL SETUSER"));
    EXPECT_EQ(of(all, "redis.keys").level, severity::ok);
    EXPECT_EQ(std::ranges::count(all, severity::fault, &finding::level), 1);
}

TEST_F(redis_check_test, a_user_that_may_only_touch_some_keys_is_found) {
    tell({"ACL", "SETUSER", "partial", "on", ">pw", "~session:*", "+@all"});
    auto const all = check_redis(at(as("partial", "pw")));
    EXPECT_EQ(of(all, "redis.keys").level, severity::fault);
    EXPECT_EQ(of(all, "redis.hash").level, severity::fault);
}

TEST_F(redis_check_test, a_server_that_tells_nothing_is_still_tried) {
    tell({"ACL", "SETUSER", "managed", "on", ">pw", "~*", "+@all", "-info", "-config"});
    auto const all = check_redis(at(as("managed", "pw")));
    EXPECT_EQ(of(all, "redis.server").level, severity::info);
    EXPECT_EQ(of(all, "redis.scripts").level, severity::ok);
    EXPECT_EQ(worst(all), severity::info);
}

TEST_F(redis_check_test, eviction_is_a_warning) {
    tell({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
    auto const one = of(check_redis(at(server().url())), "redis.eviction");
    EXPECT_EQ(one.level, severity::warning);
    EXPECT_THAT(one.what, HasSubstr("allkeys-lru"));
    EXPECT_THAT(one.cure, HasSubstr("noeviction"));
}

TEST_F(redis_check_test, a_full_server_refuses_writes) {
    tell({"CONFIG", "SET", "maxmemory", "1mb"});
    auto const all = check_redis(at(server().url()));
    auto const one = of(all, "redis.keys");
    EXPECT_EQ(one.level, severity::fault);
    EXPECT_THAT(one.what, HasSubstr("OOM"));
    EXPECT_EQ(of(all, "redis.memory").level, severity::warning);
}

TEST_F(redis_check_test, a_replica_is_not_a_place_to_write) {
    tell({"REPLICAOF", "127.0.0.1", "1"});
    auto const all = check_redis(at(server().url()));
    EXPECT_EQ(of(all, "redis.role").level, severity::fault);
    EXPECT_THAT(of(all, "redis.keys").what, HasSubstr("READONLY"));
    EXPECT_THAT(of(all, "redis.keys").cure, HasSubstr("primary"));
}

TEST_F(redis_check_test, a_server_that_is_gone_is_one_fault) {
    auto const url = server().url();
    server().stop();
    auto const all = check_redis(at(url));
    ASSERT_EQ(all.size(), 1);
    EXPECT_EQ(all[0].level, severity::fault);
    EXPECT_THAT(all[0].what, HasSubstr("refused"));
}

TEST_F(redis_check_test, a_name_that_is_none) {
    auto const all = check_redis(at("redis://no-such-host.invalid:6379/0"));
    ASSERT_EQ(all.size(), 1);
    EXPECT_THAT(all[0].what, HasSubstr("no-such-host.invalid"));
    EXPECT_THAT(all[0].cure, HasSubstr("copy it"));
}

TEST_F(redis_check_test, tls_is_described_verified_or_not) {
    auto const verified = server(true).url() + "?ssl_ca_certs=" + server().authority().string();
    auto one = of(check_redis(at(verified)), "redis.tls");
    EXPECT_EQ(one.level, severity::ok);
    EXPECT_THAT(one.what, HasSubstr("TLSv1.3"));
    EXPECT_THAT(one.what, HasSubstr("valid until 20"));

    one = of(check_redis(at(server().url() + "?ssl_cert_reqs=none")), "redis.tls");
    EXPECT_EQ(one.level, severity::warning);
    EXPECT_THAT(one.what, HasSubstr("not verified"));

    auto const all = check_redis(at(server().url()));  // the system does not know our authority
    ASSERT_EQ(all.size(), 1);
    EXPECT_THAT(all[0].what, HasSubstr("certificate was not accepted"));
    EXPECT_THAT(all[0].cure, HasSubstr("ssl_ca_certs"));
}

TEST_F(redis_check_test, tls_at_a_plain_port_and_the_reverse_name_both_schemes) {
    auto with = at(fmt::format("rediss://:pw@localhost:{}/0", server().port()));
    with.connect_timeout = std::chrono::milliseconds(500);  // Redis waits for the end of a line
    auto all = check_redis(with);
    ASSERT_EQ(all.size(), 1);
    EXPECT_EQ(all[0].level, severity::fault);
    EXPECT_THAT(all[0].cure, HasSubstr("rediss://"));

    server_.reset();
    all = check_redis(at(fmt::format("redis://:pw@localhost:{}/0", server(true).port())));
    ASSERT_EQ(all.size(), 1);
    EXPECT_EQ(all[0].level, severity::fault);
    EXPECT_THAT(all[0].cure, HasSubstr("rediss://"));
}

TEST_F(redis_check_test, an_authorities_file_that_is_not_there) {
    auto const all = check_redis(at("rediss://:pw@localhost:1/0?ssl_ca_certs=/no/such/file"));
    ASSERT_EQ(all.size(), 1);
    EXPECT_EQ(all[0].check, "redis.tls");
    EXPECT_THAT(all[0].cure, HasSubstr("ssl_ca_certs"));
}

// Answers PING well and every other command with the same bytes.
class odd_server {
public:
    explicit odd_server(std::string answer)
        : answer_(std::move(answer)),
          server_(loop_, [this](agente::testing::raw_peer& peer) { return serve(peer, answer_); }),
          thread_([this] { loop_.run(); }) {}
    ~odd_server() {
        loop_.stop();
        thread_.join();
    }
    std::string url() const { return fmt::format("redis://127.0.0.1:{}/0", server_.port()); }

private:
    static task<> serve(agente::testing::raw_peer& peer, std::string answer) {
        redis::reader reader(1'000'000);
        for (;;) {
            std::string bytes(4096, '\0');
            auto const length =
                co_await peer.socket.async_read_some(asio::buffer(bytes), asio::use_awaitable);
            reader.feed({bytes.data(), length});
            while (auto const command = reader.next())
                co_await peer.send(command->at(0).string() == "PING" ? "+PONG\r\n" : answer);
        }
    }

    std::string answer_;
    asio::io_context loop_{1};
    agente::testing::raw_server server_;
    std::thread thread_;
};

TEST_F(redis_check_test, a_server_that_falls_silent_is_a_fault) {
    odd_server const silent("");
    auto with = at(silent.url());
    with.deadline = std::chrono::milliseconds(200);
    auto const all = check_redis(with);
    EXPECT_EQ(of(all, "redis.connection").level, severity::ok);
    EXPECT_EQ(of(all, "redis.server").level, severity::fault);
    EXPECT_THAT(of(all, "redis.server").what, HasSubstr("no answer came"));
}

TEST_F(redis_check_test, answers_of_the_wrong_kind_are_faults) {
    for (auto const* answer : {"+OK\r\n", ":7\r\n", "$-1\r\n", "*0\r\n", "-ERR unknown command\r\n",
                               "*1\r\n-ERR odd\r\n"}) {
        odd_server const odd(answer);
        EXPECT_EQ(of(check_redis(at(odd.url())), "redis.keys").level, severity::fault) << answer;
    }
}

TEST_F(redis_check_test, a_used_up_quota_is_told_as_such) {
    odd_server const provider(
        "-ERR max requests limit exceeded. Limit: 500000, Usage: 500000. See https://upstash.example "
        "for details\r\n");
    auto const all = check_redis(at(provider.url()));
    EXPECT_EQ(of(all, "redis.connection").level, severity::ok);
    EXPECT_EQ(of(all, "redis.quota").level, severity::fault);
    EXPECT_THAT(of(all, "redis.quota").what, HasSubstr("Limit: 500000"));
    EXPECT_THAT(of(all, "redis.quota").cure, HasSubstr("raise the plan"));
    EXPECT_FALSE(has(all, "redis.keys")) << "the same fault need not be told five times";
}

}  // namespace
}  // namespace agente::operations
