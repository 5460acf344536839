#include "postgres/group_commit.hpp"

#include <gmock/gmock.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <random>
#include <set>

#include "support/run.hpp"
#include "support/servers.hpp"
#include "telemetry/metrics.hpp"

namespace agente::postgres {
namespace {

using support::sql;

struct note {
    std::string key;
    std::optional<std::string> text;
    int number{};
    boost::json::value body;
};
BOOST_DESCRIBE_STRUCT(note, (), (key, text, number, body))

constexpr group_query insert{
    "test.add_note",
    "insert into public.notes (key, text, number, body) select * from unnest($1::text[], $2::text[], $3::int[], $4::jsonb[])"
    " on conflict do nothing returning key"};

using notes = group_commit<note>;
using outcome = notes::outcome;

std::string notes_database() {
    auto const url = support::fresh_database();
    sql(url,
        "create table public.notes (key text primary key, text text check (text <> 'bad'), number int, body jsonb)");
    return url;
}

note one(std::string key, std::optional<std::string> text = "fine") {
    return {std::move(key), std::move(text), 7, {{"a", 1}}};
}

class group_commit_on_server : public testing::Test {
protected:
    void SetUp() override { support::run(loop, db.start()); }
    void TearDown() override { support::run(loop, db.stop()); }

    // Starts them all at once; "added", "present" or the kind of the error, in the order given.
    std::vector<std::string> add_all(notes& group, std::vector<note> rows) {
        std::vector<std::string> said(rows.size());
        std::size_t ended = 0;
        for (std::size_t i = 0; i < rows.size(); ++i)
            asio::co_spawn(loop, group.add(std::move(rows[i])),
                           [&, i](std::exception_ptr e, outcome o) {
                               said[i] = o == outcome::added ? "added" : "present";
                               if (e) said[i] = kind_of(e);
                               ++ended;
                           });
        loop.restart();
        while (ended < said.size() && loop.run_one_for(std::chrono::seconds(30)) > 0) {
        }
        EXPECT_EQ(ended, said.size());
        return said;
    }
    static std::string kind_of(std::exception_ptr e) {
        try {
            std::rethrow_exception(e);
        } catch (error const& wrong) {
            return std::string(to_string(wrong.reason().kind())) + " " +
                   std::string(wrong.sqlstate());
        } catch (std::exception const& other) {
            return other.what();
        }
    }

    double counted(std::string const& name, telemetry::labels with = {}) {
        with.emplace("query", insert.name);
        return metrics.count(name, "", with).value();
    }

