#include "operations/cleanup.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "support/run.hpp"
#include "support/servers.hpp"
#include "telemetry/metrics.hpp"

namespace agente::operations {
namespace {

using namespace std::chrono_literals;
using support::fresh_database;
using support::sql;
using testing::HasSubstr;

class cleanup : public testing::Test {
protected:
    std::vector<cleaned> run(retention const& keep = usual_retention(),
                             cleanup_options const& options = {}) {
        postgres::command_connection database(postgres::parse_url(url).value());
        return clean_up(database, keep, options);
    }
    std::vector<cleaned> run_as_service(retention keep = usual_retention()) {
        asio::io_context loop;
        telemetry::metrics metrics;
        postgres::database database(loop, support::pool_options(url), metrics);
        auto const work = [&](postgres::database& db) -> task<std::vector<cleaned>> {
            co_await db.start();
            auto all = co_await clean_up(db, std::move(keep), 1min);
            co_await db.stop();
            co_return all;
        };
        return support::run(loop, work(database));
    }
    static std::int64_t rows(std::vector<cleaned> const& all, std::string_view name) {
        return std::ranges::find(all, name, &cleaned::name)->rows;
    }
    static std::int64_t sum(std::vector<cleaned> const& all) {
        std::int64_t out = 0;
        for (auto const& one : all) out += one.rows;
        return out;
    }
    static retention only(std::string_view name, std::chrono::seconds age) {
        retention keep(cleanup_rules().size(), 0s);
        auto const& rules = cleanup_rules();
        keep[static_cast<std::size_t>(std::ranges::find(rules, name, &cleanup_rule::name) -
                                      rules.begin())] = age;
        return keep;
    }

    // A row of each kind that is old, and one that is not.
    void fill() {
        sql(url, R"sql(
            insert into public.tenants (tenant_id, name) values ('sol', 'Sol');
            insert into public.users (id, username, email, hashed_password) select 'u' || i, 'u' || i, 'u' || i || '@x', 'x' from generate_series(1, 3) i;
            insert into public.user_sessions (id, user_id, token_jti, expires_at)
                values ('old', 'u1', 'a', now() - interval '8 days'), ('young', 'u1', 'b', now() - interval '6 days'), ('live', 'u1', 'c', now() + interval '1 day');
            insert into agente.revocations (at, session_id) values (now() - interval '49 hours', 'old'), (now() - interval '47 hours', 'young');
            insert into public.lock_audit (lock_key, event_type, created_at) values ('old', 'e', now() - interval '31 days'), ('young', 'e', now() - interval '29 days');
            insert into agente.security_events (event_type, occurred_at) values ('old', now() - interval '366 days'), ('young', now() - interval '364 days');
            insert into public.password_history (user_id, password_hash, created_at)
                select 'u1', 'h' || i, now() - interval '2 years' + i * interval '1 hour' from generate_series(1, 8) i;
            insert into public.password_history (user_id, password_hash, created_at) select 'u2', 'k' || i, now() - interval '2 years' from generate_series(1, 4) i;
            insert into agente.one_time_links (token_hash, user_id, purpose, expires_at, created_at) values
                ('old', 'u1', 'reset', now() - interval '31 days', now() - interval '32 days'),
                ('living', 'u2', 'invite', now() + interval '1 day', now() - interval '61 days'),
                ('voids-the-living', 'u2', 'reset', now() - interval '31 days', now() - interval '60 days');
            insert into agente.inbox (id, channel, provider_message_id, guest, recipient, kind, body, received_at, done_at)
                select ('00000000-0000-0000-0000-00000000000' || i)::uuid, 'w', i::text, 'g', 'r', 'text', '{}',
                       now() - case when i = 9 then interval '1 day' else interval '91 days' end,
                       case when i = 1 then null else now() end
                  from generate_series(1, 9) i;
            insert into agente.outbox (id, inbox_id, channel, sender, guest, message, state, created_at)
                select ('10000000-0000-0000-0000-00000000000' || i)::uuid, ('00000000-0000-0000-0000-00000000000' || i)::uuid, 'w', 's', 'g', '{}',
                       (array['sent', 'sending', 'unknown', 'sent', 'delivered', 'read', 'failed', 'sent'])[i - 1],
                       now() - case when i = 5 then interval '89 days' else interval '91 days' end
                  from generate_series(2, 9) i;
            insert into agente.booking_journal (reference, tenant_id, request_key, state, room_type, arrival, departure, rooms, guest, pms_id, updated_at)
                select state || age, 'sol', state || age, state, n, current_date - age - 1, current_date - age, 1, 'g', 7, now() - age * interval '1 day'
                  from unnest(array['intended', 'sent', 'confirmed', 'failed', 'unknown']) with ordinality as s (state, n), unnest(array[700, 800]) age)sql");
    }

