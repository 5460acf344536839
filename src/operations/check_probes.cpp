#include "operations/check_probes.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "base/ids.hpp"

namespace agente::operations {
namespace {

using postgres::query;
using namespace std::chrono_literals;

// Of the session, not of the transaction: that is what is probed. Reset by whoever sees it.
constexpr query<std::string, std::string> leave_trace{
    "check.leave_trace", "select pg_catalog.set_config('agente.probe', $1, false)"};
constexpr query<std::string> look_for_trace{
    "check.look_for_trace",
    "select coalesce(pg_catalog.current_setting('agente.probe', true), '')"};

postgres::probe_verdict run(task<postgres::probe_verdict> (*probe)(postgres::conninfo,
                                                                   std::chrono::milliseconds),
                            postgres::conninfo const& where, std::chrono::milliseconds limit) {
    asio::io_context loop{1};
    auto verdict = asio::co_spawn(loop, probe(where, limit), asio::use_future);
    loop.run();
    return verdict.get();
}

}  // namespace

session_traces probe_sessions(postgres::conninfo const& where, postgres::command_limits limits) {
    limits.answer = std::min<std::chrono::milliseconds>(limits.answer, 5s);
    postgres::command_connection first(where, limits), second(where, limits);
    auto const mark = random_hex(8);
    auto const statement = "agente_probe_" + mark;
    session_traces seen;
    try {
        first.prepare(statement, "select 1");
        seen.named_kept = true;
    } catch (postgres::error const& e) {
        seen.named_why = e.reason().message();
        if (!first.open()) throw;
    }
    first.row(leave_trace, mark);
    second.script("check.hold", "begin");
    seen.setting_leaked = second.row(look_for_trace) == mark;
    if (seen.setting_leaked) second.row(leave_trace, std::string());
    // The second one holds that server connection: the first one gets another, if it is a pooler's.
    seen.setting_kept = first.row(look_for_trace) == mark;
    if (seen.named_kept) {
        try {
            first.run_prepared(statement);
        } catch (postgres::error const& e) {
            seen.named_kept = false;
            seen.named_why = e.reason().message();
        }
    }
    second.script("check.let_go", "commit");
    return seen;
}

finding judge_one_sync(postgres::probe_verdict const& verdict) {
    if (verdict.passed) return {"probe.one_sync", severity::ok, verdict.why, ""};
    return {
        "probe.one_sync", severity::fault,
        "the least a pooler must do does not work: " + verdict.why,
        "connect without that pooler (Supabase: direct, or the session pooler at port 5432), and "
        "tell its maintainers"};
}

finding judge_many_syncs(postgres::probe_verdict const& verdict, bool careful) {
    if (verdict.passed && careful)
        return {"probe.many_syncs", severity::ok,
                verdict.why +
                    "; DB_PIPELINE=auto sends one Sync at a time on Supabase's hosts all the same, "
                    "DB_PIPELINE=multi several",
                ""};
    if (verdict.passed)
        return {"probe.many_syncs", severity::ok, verdict.why + "; the service sends several, too",
                ""};
    bool const lost = verdict.why.find("drops or crosses") != std::string::npos;
    return {
        "probe.many_syncs", lost ? severity::warning : severity::info,
        verdict.why + "; the service sends one Sync at a time here",
        lost ? "leave DB_PIPELINE at auto or single; other programs of yours that pipeline through "
               "this pooler (asyncpg, postgres.js, Npgsql …) can hang or read others' rows"
             : ""};
}

findings judge_sessions(session_traces const& seen) {
    findings out;
    if (seen.named_kept)
        out.push_back(
            {"probe.named_statements", severity::ok,
             "named statements survive a transaction's end (the service does not need them)", ""});
    else
        out.push_back(
            {"probe.named_statements", severity::info,
             fmt::format("named statements are lost between transactions ({}); the service uses "
                         "unnamed ones, other programs must switch theirs off",
                         seen.named_why),
             ""});
    if (seen.setting_leaked)
        out.push_back(
            {"probe.session_settings", severity::warning,
             "a SET of one client is seen by another: the pooler hands server connections on as they are",
             "nothing for the service, which sets everything for its transaction only; other programs on "
             "this pooler must use SET LOCAL, or session mode"});
    else if (!seen.setting_kept)
        out.push_back(
            {"probe.session_settings", severity::info,
             "a SET does not last beyond its transaction (the service does not rely on it)", ""});
    else
        out.push_back({"probe.session_settings", severity::ok,
                       "a SET stays with the client that made it", ""});
    return out;
}

findings run_probes(postgres::conninfo const& where, postgres::command_limits limits,
                    std::function<void(std::string_view)> const& step,
                    std::function<void(std::string_view)> const& detail) {
    auto const tell = [](auto const& to, std::string_view what) {
        if (to) to(what);
    };
    findings out;
    tell(step, "probing: many statements before one Sync");
    auto const one = run(postgres::probe_one_sync, where, limits.connect);
    tell(detail, fmt::format("one Sync with many statements: {}", one.heard));
    out.push_back(judge_one_sync(one));
    tell(step, "probing: several Syncs in flight");
    auto const many = run(postgres::probe_pipeline, where, limits.connect);
    tell(detail, fmt::format("several Syncs in flight: {}", many.heard));
    out.push_back(judge_many_syncs(many, where.on_supabase()));
    tell(step, "probing: named statements and session settings");
    auto const seen = probe_sessions(where, limits);
    tell(detail,
         fmt::format("named statement kept: {}{}; SET kept: {}, seen by another client: {}",
                     seen.named_kept, seen.named_why.empty() ? "" : " (" + seen.named_why + ")",
                     seen.setting_kept, seen.setting_leaked));
    for (auto& one_of_both : judge_sessions(seen)) out.push_back(std::move(one_of_both));
    return out;
}

}  // namespace agente::operations
