#include "booking/stay_lock.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/detached.hpp>

#include "booking/advisory_lock.hpp"
#include "booking/fixture.hpp"
#include "net/gate.hpp"
#include "tenancy/keys.hpp"

namespace agente::booking {
namespace {

using namespace std::chrono_literals;

class stay_lock_test : public booking_fixture {
protected:
    // Takes the lock and says how; the lock itself, or null.
    std::unique_ptr<stay_lock> take(rig& in, hotel::stay when, std::chrono::milliseconds most = 5s,
                                    std::int64_t type = 7, tenancy::scope as = hotel_scope()) {
        auto got = support::run(in.loop, in.locks.acquire(as, type, when, most, "AH-TEST"));
        code = got ? std::string_view("got it") : got.error().code();
        return got ? std::make_unique<stay_lock>(std::move(*got)) : nullptr;
    }
    void give_back(rig& in, std::unique_ptr<stay_lock> lock) {
        support::run(in.loop, lock->release());
    }

    // Runs both loops in turn until `done`.
    template <class Done>
    void together(rig& a, rig& b, Done done) {
        auto const end = std::chrono::steady_clock::now() + 30s;
        a.loop.restart();
        b.loop.restart();
        while (!done()) {
            ASSERT_LT(std::chrono::steady_clock::now(), end) << "it never happened";
            a.loop.run_one_for(1ms);
            b.loop.run_one_for(1ms);
            if (a.loop.stopped()) a.loop.restart();
            if (b.loop.stopped()) b.loop.restart();
        }
    }

    // A coroutine that takes the lock, notes its name and gives it back at once.
    static task<> pass(rig& in, hotel::stay when, std::string name,
                       std::vector<std::string>& order) {
        auto lock = co_await in.locks.acquire(hotel_scope(), 7, when, 30s, name);
        if (!lock) co_return;
        order.push_back(name);
        co_await lock->release();
    }

    std::string redis_value(rig& in, std::string const& key) {
        std::vector<std::string> words{"GET", key};
        return support::run(in.loop, in.redis.command(words)).maybe_string().value_or("(none)");
    }
    std::string night_key(hotel::stay const& when) {
        return tenancy::keys(hotel_scope()).stay_lock(7, when.arrival());
    }

