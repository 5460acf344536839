#include "operations/check.hpp"

#include <fmt/format.h>

#include "operations/check_capacity.hpp"
#include "operations/check_endpoint.hpp"
#include "operations/check_exposure.hpp"
#include "operations/check_probes.hpp"
#include "operations/check_schema.hpp"
#include "operations/check_server.hpp"
#include "operations/connect_diagnosis.hpp"
#include "operations/url_notes.hpp"

namespace agente::operations {
namespace {

using postgres::command_connection;

constexpr postgres::query<int> ask_process{"check.process", "select pg_catalog.pg_backend_pid()"};

class checking {
public:
    checking(postgres::conninfo where, connect_facts facts, check_options const& options)
        : where_(std::move(where)), facts_(std::move(facts)), options_(options) {}

    findings all() && {
        note_url();
        auto db = connected();
        if (!db) return std::move(out_);
        area("endpoint", *db, [&] {
            auto const behind = db->row(ask_process).value() != db->backend_pid();
            out_.push_back(judge_endpoint(facts_.at, behind));
        });
        add(judge_tls(db->tls(), facts_.at, db->address(), time_.now()));
        area("server", *db, [&] { add(judge_server(read_server(*db))); });
        step("measuring round trips");
        area("server", *db,
             [&] { add(judge_distance(measure_distance(*db, options_.round_trips))); });
        area("role", *db, [&] { add(judge_role(read_role(*db))); });
        step("looking at the schema");
        area("schema", *db, [&] { add(judge_schema(read_schema_facts(*db), embedded_schema())); });
        area("exposure", *db, [&] { add(judge_exposure(read_exposure(*db))); });
        area("capacity", *db,
             [&] { add(judge_capacity(read_capacity(*db), facts_.at, options_)); });
        db->close();
        session_mode();
        if (options_.probes) probe();
        return std::move(out_);
    }

private:
    void step(std::string_view what) const {
        if (options_.step) options_.step(what);
    }
    void detail(std::string_view what) const {
        if (options_.detail) options_.detail(what);
    }
    void add(findings more) {
        for (auto& one : more) out_.push_back(std::move(one));
    }

    void note_url() {
        detail(where_.shown());
        if (!where_.ignored().empty())
            out_.push_back(
                {"url.ignored", severity::info,
                 fmt::format("parameters of other drivers in the URL, without effect here: {}",
                             fmt::join(where_.ignored(), ", ")),
                 ""});
        if (options_.insecure)
            out_.push_back(
                {"tls.insecure", severity::warning,
                 "the server's certificate was not verified, as --insecure asked",
                 "give the authority's certificate in the URL (sslrootcert), and check again without it"});
    }

    std::optional<command_connection> connected() {
        step(fmt::format("connecting to {}:{}", facts_.at.host, facts_.at.port));
        auto const start = time_.steady_now();
        try {
            command_connection made(where_, options_.limits);
            auto const took =
                std::chrono::duration_cast<std::chrono::milliseconds>(time_.steady_now() - start);
            out_.push_back({"connect", severity::ok,
                            fmt::format("connected to {} in {} ms", made.address(), took.count()),
                            ""});
            detail(fmt::format("{} -> {}, server process {}", facts_.at.host, made.address(),
                               made.backend_pid()));
            return made;
        } catch (postgres::error const& wrong) {
            out_.push_back(diagnosed(facts_, where_, wrong));
        }
        return std::nullopt;
    }

    finding diagnosed(connect_facts const& facts, postgres::conninfo const& where,
                      postgres::error const& wrong) {
        auto failure = connect_failure_of(wrong);
        detail(fmt::format("not connected: {}{}{}", failure.sqlstate,
                           failure.sqlstate.empty() ? "" : " ", failure.said));
        if (failure.said.find("certificate verify failed") != std::string::npos)
            failure.certificate = postgres::look_at_certificate(where, options_.limits.connect);
        return diagnose(facts, failure, time_.now());
    }

    // What one part cannot find out does not keep the others from it.
    template <class Work>
    void area(std::string_view name, command_connection& db, Work const& work) {
        if (!db.open()) return;
        try {
            work();
        } catch (postgres::error const& e) {
            out_.push_back(
                {fmt::format("{}.unreadable", name), severity::fault, e.reason().message(),
                 "give the user the right to read the catalog and agente.migrations, or check as the one that deploys"});
        }
    }

    // Where backups and migrations go, when that is elsewhere.
    void session_mode() {
        auto at = where_;
        if (!options_.session_url.empty()) {
            auto parsed = postgres::parse_url(options_.session_url.reveal());
            if (parsed.has_error())
                return out_.push_back(
                    {"session.connect", severity::fault,
                     fmt::format("MIGRATIONS_DATABASE_URL: {}", parsed.error().message()),
                     encoded_shape(options_.session_url)});
            at = std::move(*parsed);
            if (options_.insecure) at = without_verification(std::move(at));
        } else if (facts_.at.session_mode()) {
            return;
        }
        auto const where = session_address_of(std::move(at)).where;
        if (where.shown() == where_.shown()) return;
        auto const facts = connect_facts_of(where);
        step(fmt::format("connecting in session mode to {}:{}", facts.at.host, facts.at.port));
        try {
            command_connection const made(where, options_.limits);
            out_.push_back({"session.connect", severity::ok,
                            fmt::format("backups and migrations can connect to {}", made.address()),
                            ""});
        } catch (postgres::error const& wrong) {
            auto const why = diagnosed(facts, where, wrong);
            out_.push_back(
                {"session.connect", severity::warning,
                 fmt::format("backups and migrations cannot connect in session mode: {}", why.what),
                 fmt::format("name an address that works in MIGRATIONS_DATABASE_URL; {}",
                             why.cure)});
        }
    }

    void probe() {
        try {
            add(run_probes(where_, options_.limits, options_.step, options_.detail));
        } catch (postgres::error const& e) {
            out_.push_back({"probe.unfinished", severity::warning,
                            fmt::format("the probes need up to three connections at once: {}",
                                        e.reason().message()),
                            "check again when the server is less busy"});
        }
    }

    postgres::conninfo where_;
    connect_facts facts_;
    check_options const& options_;
    real_clock time_;
    findings out_;
};

findings check(postgres::conninfo where, std::optional<std::size_t> odd,
               check_options const& options) {
    auto facts = connect_facts_of(where);
    facts.odd_escape = odd;
    if (options.insecure) where = without_verification(std::move(where));
    return checking(std::move(where), std::move(facts), options).all();
}

}  // namespace

findings check_database(postgres::conninfo where, check_options const& options) {
    return check(std::move(where), std::nullopt, options);
}

findings check_database(secret const& url, check_options const& options) {
    if (placeholder_password(url))
        return {
            {"url", severity::fault,
             "the database URL still has the placeholder of an example instead of the password",
             "write the project's password there, percent-encoded (dashboard: Database > Settings sets "
             "a new one)"}};
    auto where = postgres::parse_url(url.reveal());
    if (where.has_error())
        return {
            {"url", severity::fault, std::string(where.error().message()),
             fmt::format(
                 "percent-encode the user name and password (python3 -c 'import urllib.parse as u; "
                 "print(u.quote(input(), safe=\"\"))'): {}",
                 encoded_shape(url))}};
    return check(std::move(*where), odd_escape(url), options);
}

}  // namespace agente::operations
