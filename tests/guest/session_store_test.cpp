// Conversations and turn locks in a real Redis, and without one.
#include "guest/session_store.hpp"

#include <gtest/gtest.h>

#include "net/gate.hpp"
#include "support/run.hpp"
#include "support/servers.hpp"
#include "tenancy/keys.hpp"

namespace agente::guest {
namespace {

using namespace std::chrono_literals;

class session_store_test : public testing::Test {
protected:
    void SetUp() override {
        connect(support::redis().url());
        run(redis->command({"FLUSHALL"}));
    }
    void TearDown() override {
        if (redis) run(redis->stop());
    }

    void connect(std::string const& url) {
        auto options = redis::parse_url(url).value();
        options.deadline = 500ms;
        options.reconnect = {5ms, 20ms};
        redis = std::make_unique<redis::connection>(loop, options, metrics);
        run(redis->start());
    }

    template <class T>
    T run(task<T> work) {
        return support::run(loop, std::move(work));
    }
    void run(task<> work) { support::run(loop, std::move(work)); }

    std::int64_t ttl_of(std::string const& key) {
        return run(redis->command({"PTTL", key})).integer();
    }

    asio::io_context loop;
    telemetry::metrics metrics;
    std::unique_ptr<redis::connection> redis;
    tenancy::scope const hotel = tenancy::scope::for_command_line("hotel-demo");
    std::string const guest{"+5491155550001"};
};

}  // namespace

TEST_F(session_store_test, what_was_saved_is_opened_again) {
    session_store store(*redis, {}, metrics);
    auto first = run(store.open(hotel, guest, "a"));
    EXPECT_TRUE(first.memory);
    EXPECT_FALSE(first.busy);
    EXPECT_EQ(first.state, conversation{});
    first.state.introduced = true;
    first.state.wanted.first_name = "Ana";
    EXPECT_EQ(run(store.save(hotel, guest, "a", first)), saved::yes);
    run(store.close(hotel, guest, "a"));

    EXPECT_EQ(run(store.open(hotel, guest, "b")).state, first.state);
    EXPECT_EQ(run(store.open(hotel, "+5491155550002", "b")).state, conversation{})
        << "another guest";
    EXPECT_EQ(run(store.open(tenancy::scope::for_command_line("hotel-two"), guest, "b")).state,
              conversation{})
        << "another hotel";
}

TEST_F(session_store_test, one_owner_at_a_time) {
    session_store store(*redis, {}, metrics);
    auto mine = run(store.open(hotel, guest, "a"));
    EXPECT_TRUE(run(store.open(hotel, guest, "b")).busy);
    EXPECT_FALSE(run(store.open(hotel, guest, "a")).busy) << "the same owner may try a turn again";

    opened theirs;
    EXPECT_EQ(run(store.save(hotel, guest, "b", theirs)), saved::lost);
    run(store.close(hotel, guest, "b"));
    EXPECT_TRUE(run(store.open(hotel, guest, "b")).busy)
        << "closing what is not one's own opens nothing";
    run(store.close(hotel, guest, "a"));
    EXPECT_FALSE(run(store.open(hotel, guest, "b")).busy);
    EXPECT_EQ(run(store.save(hotel, guest, "a", mine)), saved::lost) << "the lock went to another";
    EXPECT_EQ(run(redis->command({"EXISTS", tenancy::keys(hotel).session(guest)})).integer(), 0);
}

TEST_F(session_store_test, session_and_lock_end_by_themselves) {
    session_store store(*redis, {}, metrics);
    auto const session = run(store.open(hotel, guest, "a"));
    run(store.save(hotel, guest, "a", session));
    tenancy::keys const keys(hotel);
    EXPECT_GT(ttl_of(keys.session(guest)), 29 * 60 * 1000);
    EXPECT_LE(ttl_of(keys.session(guest)), 30 * 60 * 1000);
    EXPECT_GT(ttl_of(keys.turn_lock(guest)), 60 * 1000);
    EXPECT_LE(ttl_of(keys.turn_lock(guest)), 120 * 1000);
    run(store.close(hotel, guest, "a"));
    EXPECT_EQ(ttl_of(keys.turn_lock(guest)), -2) << "gone";
}

TEST_F(session_store_test, a_lock_that_ran_out_is_somebody_elses) {
    session_store store(*redis, {.lock_ttl = 1ms}, metrics);
    auto const mine = run(store.open(hotel, guest, "a"));
    auto const lock = tenancy::keys(hotel).turn_lock(guest);
    while (run(redis->command({"EXISTS", lock})).integer() != 0) {
    }
    session_store other(*redis, {}, metrics);
    EXPECT_FALSE(run(other.open(hotel, guest, "b")).busy);
    EXPECT_EQ(run(store.save(hotel, guest, "a", mine)), saved::lost);
}

TEST_F(session_store_test, what_cannot_be_read_is_a_fresh_conversation) {
    session_store store(*redis, {}, metrics);
    auto const key = tenancy::keys(hotel).session(guest);
    for (auto const* stored : {"", "{", R"({"version":99})", "\xff\xfe"}) {
        run(redis->command({"SET", key, stored}));
        auto const session = run(store.open(hotel, guest, "a"));
        EXPECT_TRUE(session.memory);
        EXPECT_EQ(session.state, conversation{});
    }
    EXPECT_NE(metrics.render().find("guest_sessions_unreadable_total 4"), std::string::npos);
}

TEST_F(session_store_test, a_key_of_another_type_is_no_memory_not_a_crash) {
    session_store store(*redis, {}, metrics);
    run(redis->command({"LPUSH", tenancy::keys(hotel).session(guest), "x"}));
    EXPECT_FALSE(run(store.open(hotel, guest, "a")).memory);
}

TEST_F(session_store_test, without_redis_the_conversation_goes_on_without_memory) {
    embedded::redis_server server({.folder = support::server_folder("sessions-stopped")});
    run(redis->stop());
    connect(server.url());
    session_store store(*redis, {}, metrics);
    auto before = run(store.open(hotel, guest, "a"));
    before.state.introduced = true;
    ASSERT_EQ(run(store.save(hotel, guest, "a", before)), saved::yes);

    server.stop();
    EXPECT_EQ(run(store.save(hotel, guest, "a", before)), saved::no_memory)
        << "Redis went in the middle of the turn";
    run(store.close(hotel, guest, "a"));
    auto const without = run(store.open(hotel, guest, "a"));
    EXPECT_FALSE(without.memory);
    EXPECT_FALSE(without.busy);
    EXPECT_EQ(without.state, conversation{});
    EXPECT_EQ(run(store.save(hotel, guest, "a", without)), saved::no_memory);

    server.start();
    run([](redis::connection& to) -> task<> {
        while (!to.connected()) co_await net::pause(1ms);
    }(*redis));
    EXPECT_TRUE(run(store.open(hotel, guest, "a")).memory) << "it comes back by itself";
}

TEST_F(session_store_test, a_session_opened_without_memory_does_not_overwrite_the_one_redis_has) {
    session_store store(*redis, {}, metrics);
    auto stored = run(store.open(hotel, guest, "a"));
    stored.state.introduced = true;
    run(store.save(hotel, guest, "a", stored));
    opened blind;
    blind.memory = false;
    EXPECT_EQ(run(store.save(hotel, guest, "a", blind)), saved::no_memory);
    EXPECT_EQ(run(store.open(hotel, guest, "a")).state, stored.state);
}

}  // namespace agente::guest