    std::string code;
};

TEST_F(stay_lock_test, overlapping_stays_exclude_each_other_across_instances_adjacent_ones_do_not) {
    auto a = instance();
    auto b = instance();
    auto held = take(*a, nights(12, 15));
    ASSERT_TRUE(held);
    EXPECT_FALSE(take(*b, nights(14, 16), 100ms));
    EXPECT_EQ(code, "booking.busy");
    EXPECT_FALSE(take(*b, nights(10, 20), 100ms));
    EXPECT_TRUE(take(*b, nights(15, 16)));  // arrival on the day of departure
    EXPECT_TRUE(take(*b, nights(11, 12)));
    EXPECT_TRUE(take(*b, nights(12, 15), 5s, 8));  // another room type
    EXPECT_TRUE(take(*b, nights(12, 15), 5s, 7, tenancy::scope::for_command_line("other-hotel")));
    give_back(*a, std::move(held));
    EXPECT_TRUE(take(*b, nights(14, 16)));
}

TEST_F(stay_lock_test, a_refused_stay_holds_none_of_its_nights) {
    auto a = instance();
    auto b = instance();
    auto held = take(*a, nights(14, 15));
    EXPECT_FALSE(take(*b, nights(12, 16), 50ms));
    EXPECT_EQ(redis_value(*b, night_key(nights(12, 13))), "(none)");
}

TEST_F(stay_lock_test, one_worker_serves_its_guests_in_the_order_they_came) {
    auto a = instance();
    std::vector<std::string> order;
    auto held = take(*a, nights(12, 13));
    for (auto const* name : {"1", "2", "3", "4", "5"})
        asio::co_spawn(a->loop, pass(*a, nights(12, 14), name, order), asio::detached);
    give_back(*a, std::move(held));
    together(*a, *a, [&] { return order.size() == 5; });
    EXPECT_THAT(order, testing::ElementsAre("1", "2", "3", "4", "5"));
}

TEST_F(stay_lock_test, only_the_head_of_a_line_asks_redis) {
    auto a = instance();
    auto b = instance();
    auto held = take(*a, nights(12, 13));
    std::vector<std::string> order;
    for (auto const* name : {"1", "2", "3", "4", "5"})
        asio::co_spawn(b->loop, pass(*b, nights(12, 13), name, order), asio::detached);
    auto const turn = tenancy::keys(hotel_scope()).lock("turn_of_stay:7:2027-03-12");
    together(*b, *b, [&] { return redis_value(*a, turn) != "(none)"; });
    EXPECT_EQ(b->metrics.measure("booking_locks_waiting", {}).value(), 5);
    give_back(*a, std::move(held));
    together(*a, *b, [&] { return order.size() == 5; });
    EXPECT_THAT(order, testing::ElementsAre("1", "2", "3", "4", "5"));
}

TEST_F(stay_lock_test, instances_take_turns_so_that_one_long_line_starves_nobody) {
    options.locks.redis_limit =
        10s;  // and with it how long a turn is kept for who was refused first
    auto a = instance();
    auto b = instance();
    std::vector<std::string> order;
    auto held = take(*a, nights(12, 13));
    for (int i = 0; i < 10; ++i)
        asio::co_spawn(a->loop, pass(*a, nights(12, 13), "a", order), asio::detached);
    asio::co_spawn(b->loop, pass(*b, nights(12, 13), "b", order), asio::detached);
    // b has asked, was refused, and is next.
    auto const turn = tenancy::keys(hotel_scope()).lock("turn_of_stay:7:2027-03-12");
    together(*b, *b, [&] { return redis_value(*a, turn) != "(none)"; });
    // Now only a runs: it gives back, and its next guest asks again and again, in vain.
    give_back(*a, std::move(held));
    auto const until = std::chrono::steady_clock::now() + 200ms;
    together(*a, *a, [&] { return !order.empty() || std::chrono::steady_clock::now() >= until; });
    EXPECT_TRUE(order.empty());
    together(*a, *b, [&] { return order.size() == 11; });
    EXPECT_EQ(order.front(), "b");
}

TEST_F(stay_lock_test, a_waiter_gives_up_when_its_time_is_over_and_is_audited) {
    auto a = instance();
    auto b = instance();
    auto held = take(*a, nights(12, 13));
    EXPECT_FALSE(take(*b, nights(12, 13), 30ms));
    EXPECT_FALSE(take(*a, nights(12, 13), 30ms));
    a->settle_down();
    b->settle_down();
    EXPECT_EQ(sql("select count(*) from public.lock_audit where event_type = 'refused'"), "2");
    EXPECT_EQ(sql("select count(*) from public.lock_audit where event_type = 'waited'"), "2");
}

TEST_F(stay_lock_test, the_line_is_bounded) {
    options.locks.most_waiting = 2;
    auto a = instance();
    auto first = take(*a, nights(12, 13));
    auto second = take(*a, nights(14, 15));
    EXPECT_FALSE(take(*a, nights(16, 17)));
    EXPECT_EQ(code, "booking.queue_full");
    give_back(*a, std::move(first));
    EXPECT_TRUE(take(*a, nights(16, 17)));
}

TEST_F(stay_lock_test, cancelled_waiters_leave_their_place) {
    auto a = instance();
    auto held = take(*a, nights(12, 13));
    std::vector<std::string> order;
    asio::cancellation_signal stop;
    asio::co_spawn(a->loop, pass(*a, nights(12, 13), "cancelled", order),
                   asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr) {}));
    asio::co_spawn(a->loop, pass(*a, nights(12, 13), "next", order), asio::detached);
    together(*a, *a, [&] { return a->metrics.measure("booking_locks_waiting", {}).value() == 3; });
    stop.emit(asio::cancellation_type::terminal);
    together(*a, *a, [&] { return a->metrics.measure("booking_locks_waiting", {}).value() == 2; });
    give_back(*a, std::move(held));
    together(*a, *a, [&] { return order.size() == 1; });
    EXPECT_EQ(order.front(), "next");
}

