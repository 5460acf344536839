// The pool against a real server, in both modes.
#include <gmock/gmock.h>

#include <set>

#include "postgres/database_fixture.hpp"

namespace agente::postgres::tests {
namespace {

using testing::HasSubstr;

using in_mode = database_test;

TEST_P(in_mode, reads_writes_and_counts) {
    open();
    auto const one = wait_for(loop, db->row(a, read_note, "k7"));
    ASSERT_TRUE(one);
    EXPECT_EQ(one->title, "hotel-a 7");
    EXPECT_FALSE(wait_for(loop, db->row(a, read_note, "none")));
    EXPECT_EQ(wait_for(loop, db->rows(b, all_notes)).size(), 100u);
    EXPECT_EQ(wait_for(loop, db->execute(a, retitle, "k7", "new")), 1);
    EXPECT_EQ(wait_for(loop, db->row(a, read_note, "k7"))->title, "new");
    EXPECT_EQ(wait_for(loop, db->row(b, read_note, "k7"))->title, "hotel-b 7");
    wait_for(loop, db->stop());
}

TEST_P(in_mode, a_batch_happens_as_a_whole_or_not_at_all) {
    open();
    batch good(a);
    auto const written = good.add(write_note, "new", "first");
    auto const seen = good.add(read_note, "new");
    auto const answers = wait_for(loop, db->run(std::move(good)));
    EXPECT_EQ(answers.affected(written), 1);
    EXPECT_EQ(answers.row(seen)->title, "first");

    batch bad(a);
    bad.add(write_note, "other", "second");
    bad.add(write_note, "new", "twice");
    auto const why = failure_of(loop, db->run(std::move(bad)));
    EXPECT_EQ(why.sqlstate(), "23505");
    EXPECT_EQ(why.constraint(), "notes_pkey");
    EXPECT_EQ(why.reason().kind(), error_kind::conflict);
    EXPECT_FALSE(wait_for(loop, db->row(a, read_note, "other")));
}

TEST_P(in_mode, tenants_see_their_own_rows_only_however_their_reads_travel) {
    open();
    int running = 0;
    for (int n = 0; n < 60; ++n) {
        ++running;
        auto const as = n % 2 == 0 ? a : b;
        auto const reader = [](database& of, access who) -> task<> {
            for (int i = 1; i <= 20; ++i) {
                auto const mine = co_await of.rows(who, all_notes);
                EXPECT_EQ(mine.size(), 100u);
                for (auto const& one : mine) EXPECT_EQ(one.tenant_id, who.slug());
                auto const key = fmt::format("k{}", i);
                auto const found = co_await of.row(who, read_note, key);
                EXPECT_EQ(found.value().title, fmt::format("{} {}", who.slug(), i));
            }
        };
        asio::co_spawn(loop, reader(*db, as), [&](std::exception_ptr e) {
            --running;
            EXPECT_FALSE(e);
        });
    }
    ASSERT_TRUE(run_until(loop, [&] { return running == 0; }));
    EXPECT_THROW(
        wait_for(loop, db->execute(access::tenant("hotel-c"), write_note_of, "x", "hotel-a")),
        error);
    EXPECT_TRUE(wait_for(loop, db->rows(access::tenant(""), all_notes)).empty())
        << "no tenant, no rows";
}

TEST_P(in_mode, nothing_of_a_scope_is_left_behind) {
    open(options_for(url, GetParam(), 1));
    wait_for(loop, db->execute(a.with_timeout(std::chrono::milliseconds(77)), retitle, "k1", "x"));
    wait_for(loop, db->row(a, read_note, "k1"));
    auto bare = wait_for(loop, db->exclusive(access::owner(), std::chrono::seconds(5)));
    constexpr query<std::string> settings{
        "tests.settings",
        "select current_user || '/' || coalesce(current_setting('agente.tenant', true), '') || '/' || "
        "current_setting('statement_timeout') || '/' || current_setting('transaction_read_only')"};
    EXPECT_EQ(wait_for(loop, bare.row(settings)), "postgres//5s/off");
}

TEST_P(in_mode, a_statement_that_runs_too_long_is_ended_by_the_server_and_nobody_else_notices) {
    open();
    auto const hasty = a.with_timeout(std::chrono::milliseconds(150));
    std::optional<error> late;
    int read = 0;
    asio::co_spawn(loop, db->row(hasty, nap, 20.0), [&](std::exception_ptr e, auto) {
        try {
            std::rethrow_exception(e);
        } catch (error const& why) {
            late = why;
        }
    });
    for (int i = 0; i < 20; ++i)
        asio::co_spawn(loop, db->row(b, read_note, "k2"), [&](std::exception_ptr e, auto found) {
            EXPECT_FALSE(e);
            if (!e && found && found->title == "hotel-b 2") ++read;
        });
    ASSERT_TRUE(run_until(loop, [&] { return late && read == 20; }));
    EXPECT_EQ(late->reason().kind(), error_kind::timeout);
    EXPECT_EQ(late->sqlstate(), "57014");
}

TEST_P(in_mode, a_bad_value_fails_its_own_read_and_the_others_are_answered) {
    open(options_for(url, GetParam(), 1));
    int good = 0, bad = 0;
    for (int i = 0; i < 40; ++i)
        asio::co_spawn(loop, db->row(i % 2 == 0 ? a : b, divide, i % 10 == 5 ? 0 : i + 1),
                       [&, i](std::exception_ptr e, auto found) {
                           if (!e) {
                               EXPECT_EQ(found, 100 / (i + 1));
                               ++good;
                               return;
                           }
                           try {
                               std::rethrow_exception(e);
                           } catch (error const& why) {
                               EXPECT_EQ(i % 10, 5);
                               EXPECT_EQ(why.sqlstate(), "22012");
                               ++bad;
                           }
                       });
    ASSERT_TRUE(run_until(loop, [&] { return good + bad == 40; }));
    EXPECT_EQ(bad, 4);
}

TEST_P(in_mode, a_read_that_writes_is_refused) {
    open();
    constexpr query<void> sneaky{"tests.sneaky", "delete from public.notes", sharing::coalescible};
    EXPECT_EQ(failure_of(loop, db->execute(a, sneaky)).sqlstate(), "25006");
    EXPECT_EQ(wait_for(loop, db->rows(a, all_notes)).size(), 100u);
}

TEST_P(in_mode, a_constraint_checked_at_the_commit_fails_the_batch) {
    open();
    for (
        std::string_view const sql :
        {"create table if not exists public.deferred (id int, constraint only_one unique (id) deferrable initially deferred)",
         "truncate public.deferred"})
        wait_for(loop, db->execute(access::owner(), query<void>{"tests.setup", sql}));
    constexpr query<void> twice{"tests.twice", "insert into public.deferred values (1), (1)"};
    auto const why = failure_of(loop, db->execute(access::owner(), twice));
    EXPECT_EQ(why.sqlstate(), "23505");
    EXPECT_EQ(why.constraint(), "only_one");
    constexpr query<std::int64_t> count{"tests.count", "select count(*) from public.deferred"};
    EXPECT_EQ(wait_for(loop, db->row(access::owner(), count)), 0);
}

TEST_P(in_mode, a_transaction_begun_on_a_shared_connection_costs_that_connection_only) {
    open();
    constexpr query<void> begin{"tests.begin", "begin"};
    EXPECT_EQ(failure_of(loop, db->execute(a, begin)).reason().kind(), error_kind::in_doubt);
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(wait_for(loop, db->row(a, read_note, "k3"))->title, "hotel-a 3");
}

TEST_P(in_mode, waiting_is_bounded) {
    auto with = options_for(url, GetParam(), 1);
    with.most_waiting = 5;
    with.most_in_flight = 1;
    open(with);
    int unavailable = 0, answered = 0;
    for (int i = 0; i < 20; ++i)
        asio::co_spawn(loop, db->row(a, nap_alone, 0.01), [&](std::exception_ptr e, auto) {
            if (!e) return void(++answered);
            try {
                std::rethrow_exception(e);
            } catch (error const& why) {
                EXPECT_EQ(why.reason().code(), "postgres.full");
                ++unavailable;
            }
        });
    ASSERT_TRUE(run_until(loop, [&] { return unavailable + answered == 20; }));
    EXPECT_EQ(answered, 5);
}

TEST_P(in_mode, connections_grow_under_load_and_shrink_when_idle) {
    auto with = options_for(url, GetParam(), 1);
    with.overflow = 2;
    with.most_in_flight = 1;
    with.idle_close = std::chrono::milliseconds(200);
    open(with);
    int running = 30;
    for (int i = 0; i < 30; ++i)
        asio::co_spawn(loop, db->row(a, nap_alone, 0.05), [&](std::exception_ptr e, auto) {
            EXPECT_FALSE(e);
            --running;
        });
    ASSERT_TRUE(run_until(loop, [&] { return db->now().open == 3; }));
    ASSERT_TRUE(run_until(loop, [&] { return running == 0; }));
    ASSERT_TRUE(run_until(loop, [&] { return db->now().open == 1; }));
    EXPECT_TRUE(wait_for(loop, db->row(a, read_note, "k1")));
}

TEST_P(in_mode, old_connections_are_replaced_and_nobody_notices) {
    auto with = options_for(url, GetParam(), 2);
    with.max_lifetime = std::chrono::milliseconds(60);
    open(with);
    constexpr query<int> backend{"tests.backend", "select pg_backend_pid()"};
    std::set<int> seen;
    ASSERT_TRUE(run_until(loop, [&] {
        seen.insert(wait_for(loop, db->row(a, backend)).value());
        return seen.size() >= 6;
    }));
}

TEST_P(in_mode, stopping_lets_what_is_under_way_end) {
    open();
    std::optional<int> slept;
    asio::co_spawn(loop, db->row(a, nap, 0.2), [&](std::exception_ptr e, auto found) {
        EXPECT_FALSE(e);
        slept = found;
    });
    while (metrics.measure("postgres_in_flight", "").value() == 0) loop.run_one();
    wait_for(loop, db->stop());
    // Who waited and who stopped are woken in the same turn of the loop, in any order.
    EXPECT_TRUE(run_until(loop, [&] { return slept.has_value(); }));
    EXPECT_EQ(failure_of(loop, db->row(a, read_note, "k1")).reason().code(), "postgres.stopping");
    EXPECT_EQ(metrics.measure("postgres_connections_active", "").value(), 0);
}

INSTANTIATE_TEST_SUITE_P(pool, in_mode,
                         testing::Values(pipeline_mode::multi, pipeline_mode::single,
                                         pipeline_mode::automatic),
                         mode_name);

}  // namespace
}  // namespace agente::postgres::tests
