// Who leaves when, and on which connection.
#include <gmock/gmock.h>

#include "postgres/unit_maker.hpp"

namespace agente::postgres::tests {
namespace {

using testing::ElementsAre, testing::IsEmpty, testing::SizeIs;

struct bench {
    explicit bench(int connections, bool multi = false, limits with = {})
        : s((with.connections = static_cast<std::size_t>(connections), with), multi) {
        for (int id = 1; id <= connections; ++id) s.add(id);
    }
    unit_ptr read(std::string who) { return submitted(make_read(std::move(who), now)); }
    unit_ptr write(std::string who) { return submitted(make_write(std::move(who), now)); }
    unit_ptr group(std::string who) {
        auto u = make_write(std::move(who), now);
        u->grouped = true;
        return submitted(std::move(u));
    }
    unit_ptr submitted(unit_ptr u) {
        EXPECT_TRUE(s.submit(u, now));
        return u;
    }
    // (connection, names) of everything that leaves now.
    std::vector<std::pair<int, std::string>> leave() {
        std::vector<std::pair<int, std::string>> out;
        while (auto const d = s.depart(now)) {
            flying[d->connection] = copy(*d);
            std::string names;
            for (auto const& u : d->units) names += u->tenant;
            out.emplace_back(d->connection, names);
        }
        return out;
    }
    finished land(int connection, std::size_t error_at = 1'000'000,
                  std::string const& sqlstate = "22012") {
        EXPECT_TRUE(
            answer_all(s, connection, std::exchange(flying[connection], {}), error_at, sqlstate));
        return s.synced(connection, now).value();
    }
    // Makes the flight time known: the server is `flight` away.
    void learn(steady_duration flight) {
        read("learn");
        leave();
        now += flight;
        land(1);
    }
    scheduler s;
    steady_time now = start_of_time;
    std::map<int, std::vector<unit_ptr>> flying;
};

using left = std::pair<int, std::string>;

TEST(single, reads_gather_while_round_trips_are_under_way_and_leave_together) {
    bench b(1);
    b.read("a");
    EXPECT_THAT(b.leave(), ElementsAre(left(1, "a")));
    b.read("b"), b.read("c"), b.read("d");
    EXPECT_THAT(b.leave(), IsEmpty()) << "one Sync outstanding a connection";
    EXPECT_THAT(b.land(1), SizeIs(1));
    EXPECT_THAT(b.leave(), ElementsAre(left(1, "bcd")));
    for (auto const& u : b.land(1)) EXPECT_TRUE(answered(*u));
}

TEST(single, no_more_than_the_cap_and_the_byte_cap_leave_together) {
    bench b(1, false, {.reads_per_sync = 3});
    b.read("x"), b.leave();
    for (auto const* who : {"a", "b", "c", "d"}) b.read(who);
    b.land(1);
    EXPECT_THAT(b.leave(), ElementsAre(left(1, "abc")));

    bench bytes(1, false, {.bytes_per_sync = 250});
    bytes.read("x"), bytes.leave();
    for (auto const* who : {"a", "b", "c"}) bytes.read(who);
    auto const large = make_read("L", bytes.now);
    large->bytes = 1'000'000;
    bytes.submitted(large);
    bytes.land(1);
    EXPECT_THAT(bytes.leave(), ElementsAre(left(1, "ab")));
    bytes.land(1);
    EXPECT_THAT(bytes.leave(), ElementsAre(left(1, "c")));
    bytes.land(1);
    EXPECT_THAT(bytes.leave(), ElementsAre(left(1, "L"))) << "the first always fits";
}

TEST(single, a_batch_that_may_write_leaves_alone_and_takes_turns_with_reads) {
    bench b(1);
    b.write("W"), b.leave();
    b.write("X"), b.write("Y"), b.read("a"), b.read("b");
    std::string order;
    for (int i = 0; i < 3; ++i) {
        b.land(1);
        for (auto const& [connection, names] : b.leave()) order += names + " ";
    }
    EXPECT_EQ(order, "ab X Y ");
    b.land(1);
    b.read("c"), b.write("Z"), b.write("Q"), b.read("d");
    EXPECT_THAT(b.leave(), ElementsAre(left(1, "cd"))) << "the turn is the reads'";
}

TEST(single, a_group_does_not_queue_behind_a_line_of_single_writes) {
    bench b(1);
    b.write("W"), b.leave();
    for (auto const* who : {"1", "2", "3", "4"}) b.write(who);
    b.group("G"), b.group("H");
    std::string order;
    for (int i = 0; i < 6; ++i) {
        b.land(1);
        for (auto const& [connection, names] : b.leave()) order += names;
    }
    EXPECT_EQ(order, "G1H234") << "in turns: neither waits for the other's whole line";
}

TEST(single, departures_of_reads_are_paced_by_the_flight_time_and_the_connections) {
    bench b(4);
    b.learn(20ms);
    b.read("a");
    EXPECT_THAT(b.leave(), ElementsAre(left(1, "a"))) << "all are free: at once";
    b.now += 1ms;
    b.read("b");
    EXPECT_THAT(b.leave(), IsEmpty());
    ASSERT_TRUE(b.s.next_departure());
    EXPECT_EQ(*b.s.next_departure(), b.now + 4ms)
        << "20 ms over four connections after the last one";
    b.read("c");
    b.now += 4ms;
    EXPECT_THAT(b.leave(), ElementsAre(left(2, "bc")));
    EXPECT_FALSE(b.s.next_departure()) << "nobody waits";
}

TEST(single, next_door_nothing_is_paced_and_reads_spread_over_the_free_connections) {
    bench b(4);
    b.learn(200us);
    b.write("W"), b.leave();
    for (auto const* who : {"a", "b", "c", "d", "e"}) b.read(who);
    EXPECT_THAT(b.leave(), ElementsAre(left(2, "ab"), left(3, "cd"), left(4, "e")));
}

TEST(single, a_crowd_that_finds_all_connections_free_spreads_over_all_but_the_last) {
    bench b(4);
    b.learn(20ms);
    for (int i = 0; i < 32; ++i) b.read("r");
    auto const leaving = b.leave();
    ASSERT_EQ(leaving.size(), 3u);
    for (auto const& [connection, names] : leaving) EXPECT_EQ(names.size(), 8u);
    EXPECT_EQ(b.s.waiting(), 8u);
    b.now += 5ms;
    EXPECT_THAT(b.leave(), ElementsAre(left(4, "rrrrrrrr")));
}

TEST(single, a_crowd_that_comes_back_together_does_not_leave_together) {
    bench b(4);
    b.learn(20ms);
    for (int i = 0; i < 32; ++i) b.read("r");
    b.leave();
    for (int connection : {1, 2, 3}) b.land(connection);
    for (int i = 0; i < 24; ++i) b.read("s");  // whoever was answered asks again
    b.now += 20ms;
    EXPECT_THAT(b.leave().at(0).second, SizeIs(8u));
    EXPECT_THAT(b.leave(), IsEmpty()) << "the rest follows at intervals";
    b.now += 5ms;
    EXPECT_THAT(b.leave(), SizeIs(1u));
}

TEST(single, a_query_that_timed_out_twice_goes_alone_for_a_while) {
    bench b(4);
    for (int i = 0; i < 2; ++i) {
        b.read("slow"), b.leave();
        auto const done = b.land(1, 0, "57014");
        EXPECT_EQ(done[0]->failed->sqlstate(), "57014");
    }
    b.write("1"), b.write("2"), b.write("3"), b.leave();  // one connection is left
    b.read("slow"), b.read("other");
    EXPECT_THAT(b.leave(), ElementsAre(left(4, "slow")));
    b.land(1);
    EXPECT_THAT(b.leave(), ElementsAre(left(1, "other"))) << "other tenants are not touched";
    b.land(1), b.land(4);
    b.now += suspects::sentence;
    b.read("slow"), b.read("other");
    b.land(2);
    EXPECT_THAT(b.leave(), SizeIs(testing::Ge(1u)));
    EXPECT_EQ(b.s.waiting(), 0u);
}

TEST(single, lone_reads_use_at_most_half_of_the_connections_and_their_line_is_bounded) {
    bench b(4, false, {.waiting_lone = 3});
    for (int i = 0; i < 2; ++i) b.read("slow"), b.leave(), b.land(1, 0, "57014");
    for (int i = 0; i < 3; ++i) b.read("slow");
    EXPECT_FALSE(b.s.submit(make_read("slow", b.now), b.now)) << "the line is full";
    EXPECT_THAT(b.leave(), ElementsAre(left(1, "slow"), left(2, "slow")));
    b.land(1);
    EXPECT_THAT(b.leave(), ElementsAre(left(1, "slow")));
}

TEST(multi, batches_leave_at_once_on_the_least_busy_connection_up_to_the_limit) {
    bench b(2, true, {.in_flight = 2});
    for (auto const* who : {"a", "b", "c", "d"}) b.write(who);
    b.now += 1ms;
    b.read("e");
    EXPECT_THAT(b.leave(), ElementsAre(left(1, "a"), left(2, "b"), left(1, "c"), left(2, "d")));
    EXPECT_EQ(b.s.waiting(), 1u);
    EXPECT_EQ(b.s.in_flight(), 4u);
}

TEST(multi, the_oldest_leaves_first_whatever_it_is) {
    bench b(1, true, {.in_flight = 1});
    b.write("x"), b.leave();
    b.read("r"), b.now += 1ms, b.write("w"), b.now += 1ms, b.read("s");
    std::string order;
    for (int i = 0; i < 3; ++i) {
        b.land(1);
        order += b.leave().at(0).second;
    }
    EXPECT_EQ(order, "rws");
}

TEST(waiting, is_bounded_and_ends_in_time) {
    bench b(0, false, {.waiting = 2});
    auto const first = b.read("a");
    b.now += 1s;
    auto const second = b.write("b");
    EXPECT_FALSE(b.s.submit(make_read("c", b.now), b.now));
    b.now = start_of_time + 5s;
    EXPECT_THAT(b.s.expire(b.now), ElementsAre(first));
    EXPECT_EQ(first->failed->reason().kind(), error_kind::unavailable);
    EXPECT_EQ(first->failed->reason().code(), "postgres.waited_too_long");
    b.s.abandon(*second);
    EXPECT_EQ(b.s.waiting(), 0u) << "a caller that left makes room";
}

TEST(waiting, a_read_that_made_its_way_in_vain_has_its_time_again_once) {
    bench b(1);
    auto const r = b.read("a");
    b.leave();
    b.now += 4s;
    b.s.lost(1, "cut", false, b.now);
    EXPECT_THAT(b.s.expire(start_of_time + 8s), IsEmpty());
    EXPECT_THAT(b.s.expire(start_of_time + 9s), ElementsAre(r));
}

TEST(lease, waits_for_a_connection_to_come_home_and_keeps_others_off_it) {
    bench b(2);
    b.write("v"), b.write("w"), b.leave();
    auto const wish = make_write("L", b.now);
    ASSERT_TRUE(b.s.request_lease(wish));
    EXPECT_FALSE(b.s.grant());
    b.write("x"), b.write("y");
    b.land(1);
    EXPECT_EQ(b.s.grant(), wish);
    EXPECT_EQ(wish->connection, 1);
    EXPECT_THAT(b.leave(), IsEmpty());
    b.land(2);
    EXPECT_THAT(b.leave(), ElementsAre(left(2, "x")));
    b.s.take_back(1);
    EXPECT_THAT(b.leave(), ElementsAre(left(1, "y")));
}

TEST(lease, one_connection_stays_for_everybody_else) {
    bench b(2);
    auto const first = make_write("L", b.now), second = make_write("M", b.now);
    ASSERT_TRUE(b.s.request_lease(first) && b.s.request_lease(second));
    EXPECT_EQ(b.s.grant(), first);
    EXPECT_FALSE(b.s.grant());
    b.write("x");
    EXPECT_THAT(b.leave(), ElementsAre(left(2, "x")));
    b.s.take_back(first->connection);
    EXPECT_EQ(b.s.grant(), second);

    bench alone(1);
    ASSERT_TRUE(alone.s.request_lease(first));
    EXPECT_EQ(alone.s.grant(), first) << "a pool of one has no choice";
}

TEST(lease, a_promised_connection_is_shared_again_when_nobody_wants_it_any_more) {
    bench b(2, true);
    b.write("v"), b.write("w"), b.leave();
    auto const wish = make_write("L", b.now);
    ASSERT_TRUE(b.s.request_lease(wish));
    EXPECT_FALSE(b.s.grant());
    b.s.abandon(*wish);
    EXPECT_FALSE(b.s.grant());
    b.write("x");
    EXPECT_THAT(b.leave(), ElementsAre(left(1, "x")));
}

TEST(overflow, is_wanted_when_work_waits_although_every_connection_is_busy) {
    bench b(1, false, {});
    b.s = scheduler(limits{.connections = 2}, false);
    b.s.add(1);
    EXPECT_FALSE(b.s.wants_connection(b.now));
    b.write("a"), b.leave();
    EXPECT_FALSE(b.s.wants_connection(b.now));
    b.write("b");
    EXPECT_TRUE(b.s.wants_connection(b.now));
    b.s.add(2);
    EXPECT_FALSE(b.s.wants_connection(b.now)) << "the budget is used up";
}

TEST(overflow, a_crowd_of_reads_that_waits_a_good_part_of_a_flight_wants_one) {
    bench b(1);
    b.s = scheduler(limits{.connections = 2}, false);
    b.s.add(1);
    b.learn(30ms);
    b.read("a"), b.leave();
    for (auto const* name : {"b", "c", "d", "e"}) b.read(name);
    b.now += 10ms;
    EXPECT_FALSE(b.s.wants_connection(b.now)) << "they leave soon";
    b.now += 1ms;
    EXPECT_TRUE(b.s.wants_connection(b.now));
}

TEST(overflow, a_few_reads_wait_for_the_next_departure_unless_it_does_not_come) {
    bench b(1);
    b.s = scheduler(limits{.connections = 2}, false);
    b.s.add(1);
    b.learn(30ms);
    b.read("a"), b.leave();
    for (auto const* name : {"b", "c", "d"}) b.read(name);
    b.now += 70ms;
    EXPECT_FALSE(b.s.wants_connection(b.now));
    b.now += 1ms;
    EXPECT_TRUE(b.s.wants_connection(b.now));
}

TEST(overflow, nearby_a_wait_is_too_short_to_open_one_for_it) {
    bench b(1);
    b.s = scheduler(limits{.connections = 2}, false);
    b.s.add(1);
    b.learn(300us);
    b.read("a"), b.leave();
    for (auto const* name : {"b", "c", "d", "e"}) b.read(name);
    b.now += 2ms;
    EXPECT_FALSE(b.s.wants_connection(b.now));
}

TEST(retiring, takes_no_more_departures) {
    bench b(2);
    b.s.retire(1);
    b.write("a"), b.write("b");
    EXPECT_THAT(b.leave(), ElementsAre(left(2, "a")));
    EXPECT_TRUE(b.s.idle(1));
    EXPECT_FALSE(b.s.idle(2));
}

TEST(mode, changes_while_work_is_under_way) {
    bench b(1);
    b.read("a"), b.leave();
    b.read("b"), b.write("c");
    b.s.set_multi(true);
    std::vector<unit_ptr> flying = b.flying[1];
    auto const more = b.leave();
    EXPECT_THAT(more, SizeIs(2u));
    EXPECT_TRUE(answer_all(b.s, 1, flying));
    EXPECT_THAT(b.s.synced(1, b.now).value(), SizeIs(1u));
    b.s.set_multi(false);
    b.read("d");
    EXPECT_THAT(b.leave(), IsEmpty()) << "not before the connection is free of both";
}

}  // namespace
}  // namespace agente::postgres::tests