TEST_F(stay_lock_test, an_attempt_cancelled_while_redis_answers_leaves_nothing_locked) {
    auto a = instance();
    asio::cancellation_signal stop;
    std::vector<std::string> order;
    bool over = false;
    support::redis().freeze();
    asio::co_spawn(
        a->loop, pass(*a, nights(12, 13), "cancelled", order),
        asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr) { over = true; }));
    for (int i = 0; i < 20; ++i) a->loop.run_one_for(1ms);  // the script is on its way
    stop.emit(asio::cancellation_type::terminal);
    together(*a, *a, [&] { return over; });
    support::redis().thaw();
    a->settle_down();
    EXPECT_TRUE(order.empty());
    EXPECT_EQ(redis_value(*a, night_key(nights(12, 13))), "(none)");
}

TEST_F(stay_lock_test, a_lock_dropped_without_release_is_freed_in_the_background) {
    auto a = instance();
    take(*a, nights(12, 13));
    a->settle_down();
    EXPECT_EQ(redis_value(*a, night_key(nights(12, 13))), "(none)");
    EXPECT_EQ(events(), "acquired released");
}

TEST_F(stay_lock_test, the_watchdog_keeps_a_lock_beyond_its_ttl) {
    options.locks.ttl = 300ms;
    auto a = instance();
    auto b = instance();
    auto held = take(*a, nights(12, 13));
    auto const until = std::chrono::steady_clock::now() + 900ms;
    together(*a, *a, [&] { return std::chrono::steady_clock::now() >= until; });
    EXPECT_TRUE(held->valid());
    EXPECT_NE(redis_value(*a, night_key(nights(12, 13))), "(none)");
    auto const fence = held->fence();
    give_back(*a, std::move(held));
    a->settle_down();
    EXPECT_EQ(events(), "acquired extended released");  // once a hold
    EXPECT_EQ(sql("select distinct details ->> 'fence' from public.lock_audit"),
              std::to_string(fence));
}

TEST_F(stay_lock_test, is_not_valid_at_four_fifths_of_its_ttl_without_a_confirmed_extension) {
    auto const time = std::make_shared<mock_clock>(time_point{});
    options.time = time;
    auto a = instance();
    auto held = take(*a, nights(12, 13));
    time->advance(12s - 1us);
    EXPECT_TRUE(held->valid());
    time->advance(1us);
    EXPECT_FALSE(held->valid());
    EXPECT_FALSE(support::run(a->loop, held->confirm()));
}

TEST_F(stay_lock_test, a_redis_that_was_emptied_is_noticed) {
    options.locks.ttl = 300ms;
    auto a = instance();
    auto held = take(*a, nights(12, 13));
    forget_locks();
    together(*a, *a, [&] { return !held->valid(); });
    give_back(*a, std::move(held));
    a->settle_down();
    EXPECT_EQ(events(), "acquired lost");
    EXPECT_EQ(a->lost(), 1);
}

TEST_F(stay_lock_test, a_frozen_redis_ends_the_trust_although_nothing_was_answered) {
    options.locks.ttl = 300ms;
    auto a = instance();
    auto held = take(*a, nights(12, 13));
    support::redis().freeze();
    together(*a, *a, [&] { return a->lost() == 1; });
    support::redis().thaw();
    EXPECT_FALSE(held->valid());
    EXPECT_EQ(a->lost(), 1);
}

TEST_F(stay_lock_test, a_night_that_is_somebody_elses_now_is_not_released) {
    auto a = instance();
    auto held = take(*a, nights(12, 14));
    std::vector<std::string> words{"SET", night_key(nights(12, 13)), "of another"};
    support::run(a->loop, a->redis.command(words));
    give_back(*a, std::move(held));
    EXPECT_EQ(redis_value(*a, night_key(nights(12, 13))), "of another");
    EXPECT_EQ(redis_value(*a, night_key(nights(13, 14))), "(none)");
    a->settle_down();
    EXPECT_EQ(events(), "acquired lost");
}

TEST_F(stay_lock_test, without_redis_instances_exclude_each_other_in_postgresql) {
    support::redis().stop();
    options.connections = 3;
    auto a = instance();
    auto b = instance();
    auto held = take(*a, nights(12, 15));
    ASSERT_TRUE(held);
    EXPECT_TRUE(held->fallback());
    EXPECT_TRUE(support::run(a->loop, held->confirm()));
    EXPECT_FALSE(take(*b, nights(14, 16), 100ms));
    EXPECT_EQ(code, "booking.busy");
    EXPECT_TRUE(take(*b, nights(15, 16)));
    give_back(*a, std::move(held));
    EXPECT_TRUE(take(*b, nights(14, 16)));
}