    std::string url = notes_database();
    asio::io_context loop;
    telemetry::metrics metrics;
    database db{loop, support::pool_options(url), metrics};
};

TEST_F(group_commit_on_server, rows_of_one_turn_share_a_statement_and_keep_their_values) {
    notes group(db, access::owner(), insert, &note::key, metrics);
    auto const said =
        add_all(group, {one("b", "q\"uo,te\\ {}"), one("a", std::nullopt), one("c", "NULL")});
    EXPECT_THAT(said, testing::Each("added"));
    EXPECT_EQ(group.statistics().statements, 1u);
    EXPECT_EQ(
        sql(url,
            "select string_agg(key || '=' || coalesce(text, '(none)'), ' ' order by key) from notes"),
        "a=(none) b=q\"uo,te\\ {} c=NULL");
    EXPECT_EQ(sql(url, "select body->>'a' || number from notes where key = 'a'"), "17");
}

TEST_F(group_commit_on_server, one_of_several_twins_is_new_and_committed_keys_are_present) {
    notes group(db, access::owner(), insert, &note::key, metrics);
    auto said = add_all(group, {one("a"), one("b"), one("a"), one("a")});
    EXPECT_THAT(said, testing::ElementsAre("added", "added", "present", "present"));
    said = add_all(group, {one("b"), one("c")});
    EXPECT_THAT(said, testing::ElementsAre("present", "added"));
}

TEST_F(group_commit_on_server, a_bad_row_fails_alone_and_its_twin_with_it) {
    notes group(db, access::owner(), insert, &note::key, metrics);
    std::vector<note> rows;
    for (int i = 0; i < 50; ++i)
        rows.push_back(one(std::to_string(i), i == 17 || i == 41 ? "bad" : "fine"));
    rows.push_back(one("17"));
    auto const said = add_all(group, rows);
    for (std::size_t i = 0; i < said.size(); ++i)
        EXPECT_EQ(said[i], i == 17 || i == 41 || i == 50 ? "conflict 23514" : "added") << i;
    EXPECT_EQ(sql(url, "select count(*) from notes"), "48");
    EXPECT_LE(group.statistics().statements, 1u + 4 * 6)
        << "two searches by halves, not one statement a row";
    EXPECT_EQ(counted("postgres_group_statements_total"),
              static_cast<double>(group.statistics().statements));
    EXPECT_EQ(counted("postgres_group_splits_total"),
              static_cast<double>(group.statistics().halved));
    EXPECT_EQ(counted("postgres_group_failed_rows_total", {{"kind", "conflict"}}), 2);
}

TEST_F(group_commit_on_server, metrics_tell_how_full_statements_are_and_how_many_rows_wait) {
    auto& waiting = metrics.measure("postgres_group_waiting", "", {{"query", "test.add_note"}});
    auto other = std::make_unique<notes>(db, access::owner(), insert, &note::key, metrics,
                                         group_limits{.most_rows = 3});
    int ended = 0;
    for (auto const* key : {"x", "y", "z", "too many"})
        asio::co_spawn(loop, other->add(one(key)), [&](std::exception_ptr, outcome) { ++ended; });
    loop.restart();
    auto const refused = [&] {
        return counted("postgres_group_failed_rows_total", {{"kind", "unavailable"}});
    };
    while (refused() == 0 && loop.poll_one() > 0) {
    }
    EXPECT_EQ(refused(), 1);
    EXPECT_EQ(waiting.value(), 3);
    loop.restart();
    while (ended < 4 && loop.run_one_for(std::chrono::seconds(30)) > 0) {
    }
    EXPECT_EQ(waiting.value(), 0);
    EXPECT_NE(
        metrics.render().find("postgres_group_rows_bucket{query=\"test.add_note\",le=\"2\"} 0\n"
                              "postgres_group_rows_bucket{query=\"test.add_note\",le=\"4\"} 1\n"),
        std::string::npos)
        << metrics.render();
}

TEST_F(group_commit_on_server, nothing_but_bad_rows_ends_at_the_bound) {
    notes group(db, access::owner(), insert, &note::key, metrics, {.most_statements_a_group = 10});
    std::vector<note> rows;
    for (int i = 0; i < 64; ++i) rows.push_back(one(std::to_string(i), "bad"));
    auto const said = add_all(group, rows);
    EXPECT_THAT(said, testing::Each(testing::AnyOf("conflict 23514", "unavailable ")));
    EXPECT_EQ(group.statistics().statements, 10u);
}

TEST_F(group_commit_on_server, a_value_that_cannot_be_sent_never_joins_a_group) {
    notes group(db, access::owner(), insert, &note::key, metrics);
    auto const said = add_all(group, {one("a"), one("b", "\xff"), one("c")});
    EXPECT_THAT(said, testing::ElementsAre("added", "invalid ", "added"));
    EXPECT_EQ(group.statistics().halved, 0u);
}

TEST_F(group_commit_on_server, a_deadlock_is_tried_again_and_not_for_ever) {
    sql(url,
        "create sequence public.tries minvalue -100 start 1; create function public.deadlock() returns trigger language plpgsql as $$ begin"
        " if nextval('public.tries') <= 2 then raise exception 'deadlock detected' using errcode = '40P01'; end if; return null; end $$;"
        "create trigger deadlock before insert on public.notes for each statement execute function public.deadlock()");
    notes group(db, access::owner(), insert, &note::key, metrics, {.most_retries = 2});
    EXPECT_THAT(add_all(group, {one("a"), one("b")}), testing::Each("added"));
    EXPECT_EQ(group.statistics().retried, 2u);
    EXPECT_EQ(counted("postgres_group_retries_total"), 2);
    sql(url, "alter sequence public.tries restart with -10");
    EXPECT_THAT(add_all(group, {one("c"), one("d")}), testing::Each("conflict 40P01"));
}

TEST_F(group_commit_on_server, without_the_table_everybody_hears_it_after_one_statement) {
    constexpr group_query nowhere{"test.nowhere",
                                  "insert into public.nowhere (a) select $1 returning a"};
    notes group(db, access::owner(), nowhere, &note::key, metrics);
    auto const said = add_all(group, {one("a"), one("b")});
    EXPECT_THAT(said, testing::Each(testing::HasSubstr("internal 42")));
    EXPECT_EQ(group.statistics().statements, 1u);
}

TEST_F(group_commit_on_server, rows_without_a_key_are_all_added) {
    constexpr group_query log{
        "test.log",
        "insert into public.lock_audit (lock_key, event_type, tenant_id, details)"
        " select k, 'e', t, b from unnest($1::text[], $2::text[], $3::int[], $4::jsonb[]) as r(k, t, n, b)"
        " returning 'x'"};
    notes group(db, access::system(), log, nullptr, metrics);
    EXPECT_THAT(add_all(group, {one("a"), one("a"), one("a")}), testing::Each("added"));
    EXPECT_EQ(sql(url, "select count(*) from lock_audit"), "3");
}

TEST_F(group_commit_on_server, a_cancelled_caller_stops_nobody_and_its_twin_hears_of_the_new_row) {
    notes group(db, access::owner(), insert, &note::key, metrics);
    asio::cancellation_signal hang_up;
    std::string first;
    asio::co_spawn(loop, group.add(one("a")),
                   asio::bind_cancellation_slot(hang_up.slot(), [&](std::exception_ptr e, outcome) {
                       first = e ? "gone" : "answered";
                   }));
    loop.restart();
    loop.poll_one();
    hang_up.emit(asio::cancellation_type::terminal);
    auto const said = add_all(group, {one("a"), one("b")});
    EXPECT_EQ(first, "gone");
    EXPECT_THAT(said, testing::Each("added"));
}

TEST_F(group_commit_on_server, stop_waits_for_what_is_under_way) {
    notes group(db, access::owner(), insert, &note::key, metrics);
    std::string said;
    asio::co_spawn(loop, group.add(one("a")), [&](std::exception_ptr e, outcome o) {
        said = !e && o == outcome::added ? "added" : "failed";
    });
    loop.restart();
    while (group.statistics().statements == 0) loop.run_one();
    support::run(loop, group.stop());
    loop.poll();
    EXPECT_EQ(said, "added");
    EXPECT_THAT(add_all(group, {one("b")}), testing::ElementsAre("unavailable "));
}

TEST_F(group_commit_on_server,
       a_connection_cut_under_way_makes_the_group_in_doubt_and_repeating_tells_the_truth) {
    sql(url,
        "create function public.slow() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return new; end $$;"
        "create trigger slow before insert on public.notes for each statement execute function public.slow()");
    notes group(db, access::owner().with_timeout(std::chrono::minutes(2)), insert, &note::key,
                metrics);
    std::vector<std::string> said;
    for (auto key : {"a", "b"})
        asio::co_spawn(loop, group.add(one(key)), [&](std::exception_ptr e, outcome) {
            said.push_back(e ? kind_of(e) : "answered");
        });
    loop.restart();
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    auto const asleep =
        "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
    while (sql(url, asleep) == "0" && std::chrono::steady_clock::now() < end)
        loop.run_one_for(std::chrono::milliseconds(5));
    sql(url,
        "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()");
    while (said.size() < 2 && loop.run_one_until(end) > 0) {
    }
    EXPECT_THAT(said, testing::SizeIs(2));
    EXPECT_THAT(said, testing::Each(testing::AnyOf("in_doubt ", "unavailable 57P01")));
    sql(url, "drop trigger slow on public.notes");
    EXPECT_THAT(add_all(group, {one("a"), one("b")}), testing::Each("added"))
        << "this cut happened before the commit";
}

// Two pools, each with a group of its own, as two instances have: every key is new for exactly one
// caller.
TEST_F(group_commit_on_server, two_instances_with_the_same_keys_agree_who_was_first) {
    database other(loop, support::pool_options(url), metrics);
    support::run(loop, other.start());
    notes here(db, access::owner(), insert, &note::key, metrics, {.rows_per_statement = 20}),
        there(other, access::owner(), insert, &note::key, metrics, {.rows_per_statement = 20});
    constexpr int keys = 400, copies = 4;
    std::vector<int> order;
    for (int i = 0; i < keys * copies; ++i) order.push_back(i);
    std::ranges::shuffle(order, std::mt19937(4711));
    std::map<std::string, int> added;
    int ended = 0;
    std::vector<std::string> wrong;
    for (int const i : order) {
        auto const key = std::to_string(i / copies);
        auto& group = i % 2 == 0 ? here : there;
        asio::co_spawn(loop, group.add(one(key)), [&, key](std::exception_ptr e, outcome o) {
            ++ended;
            if (e)
                wrong.push_back(kind_of(e));
            else if (o == outcome::added)
                ++added[key];
        });
    }
    loop.restart();
    while (ended < keys * copies && loop.run_one_for(std::chrono::seconds(30)) > 0) {
    }
    EXPECT_EQ(ended, keys * copies);
    EXPECT_THAT(wrong, testing::IsEmpty());
    EXPECT_THAT(added, testing::SizeIs(keys));
    EXPECT_THAT(added,
                testing::Each(testing::Field(&std::pair<std::string const, int>::second, 1)));
    EXPECT_EQ(sql(url, "select count(*) from notes"), std::to_string(keys));
    support::run(loop, other.stop());
}

}  // namespace
}  // namespace agente::postgres
