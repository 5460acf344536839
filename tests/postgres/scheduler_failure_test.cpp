// A failure at every step of a round trip: whose answer stands, whose error it is, who goes again.
#include <gmock/gmock.h>

#include "postgres/unit_maker.hpp"

namespace agente::postgres::tests {
namespace {

using testing::HasSubstr;

constexpr std::size_t units = 4, statements = 3;  // of each unit, the scope statement included

struct round_trip {
    explicit round_trip(bool multi = false, bool reads = true)
        : s(limits{.connections = 1}, multi) {
        s.add(1);
        for (std::size_t i = 0; i < units; ++i) {
            auto const who = std::string(1, static_cast<char>('a' + i));
            all.push_back(reads ? make_read(who, start_of_time, statements - 1)
                                : make_write(who, start_of_time, statements - 1));
            EXPECT_TRUE(s.submit(all.back(), start_of_time));
        }
        while (auto d = s.depart(start_of_time)) left.push_back(copy(*d));
    }
    scheduler s;
    std::vector<unit_ptr> all;
    std::vector<std::vector<unit_ptr>> left;
};

TEST(shared_round_trip, an_error_at_any_statement_is_its_owners_alone) {
    for (std::size_t at = 0; at < units * statements; ++at) {
        SCOPED_TRACE(at);
        round_trip t;
        ASSERT_EQ(t.left.size(), 1u);
        ASSERT_TRUE(answer_all(t.s, 1, t.left[0], at));
        auto const done = t.s.synced(1, start_of_time + 20ms);
        ASSERT_TRUE(done);
        auto const culprit = at / statements;
        ASSERT_EQ(done->size(), culprit + 1);
        for (std::size_t i = 0; i < culprit; ++i) EXPECT_TRUE(answered(*(*done)[i]));
        ASSERT_TRUE((*done)[culprit]->failed);
        EXPECT_EQ((*done)[culprit]->failed->sqlstate(), "22012");
        EXPECT_EQ((*done)[culprit], t.all[culprit]);

        // The others go again together, in order, and are answered.
        EXPECT_EQ(t.s.waiting(), units - culprit - 1);
        if (culprit + 1 == units) continue;
        auto const again = t.s.depart(start_of_time + 40ms);
        ASSERT_TRUE(again);
        auto const left = copy(*again);
        EXPECT_EQ(left, std::vector(t.all.begin() + static_cast<std::ptrdiff_t>(culprit) + 1,
                                    t.all.end()));
        ASSERT_TRUE(answer_all(t.s, 1, left));
        auto const rest = t.s.synced(1, start_of_time + 60ms);
        ASSERT_TRUE(rest);
        for (auto const& u : *rest) EXPECT_TRUE(answered(*u));
    }
}

TEST(shared_round_trip,
     cut_after_any_reply_every_read_goes_once_more_and_then_fails_as_unavailable) {
    for (std::size_t at = 0; at <= units * statements; ++at) {
        SCOPED_TRACE(at);
        round_trip t;
        for (std::size_t n = 0; n < at; ++n)
            ASSERT_TRUE(
                t.s.replied(1, reply::of(answer_for(*t.all[n / statements], n % statements))));
        EXPECT_TRUE(t.s.lost(1, "cut", false, start_of_time + 20ms).empty());
        EXPECT_EQ(t.s.open(), 0u);
        t.s.add(2);
        EXPECT_TRUE(t.s.expire(start_of_time + 30ms).empty());
        EXPECT_FALSE(t.s.depart(start_of_time + 30ms))
            << "not at once: the other connections may be dying too";
        EXPECT_TRUE(t.s.expire(start_of_time + 20ms + scheduler::rest).empty());
        auto const again = t.s.depart(start_of_time + 20ms + scheduler::rest);
        ASSERT_TRUE(again);
        EXPECT_EQ(again->connection, 2);
        EXPECT_EQ(copy(*again), t.all);
        for (auto const& u : t.all) EXPECT_TRUE(u->tables.empty());
        auto const failed = t.s.lost(2, "cut again", false, start_of_time + 40ms);
        ASSERT_EQ(failed.size(), units);
        for (auto const& u : failed) EXPECT_EQ(u->failed->reason().kind(), error_kind::unavailable);
        EXPECT_EQ(t.s.waiting(), 0u);
    }
}

TEST(shared_round_trip, a_cut_after_an_error_leaves_the_error_with_its_owner) {
    round_trip t;
    for (std::size_t n = 0; n < statements; ++n)
        ASSERT_TRUE(t.s.replied(1, reply::of(answer_for(*t.all[0], n))));
    ASSERT_TRUE(t.s.replied(1, reply::of_error("22012", "division by zero")));
    auto const done = t.s.lost(1, "cut", false, start_of_time + 20ms);
    ASSERT_EQ(done.size(), 1u);
    EXPECT_EQ(done[0], t.all[1]);
    EXPECT_EQ(done[0]->failed->sqlstate(), "22012");
    EXPECT_EQ(t.s.waiting(), units - 1);
}

TEST(shared_round_trip, too_late_an_answer_is_a_timeout_and_not_tried_again) {
    round_trip t;
    EXPECT_EQ(t.s.overdue(start_of_time + 10s, 10s), -1);
    ASSERT_EQ(t.s.overdue(start_of_time + 10s + 1ms, 10s), 1);
    auto const done = t.s.lost(1, "no answer", true, start_of_time + 11s);
    ASSERT_EQ(done.size(), units);
    for (auto const& u : done) EXPECT_EQ(u->failed->reason().kind(), error_kind::timeout);
}

TEST(shared_round_trip, what_nobody_asked_for_is_refused_at_every_step) {
    for (std::size_t at = 0; at < units * statements; ++at) {
        SCOPED_TRACE(at);
        round_trip early, skipped, twice;
        for (std::size_t n = 0; n < at; ++n)
            for (auto* t : {&early, &skipped})
                ASSERT_TRUE(t->s.replied(
                    1, reply::of(answer_for(*t->all[n / statements], n % statements))));
        EXPECT_FALSE(early.s.synced(1, start_of_time)) << "a Sync before the last answer";
        EXPECT_FALSE(skipped.s.replied(1, reply::of_skipped()))
            << "skipped although nothing failed";
        ASSERT_TRUE(answer_all(twice.s, 1, {twice.all.begin(), twice.all.end() - 1}, 0));
        EXPECT_FALSE(twice.s.replied(1, reply::of(answer_for(*twice.all[0], 0))))
            << "an answer behind an error";
        EXPECT_FALSE(twice.s.replied(1, reply::of_error("22012", "again")))
            << "two errors before one Sync";
    }
    round_trip more;
    ASSERT_TRUE(answer_all(more.s, 1, more.all));
    EXPECT_FALSE(more.s.replied(1, reply::of(answer_for(*more.all[0], 0))))
        << "one answer too many";
    ASSERT_TRUE(more.s.synced(1, start_of_time));
    EXPECT_FALSE(more.s.synced(1, start_of_time)) << "one Sync too many";
    EXPECT_FALSE(more.s.replied(1, reply::of(answer_for(*more.all[0], 0))))
        << "an answer to nothing";
    EXPECT_FALSE(more.s.replied(7, reply::of(answer_for(*more.all[0], 0))))
        << "an unknown connection";
}

TEST(shared_round_trip, an_abandoned_read_is_not_run_again) {
    round_trip t;
    t.s.abandon(*t.all[2]);
    ASSERT_TRUE(answer_all(t.s, 1, t.left[0], statements));  // the second fails
    ASSERT_TRUE(t.s.synced(1, start_of_time));
    auto const again = t.s.depart(start_of_time);
    ASSERT_TRUE(again);
    EXPECT_EQ(copy(*again), std::vector{t.all[3]});
}

TEST(batches_in_flight, each_fails_for_itself_at_any_statement) {
    for (std::size_t at = 0; at < statements; ++at) {
        SCOPED_TRACE(at);
        round_trip t(true, false);
        ASSERT_EQ(t.left.size(), units) << "all are in flight at once, each before its own Sync";
        for (std::size_t i = 0; i < units; ++i) {
            ASSERT_TRUE(answer_all(t.s, 1, t.left[i], i == 1 ? at : 99));
            auto const done = t.s.synced(1, start_of_time);
            ASSERT_TRUE(done);
            ASSERT_EQ(*done, std::vector{t.all[i]});
            if (i == 1)
                EXPECT_EQ((*done)[0]->failed->sqlstate(), "22012");
            else
                EXPECT_TRUE(answered(*(*done)[0]));
        }
    }
}

TEST(batches_in_flight, a_lost_connection_fails_writes_as_in_doubt_after_any_reply) {
    for (std::size_t at = 0; at <= statements; ++at) {
        SCOPED_TRACE(at);
        round_trip t(true, false);
        for (std::size_t n = 0; n < at; ++n)
            ASSERT_TRUE(t.s.replied(1, reply::of(answer_for(*t.all[0], n))));
        auto const done = t.s.lost(1, "cut", false, start_of_time);
        ASSERT_EQ(done.size(), units);
        for (auto const& u : done) {
            EXPECT_TRUE(u->failed->in_doubt());
            EXPECT_THAT(u->failed->what(), HasSubstr("may or may not"));
        }
        EXPECT_EQ(t.s.waiting(), 0u) << "a write is never retried";
    }
}

TEST(batches_in_flight, an_error_of_the_commit_itself_is_the_batchs) {
    round_trip t(true, false);
    ASSERT_TRUE(answer_all(t.s, 1, t.left[0]));
    ASSERT_TRUE(t.s.replied(1, reply::of_error("23503", "deferred constraint")));
    auto const done = t.s.synced(1, start_of_time);
    ASSERT_TRUE(done);
    EXPECT_EQ((*done)[0]->failed->sqlstate(), "23503");
    EXPECT_TRUE((*done)[0]->tables.empty());
}

TEST(lent_connection, what_is_cut_there_was_rolled_back_unless_it_was_the_commit) {
    for (bool const commit : {false, true}) {
        scheduler s(limits{.connections = 2}, false);
        s.add(1), s.add(2);
        auto const wish = make_write("lease");
        ASSERT_TRUE(s.request_lease(wish));
        ASSERT_EQ(s.grant(), wish);
        auto const statement = make_write("x");
        statement->cut = commit ? when_cut::in_doubt : when_cut::rolled_back;
        s.fly_alone(wish->connection, statement, start_of_time);
        auto const done = s.lost(wish->connection, "cut", false, start_of_time);
        ASSERT_EQ(done.size(), 1u);
        EXPECT_EQ(done[0]->failed->in_doubt(), commit);
    }
}

}  // namespace
}  // namespace agente::postgres::tests
