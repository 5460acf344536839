// agente-hotel db check: is the database fit to run on, seen from here?
#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "app/command_db.hpp"
#include "app/command_session.hpp"
#include "app/operating.hpp"
#include "app/preflight.hpp"
#include "operations/check.hpp"
#include "operations/connect_diagnosis.hpp"

namespace agente::app {
namespace {

using operations::finding;
using operations::findings;
using operations::severity;

struct check_flags {
    bool debug{}, watch{}, insecure{};
    long long every{30};
};

// With --watch an interrupt is the normal end: the exit code is the last round's.
volatile std::sig_atomic_t code_when_interrupted = exit_failure;
void end_watch(int) { std::_Exit(code_when_interrupted); }

// What keeps --insecure from being used; empty: nothing.
std::string refusal(settings const& s) {
    if (s.production())
        return "--insecure is refused with ENVIRONMENT=production: give the certificate authority's file "
               "in the URL (sslmode=verify-full&sslrootcert=/path/ca.crt)";
    if (std::getenv("CI") != nullptr)
        return "--insecure is refused where CI is set: nobody is there to answer for it";
    if (!confirmed(
            "--insecure does not verify the server's certificate: whoever sits in between can read "
            "what is sent, and answer in the server's place.",
            "YES"))
        return "--insecure needs a person at the terminal who types YES";
    return {};
}

operations::check_options options_of(settings const& s, check_flags const& flags) {
    auto out = database_check_options(s);
    out.insecure = flags.insecure;
    if (flags.debug)
        out.detail = [](std::string_view what) { std::cerr << "debug: " << what << '\n'; };
    return out;
}

void print_round(findings const& all, findings const& before, bool json) {
    auto const at = to_rfc3339(real_clock().now());
    if (json) {
        for (auto const& one : all)
            print_json(std::cout, {{"at", at},
                                   {"check", one.check},
                                   {"level", operations::to_string(one.level)},
                                   {"what", one.what},
                                   {"cure", one.cure}});
        std::cout.flush();
        return;
    }
    if (before.empty()) {
        print_findings(std::cout, all, false);
        std::cout.flush();
        return;
    }
    auto const trip = std::ranges::find(all, "server.round_trip", &finding::check);
    std::cout << fmt::format("{}  {}{}\n", at.substr(11, 8), operations::summary(all),
                             trip == all.end() ? "" : ", round trip " + trip->what);
    for (auto const& one : all) {
        auto const then = std::ranges::find(before, one.check, &finding::check);
        bool const wrong = one.level >= severity::warning;
        if (then == before.end() ? wrong : then->level != one.level)
            std::cout << fmt::format("          {:<8} {}: {}{}{}\n",
                                     operations::to_string(one.level), one.check, one.what,
                                     one.cure.empty() ? "" : " -> ", one.cure);
    }
    std::cout.flush();
}

int watch(secret const& url, operations::check_options options, check_flags const& flags,
          bool json) {
    std::signal(SIGINT, end_watch);
    std::signal(SIGTERM, end_watch);
    findings before;
    for (;;) {
        auto now = operations::check_database(url, options);
        code_when_interrupted = operations::worst(now) == severity::fault ? exit_failure : exit_ok;
        print_round(now, before, json);
        options.step = nullptr;
        options.probes = false;  // what a pooler is does not change with the minute
        auto wait = std::chrono::seconds(flags.every);
        // Refused passwords are counted: at most four in 150 s.
        if (std::ranges::any_of(now, operations::counts_against_us))
            wait = std::max(wait, std::chrono::seconds(60));
        before = std::move(now);
        std::this_thread::sleep_for(wait);
    }
}

int check(common_options const& common, check_flags const& flags) {
    return operate(common, [&](settings const& s) {
        if (s.database_url.empty()) database_address(s);  // throws
        if (flags.insecure)
            if (auto const why = refusal(s); !why.empty()) {
                std::cerr << "agente-hotel: " << why << '\n';
                return exit_usage;
            }
        progress shown(common.json);
        auto options = options_of(s, flags);
        options.step = [&](std::string_view what) { shown.step(what); };
        if (flags.watch) return watch(s.database_url, std::move(options), flags, common.json);
        auto const all = operations::check_database(s.database_url, options);
        shown.done();
        return print_findings(std::cout, all, common.json);
    });
}

}  // namespace

void add_db_check(command const& db) {
    auto const flags = std::make_shared<check_flags>();
    auto const checking = db.add(
        "check",
        "Is the database fit to run on, seen from here? Connection, TLS, server, schema, exposure, room, "
        "and what a pooler keeps; each finding with its cure");
    operating_options(checking);
    checking.flag("--debug", flags->debug,
                  "Also tell attempts, addresses and every probe's answers");
    checking.flag("--watch", flags->watch, "Again and again until interrupted; tells what changes");
    checking.number("--every", flags->every, 1, 86'400, "Seconds between the rounds of --watch");
    checking.flag(
        "--insecure", flags->insecure,
        "Do not verify the server's certificate; asks for the word YES, refused in production and in CI");
    checking.run([flags](common_options const& common) { return check(common, *flags); });
}

}  // namespace agente::app
