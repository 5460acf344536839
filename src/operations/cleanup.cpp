#include "operations/cleanup.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "net/gate.hpp"
#include "operations/interruption.hpp"

namespace agente::operations {
namespace {

using namespace std::chrono_literals;
using postgres::query;

constexpr auto day = std::chrono::seconds(24h);
constexpr auto pause_between_batches = 100ms;
constexpr double for_ever = 1e10;  // seconds: 317 years

// Of a row called x; $1 is the age in seconds, $3 that of replies.
struct criterion {
    cleanup_rule rule;
    std::string_view key, order, condition;
    bool platform{false};  // agente_system may not delete it
};

constexpr std::array criteria{
    criterion{{"sessions", "public.user_sessions", "sessions that ended", 7 * day, 1h,
               "people look at what they just ended"},
              "id",
              "x.expires_at",
              "x.expires_at < now() - make_interval(secs => $1)"},
    criterion{{"revocations", "agente.revocations", "revocations of access tokens", 2 * day,
               2 * day, "an access token that was revoked may be good for a day"},
              "id",
              "x.at",
              "x.at < now() - make_interval(secs => $1)"},
    criterion{
        {"one-time-links", "agente.one_time_links", "invitations and password links that ended",
         30 * day, day, "people look at what just ended"},
        "token_hash",
        "x.created_at",
        "x.created_at < now() - make_interval(secs => $1) and x.expires_at < now() - make_interval(secs => $1)"
        // Only the newest link of a person is good, as long as it is there.
        " and not exists (select from agente.one_time_links o"
        "                  where o.user_id = x.user_id and o.created_at < x.created_at"
        "                    and o.expires_at > now() and o.used_at is null)"},
    criterion{
        {"password-history", "public.password_history",
         "former passwords beyond a person's five newest", 365 * day, day,
         "a change under way writes two"},
        "id",
        "x.id",
        "x.created_at < now() - make_interval(secs => $1)"
        " and (select count(*) from (select from public.password_history n"
        "                             where n.user_id = x.user_id and (n.created_at, n.id) > (x.created_at, x.id)"
        "                             limit 5) newer) = 5"},
    criterion{{"lock-audit", "public.lock_audit", "events of locks", 30 * day, day,
               "somebody may be looking into them"},
              "id",
              "x.created_at",
              "x.created_at < now() - make_interval(secs => $1)"},
    criterion{{"security-events", "agente.security_events", "security events", 365 * day, day,
               "somebody may be looking into them"},
              "id",
              "x.occurred_at",
              "x.occurred_at < now() - make_interval(secs => $1)"},
    criterion{{"outbox", "agente.outbox", "replies whose fate is settled", 90 * day, 7 * day,
               "WhatsApp reports on a reply for a week"},
              "id",
              "x.created_at",
              "x.created_at < now() - make_interval(secs => $1)"
              " and x.state in ('sent', 'delivered', 'read', 'failed')"},
    criterion{
        {"inbox", "agente.inbox", "answered messages whose replies may go too", 90 * day, 7 * day,
         "WhatsApp delivers a message again for a week, and it must be known then"},
        "id",
        "x.received_at",
        "x.received_at < now() - make_interval(secs => $1) and x.done_at is not null"
        " and not exists (select from agente.outbox o where o.inbox_id = x.id"
        "                    and (o.created_at >= now() - make_interval(secs => $3)"
        "                         or o.state not in ('sent', 'delivered', 'read', 'failed')))"},
    criterion{
        {"booking-journal", "agente.booking_journal", "settled bookings, from the day of departure",
         730 * day, 30 * day, "a guest asks again for a booking that was made"},
        "reference",
        "x.departure",
        "x.departure < now() - make_interval(secs => $1)"
        " and x.updated_at < now() - make_interval(secs => $1)"
        " and x.state in ('confirmed', 'failed')",
        true}};

// One batch at a time, wherever it runs: who does not get the lock deletes nothing. It ends with
// the batch's transaction, and the number is "clean" in ASCII.
struct statements {
    std::string name, remove, count;
};

statements statements_of(criterion const& of) {
    auto const from = fmt::format("{} x", of.rule.table);
    return {
        fmt::format("cleanup.{}", of.rule.name),
        fmt::format(
            "delete from {0} where {1} in (select x.{1} from {2}"
            " where (select pg_catalog.pg_try_advisory_xact_lock(x'636c65616e'::bigint)) and {3}"
            " order by {4} limit $2)",
            of.rule.table, of.key, from, of.condition, of.order),
        fmt::format("select count(*) from {} where {}", from, of.condition)};
}

std::vector<statements> const& all_statements() {
    static std::vector<statements> const all = [] {
        std::vector<statements> made;
        for (auto const& one : criteria) made.push_back(statements_of(one));
        return made;
    }();
    return all;
}

constexpr query<bool> wait_for_lock{
    "cleanup.lock", "select pg_catalog.pg_advisory_xact_lock(x'636c65616e'::bigint) is not null"};

struct parameters {
    double age, age_of_replies;
};

parameters parameters_of(std::size_t rule, retention const& keep) {
    auto const age = [&](std::size_t of) {
        return static_cast<double>(std::max(keep.at(of), criteria[of].rule.least).count());
    };
    std::size_t replies = 0;
    while (criteria[replies].rule.name != "outbox") ++replies;
    return {age(rule), keep.at(replies) == 0s ? for_ever : age(replies)};
}

}  // namespace

std::vector<cleanup_rule> const& cleanup_rules() {
    static std::vector<cleanup_rule> const all = [] {
        std::vector<cleanup_rule> made;
        for (auto const& one : criteria) made.push_back(one.rule);
        return made;
    }();
    return all;
}

retention usual_retention() {
    retention all;
    for (auto const& one : criteria) all.push_back(one.rule.usual);
    return all;
}

result<std::chrono::seconds> parse_duration(std::string_view text) {
    constexpr long long most = 100'000;
    long long number = 0;
    auto const [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
    std::string_view const unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    bool const plain = !text.empty() && text.front() >= '1' && text.front() <= '9';
    if (wrong == std::errc() && plain && number <= most) {
        if (unit == "h") return number * std::chrono::seconds(1h);
        if (unit == "d") return number * day;
        if (unit == "w") return number * 7 * day;
    }
    return error(
        error_kind::invalid, "cleanup.bad_duration",
        fmt::format("\"{}\" is no duration: a whole number and h, d or w, such as 12h, 7d or 2w",
                    text));
}

std::vector<cleaned> clean_up(postgres::command_connection& database, retention const& keep,
                              cleanup_options const& options,
                              std::function<void(cleaned const&)> const& step) {
    std::vector<cleaned> all;
    for (std::size_t i = 0; i < criteria.size(); ++i) {
        auto const& sql = all_statements()[i];
        cleaned one{criteria[i].rule.name, criteria[i].rule.table};
        auto const [age, replies] = parameters_of(i, keep);
        if (keep[i] > 0s && options.dry_run) {
            query<std::int64_t, double, int, double> const count{sql.name, sql.count};
            one.rows = *database.row(count, age, options.batch, replies);
        } else if (keep[i] > 0s) {
            query<void, double, int, double> const remove{sql.name, sql.remove};
            for (std::int64_t gone = options.batch; gone == options.batch;) {
                interruption::check();
                database.script("cleanup.begin", "begin");
                database.row(wait_for_lock);
                gone = database.execute(remove, age, options.batch, replies);
                database.script("cleanup.commit", "commit");
                one.rows += gone;
                if (step && gone > 0) step(one);
            }
        }
        all.push_back(one);
    }
    return all;
}

task<std::vector<cleaned>> clean_up(postgres::database& database, retention keep,
                                    std::chrono::steady_clock::duration most) {
    constexpr int batch = 1'000;
    auto const end = std::chrono::steady_clock::now() + most;
    std::vector<cleaned> all;
    for (std::size_t i = 0; i < criteria.size(); ++i) {
        auto const& sql = all_statements()[i];
        query<void, double, int, double> const remove{sql.name, sql.remove};
        auto const as =
            (criteria[i].platform ? postgres::access::platform() : postgres::access::system())
                .with_timeout(30s);
        cleaned one{criteria[i].rule.name, criteria[i].rule.table};
        auto const [age, replies] = parameters_of(i, keep);
        for (std::int64_t gone = batch; keep[i] > 0s && gone == batch;) {
            if (std::chrono::steady_clock::now() >= end) break;
            gone = co_await database.execute(as, remove, age, batch, replies);
            one.rows += gone;
            co_await net::pause(pause_between_batches);
        }
        all.push_back(one);
    }
    co_return all;
}

std::vector<postgres::query_text> cleanup_queries() {
    std::vector<postgres::query_text> all;
    for (auto const& one : all_statements())
        all.push_back(describe(query<void, double, int, double>{one.name, one.remove}));
    return all;
}

}  // namespace agente::operations
