#include "operations/report_judgement.hpp"

#include <fmt/format.h>

namespace agente::operations {
namespace {

constexpr std::int64_t enough_blocks = 10'000;  // below it a hit rate says nothing
constexpr double minutes = 60, hours = 3600;

// From `bad` on a fault, from `watch` on a warning.
severity above(double value, double watch, double bad) {
    return value >= bad ? severity::fault : value >= watch ? severity::warning : severity::ok;
}

std::string bytes(std::int64_t n) { return shown(n, measure::bytes); }
std::string counted(std::int64_t n, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", shown(n, measure::count), n == 1 ? one : many);
}
std::string seconds(double n) { return shown(n, measure::seconds); }

finding size(report_overview const& o, report_options const& with) {
    auto what = fmt::format("The database takes {}, {} of it indexes", bytes(o.database_bytes),
                            bytes(o.index_bytes));
    if (with.quota_bytes <= 0) return {"report.size", severity::info, what, ""};
    auto const percent =
        100.0 * static_cast<double>(o.database_bytes) / static_cast<double>(with.quota_bytes);
    return {"report.size", above(percent, 80, 95),
            fmt::format("{}, {:.0f} % of its quota of {}", what, percent, bytes(with.quota_bytes)),
            "delete what is old (agente-hotel db cleanup), or take a larger plan"};
}

finding cache(report_overview const& o) {
    if (!o.cache_hit_percent || o.blocks_asked < enough_blocks)
        return {"report.cache", severity::info,
                "Too little was read since the statistics were reset to judge the cache", ""};
    auto const missed = 100 - *o.cache_hit_percent;
    return {"report.cache", above(missed, 1, 5),
            fmt::format("{} of the blocks were found in the cache",
                        shown(*o.cache_hit_percent, measure::percent)),
            "look at the sections cache and outliers; if they are as they must be, take a larger "
            "compute size"};
}

finding connections(report_overview const& o) {
    auto const open = std::max<std::int64_t>(1, o.most_connections - o.reserved_connections);
    auto const percent = 100.0 * static_cast<double>(o.connections) / static_cast<double>(open);
    return {"report.connections", above(percent, 70, 90),
            fmt::format("{} of {} connections are in use ({:.0f} %; {} are reserved)",
                        o.connections, open, percent, o.reserved_connections),
            "lower instances × (pool + overflow), or connect through the transaction pooler"};
}

finding transactions(report_overview const& o) {
    if (o.idle_in_transaction_seconds >= 5 * minutes)
        return {"report.transactions", above(o.idle_in_transaction_seconds, 5 * minutes, 1 * hours),
                fmt::format("A transaction has been open and idle for {}: nothing that died since "
                            "can be swept",
                            seconds(o.idle_in_transaction_seconds)),
                "see long-running-queries; end it with: select pg_terminate_backend(PID)"};
    return {"report.transactions", above(o.oldest_transaction_seconds, 15 * minutes, 6 * hours),
            o.oldest_transaction_seconds > 0 ? fmt::format("The oldest open transaction is {} old",
                                                           seconds(o.oldest_transaction_seconds))
                                             : "No transaction is open",
            "see long-running-queries; end it with: select pg_cancel_backend(PID)"};
}

finding blocking(report_overview const& o) {
    return {"report.blocking", o.blocked > 0 ? severity::warning : severity::ok,
            o.blocked > 0
                ? counted(o.blocked, "session waits for a lock", "sessions wait for a lock")
                : "No session waits for a lock",
            "see blocking: the one that blocks must end first"};
}

finding dead_rows(report_overview const& o) {
    auto const all = o.live_rows + o.dead_rows;
    auto const percent =
        all > 0 ? 100.0 * static_cast<double>(o.dead_rows) / static_cast<double>(all) : 0;
    auto const few = o.dead_rows < 10'000;
    return {"report.dead_rows", few ? severity::ok : above(percent, 20, 50),
            fmt::format("{} of {} rows are dead ({:.0f} %)", shown(o.dead_rows, measure::count),
                        shown(all, measure::count), percent),
            "see vacuum-stats: an old transaction holds the sweep up, or autovacuum is too slow"};
}

finding indexes(report_overview const& o) {
    auto const percent = o.index_bytes > 0 ? 100.0 * static_cast<double>(o.unused_index_bytes) /
                                                 static_cast<double>(o.index_bytes)
                                           : 0;
    auto const few = o.unused_index_bytes < 10 * 1024 * 1024;
    return {"report.unused_indexes", few ? severity::ok : above(percent, 10, 1000),
            o.unused_indexes == 0
                ? "Every index of some size is in use"
                : fmt::format("{} {}",
                              counted(o.unused_indexes, "index that is hardly read takes",
                                      "indexes that are hardly read take"),
                              bytes(o.unused_index_bytes)),
            "see unused-indexes; drop those that a month of normal work did not need"};
}

finding wraparound(report_overview const& o) {
    return {"report.wraparound", above(o.oldest_rows_percent, 25, 60),
            fmt::format("The oldest rows have used {:.0f} % of the transaction numbers",
                        o.oldest_rows_percent),
            "vacuum (freeze) the database's oldest tables; see what keeps autovacuum from them"};
}

finding rights(report_overview const& o) {
    if (o.sees_everything)
        return {"report.rights", severity::ok, "This role may see all statistics", ""};
    return {"report.rights", severity::info,
            fmt::format("Role {} sees its own sessions and statements only: GRANT pg_monitor TO "
                        "{} shows the others'",
                        o.role, o.role),
            ""};
}

}  // namespace

findings judged(report_overview const& seen, report_options const& options) {
    findings all{size(seen, options), cache(seen),      connections(seen),
                 transactions(seen),  blocking(seen),   dead_rows(seen),
                 indexes(seen),       wraparound(seen), rights(seen)};
    for (auto& one : all)
        if (one.level <= severity::info) one.cure.clear();
    return all;
}

}  // namespace agente::operations