TEST_F(stay_lock_test, a_fallback_lock_whose_connection_died_is_not_confirmed) {
    support::redis().stop();
    auto a = instance();
    auto held = take(*a, nights(12, 15));
    ASSERT_TRUE(held);
    sql("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'");
    EXPECT_FALSE(support::run(a->loop, held->confirm()));
    EXPECT_FALSE(held->valid());
    give_back(*a, std::move(held));
    a->settle_down();
    EXPECT_EQ(events(), "fallback acquired lost");
}

TEST_F(stay_lock_test, fallback_holds_leave_connections_for_the_journal) {
    support::redis().stop();
    auto a = instance();  // two connections
    auto held = take(*a, nights(12, 13));
    EXPECT_FALSE(
        take(*a, nights(20, 21), 50ms));  // another night, but it would take the last connection
    EXPECT_EQ(code, "booking.busy");
    give_back(*a, std::move(held));
    EXPECT_TRUE(take(*a, nights(20, 21)));
}

TEST_F(stay_lock_test, with_neither_redis_nor_postgresql_there_is_no_lock) {
    support::redis().stop();
    auto a = instance();
    support::run(a->loop, a->database.stop());
    EXPECT_FALSE(take(*a, nights(12, 13)));
    EXPECT_EQ(code, "booking.no_lock");
    a->dead = true;
}

TEST_F(stay_lock_test, fences_grow_from_redis_to_postgresql_and_back_to_an_emptied_redis) {
    options.locks.redis_rest = 1ms;
    auto a = instance();
    std::int64_t last = 0;
    auto const grows = [&] {
        auto held = take(*a, nights(12, 13));
        ASSERT_TRUE(held);
        EXPECT_GT(held->fence(), last);
        last = held->fence();
        // As a booking does, so that PostgreSQL knows it.
        sql("insert into agente.booking_journal (reference, tenant_id, request_key, state, room_type, arrival, departure, rooms, guest, fence)"
            " values ('AH-" +
            std::to_string(last) + "', 'hotel-demo', '" + std::to_string(last) +
            "', 'failed', 7, '2027-03-12', '2027-03-13', 1, 'g', " + std::to_string(last) + ")");
        give_back(*a, std::move(held));
    };
    grows();
    grows();
    support::redis().stop();
    grows();
    grows();
    support::redis().start();
    together(*a, *a, [&] { return a->redis.connected(); });
    grows();
    EXPECT_EQ(a->metrics.count("booking_lock_fallbacks_total", {}).value(), 2);
}

TEST_F(stay_lock_test, a_fence_can_be_asked_to_be_above_another) {
    auto a = instance();
    auto got = support::run(a->loop, a->locks.acquire(hotel_scope(), 7, nights(12, 13), 5s,
                                                      "AH-TEST", 8'000'000'000'000'000));
    ASSERT_TRUE(got.has_value());
    EXPECT_GT(got->fence(), 8'000'000'000'000'000);
}

TEST_F(stay_lock_test,
       audit_events_past_their_bound_are_dropped_and_counted_and_nothing_waits_for_them) {
    options.most_events = 1;
    auto a = instance();
    auto held = take(*a, nights(12, 13));
    auto another = take(*a, nights(14, 15));
    give_back(*a, std::move(held));
    give_back(*a, std::move(another));
    a->settle_down();
    auto const written =
        a->metrics.count("booking_lock_events_total", {}, {{"result", "written"}}).value();
    auto const dropped =
        a->metrics.count("booking_lock_events_total", {}, {{"result", "dropped"}}).value();
    EXPECT_EQ(written + dropped, 4);
    EXPECT_GE(written, 1);
}

TEST(advisory_key, is_the_same_in_every_instance) {
    EXPECT_EQ(advisory_key("lock:hotel-demo:stay:7:2027-03-12"),
              static_cast<std::int64_t>(0x5bb35a30bace8645ULL));
    EXPECT_NE(advisory_key("lock:hotel-demo:stay:7:2027-03-12"),
              advisory_key("lock:hotel-demo:stay:7:2027-03-13"));
}

}  // namespace
}  // namespace agente::booking