    void expect_only_what_is_needed() {
        EXPECT_EQ(sql(url, "select string_agg(id, ' ' order by id) from public.user_sessions"),
                  "live young");
        EXPECT_EQ(sql(url, "select string_agg(session_id, ' ') from agente.revocations"), "young");
        EXPECT_EQ(sql(url, "select string_agg(lock_key, ' ') from public.lock_audit"), "young");
        EXPECT_EQ(sql(url, "select string_agg(event_type, ' ') from agente.security_events"),
                  "young");
        EXPECT_EQ(
            sql(url,
                "select string_agg(password_hash, ' ' order by password_hash) from public.password_history"),
            "h4 h5 h6 h7 h8 k1 k2 k3 k4");
        EXPECT_EQ(
            sql(url,
                "select string_agg(token_hash, ' ' order by token_hash) from agente.one_time_links"),
            "living voids-the-living");
        // 1 is not answered; 3 and 4 have replies that are not settled, 5 a young one; 9 is young.
        EXPECT_EQ(
            sql(url, "select string_agg(right(id::text, 1), ' ' order by id) from agente.inbox"),
            "1 3 4 5 9");
        EXPECT_EQ(
            sql(url, "select string_agg(right(id::text, 1), ' ' order by id) from agente.outbox"),
            "3 4 5");
        EXPECT_EQ(
            sql(url,
                "select string_agg(reference, ' ' order by reference) from agente.booking_journal"),
            "confirmed700 failed700 intended700 intended800 sent700 sent800 unknown700 unknown800");
    }

    std::string const url = fresh_database();
};

TEST_F(cleanup, deletes_what_is_old_and_nothing_that_is_needed) {
    fill();
    auto const all = run();
    expect_only_what_is_needed();
    EXPECT_EQ(rows(all, "outbox"), 5);
    EXPECT_EQ(rows(all, "inbox"), 4);
    EXPECT_EQ(rows(all, "password-history"), 3);
    EXPECT_EQ(sum(run()), 0);
}

TEST_F(cleanup, the_service_deletes_the_same) {
    fill();
    auto const all = run_as_service();
    expect_only_what_is_needed();
    EXPECT_EQ(rows(all, "booking-journal"), 2);
    EXPECT_EQ(sum(run_as_service()), 0);
}

TEST_F(cleanup, a_dry_run_counts_what_a_real_one_deletes) {
    fill();
    auto const would = run(usual_retention(), {.dry_run = true});
    auto const did = run();
    ASSERT_EQ(would.size(), did.size());
    for (std::size_t i = 0; i < did.size(); ++i)
        EXPECT_EQ(would[i].rows, did[i].rows) << did[i].name;
    EXPECT_GT(sum(did), 0);
}

TEST_F(cleanup, works_in_batches_until_all_is_gone) {
    sql(url,
        "insert into public.lock_audit (lock_key, event_type, created_at) select 'k', 'e', now() - interval '40 days' from generate_series(1, 23)");
    std::vector<std::int64_t> steps;
    postgres::command_connection database(postgres::parse_url(url).value());
    clean_up(database, only("lock-audit", 720h), {.batch = 10},
             [&](cleaned const& one) { steps.push_back(one.rows); });
    EXPECT_THAT(steps, testing::ElementsAre(10, 20, 23));
}

TEST_F(cleanup, what_is_kept_for_ever_stays) {
    fill();
    EXPECT_EQ(sum(run(retention(cleanup_rules().size(), 0s))), 0);
    // Replies for ever: then the messages they answer, too.
    auto keep = usual_retention();
    for (std::size_t i = 0; i < keep.size(); ++i)
        if (cleanup_rules()[i].name == "outbox") keep[i] = 0s;
    auto const all = run(keep);
    EXPECT_EQ(rows(all, "inbox"), 0);
    EXPECT_EQ(sql(url, "select count(*) from agente.outbox"), "8");
}

TEST_F(cleanup, a_shorter_time_than_a_rule_bears_counts_as_the_least) {
    sql(url,
        "insert into agente.inbox (id, channel, provider_message_id, guest, recipient, kind, body, received_at, done_at)"
        " select gen_random_uuid(), 'w', i::text, 'g', 'r', 'text', '{}', now() - i * interval '1 day', now() from unnest(array[6, 8]) i");
    EXPECT_EQ(rows(run(only("inbox", 1h)), "inbox"), 1);
    EXPECT_EQ(sql(url, "select provider_message_id from agente.inbox"), "6");
}

TEST_F(cleanup, the_service_leaves_it_to_whoever_is_at_it) {
    fill();
    postgres::command_connection other(postgres::parse_url(url).value());
    other.script("test.hold", "begin; select pg_advisory_xact_lock(x'636c65616e'::bigint)");
    EXPECT_EQ(sum(run_as_service()), 0);
    other.script("test.release", "rollback");
    EXPECT_GT(sum(run_as_service()), 0);
}

TEST(duration, is_a_whole_number_and_a_unit) {
    EXPECT_EQ(parse_duration("12h").value(), 12h);
    EXPECT_EQ(parse_duration("7d").value(), 7 * 24h);
    EXPECT_EQ(parse_duration("2w").value(), 14 * 24h);
    for (auto const* wrong : {"", "7", "d", "0d", "-1d", "+1d", "07d", "1.5d", "7 d", " 7d",
                              "7days", "7D", "7m", "100001h", "99999999999999999999d"})
        EXPECT_THAT(parse_duration(wrong).error().message(), HasSubstr("such as 12h, 7d or 2w"))
            << wrong;
}

}  // namespace
}  // namespace agente::operations
