#include "app/operating.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "app/command_session.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace agente::app {

using operations::finding;
using operations::severity;

namespace {

postgres::conninfo parsed(secret const& url, char const* variable) {
    auto made = postgres::parse_url(url.reveal());
    if (made.has_error())
        throw failure(error(made.error().kind(), made.error().code(),
                            fmt::format("{}: {}", variable, made.error().message())));
    return std::move(*made);
}

[[noreturn]] void no_database() {
    throw failure(error(error_kind::invalid, "config.no_database",
                        "DATABASE_URL is not set: give the PostgreSQL address, in the environment, "
                        "in .env or with --database-url"));
}

struct look {
    std::string_view mark, colour;
};

look look_of(severity level) {
    switch (level) {
        case severity::ok: return {"ok", "\033[32m"};
        case severity::info: return {"info", "\033[36m"};
        case severity::warning: return {"warning", "\033[33m"};
        case severity::fault: return {"FAULT", "\033[1;31m"};
    }
    return {"FAULT", "\033[1;31m"};
}

void print_for_people(std::ostream& to, finding const& one, bool coloured) {
    auto const shown_as = look_of(one.level);
    auto const* const end = coloured ? "\033[0m" : "";
    to << fmt::format("{}{:<8}{} {:<22} {}\n", coloured ? shown_as.colour : "", shown_as.mark, end,
                      one.check, one.what);
    if (!one.cure.empty() && one.level >= severity::warning)
        to << fmt::format("{:<31} -> {}\n", "", one.cure);
}

}  // namespace

void operating_options(command const& of) {
    of.env_file();
    of.database_url();
    of.json();
}

int operate(common_options const& common, std::function<int(settings const&)> const& work) {
    auto const got = load_settings(common.env_file.empty() ? ".env" : common.env_file,
                                   !common.env_file.empty(), common.flags);
    if (!got.problems.empty()) {
        for (auto const& problem : got.problems) std::cerr << "problem: " << problem << '\n';
        return exit_failure;
    }
    log::start(log::level::error);
    try {
        return work(got.settings);
    } catch (failure const& e) {
        std::cerr << "agente-hotel: " << e.what() << '\n';
    }
    return exit_failure;
}

postgres::conninfo database_address(settings const& s) {
    if (s.database_url.empty()) no_database();
    return parsed(s.database_url, "DATABASE_URL");
}

postgres::conninfo session_database(settings const& s) {
    if (!s.migrations_url.empty()) {
        auto made =
            operations::session_address_of(parsed(s.migrations_url, "MIGRATIONS_DATABASE_URL"));
        if (!made.said.empty()) std::cerr << "note: " << made.said << '\n';
        return std::move(made.where);
    }
    auto made = operations::session_address_of(database_address(s));
    if (!made.said.empty()) std::cerr << "note: " << made.said << '\n';
    return std::move(made.where);
}

int print_findings(std::ostream& to, operations::findings const& all, bool json) {
    auto const worst = operations::worst(all);
    if (json) {
        for (auto const& one : all)
            print_json(to, {{"check", one.check},
                            {"level", operations::to_string(one.level)},
                            {"what", one.what},
                            {"cure", one.cure}});
    } else {
        bool const coloured = colours(to);
        for (auto const level : {severity::ok, severity::info, severity::warning, severity::fault})
            for (auto const& one : all)
                if (one.level == level) print_for_people(to, one, coloured);
        to << fmt::format("\n{}, {} {} in all.\n", operations::summary(all), all.size(),
                          all.size() == 1 ? "check" : "checks");
    }
    return worst == severity::fault ? exit_failure : exit_ok;
}

progress::progress(bool json) : silent_(json), terminal_(::isatty(STDERR_FILENO) == 1) {}
progress::~progress() { done(); }

void progress::step(std::string_view what) {
    if (silent_) return;
    if (terminal_)
        std::cerr << "\r\033[K" << what << std::flush;
    else
        std::cerr << what << '\n';
    open_ = terminal_;
}

void progress::done() {
    if (std::exchange(open_, false)) std::cerr << '\n';
}

bool colours(std::ostream const& to) {
    if (auto const* const no = std::getenv("NO_COLOR"); no != nullptr && *no != '\0') return false;
    if (to.rdbuf() == std::cout.rdbuf()) return ::isatty(STDOUT_FILENO) == 1;
    if (to.rdbuf() == std::cerr.rdbuf()) return ::isatty(STDERR_FILENO) == 1;
    return false;
}

bool confirmed(std::string_view question, std::string_view word, std::string_view given) {
    if (!given.empty()) return given == word;
    if (::isatty(STDIN_FILENO) != 1) return false;
    std::cerr << question << " Type " << word << " to go on: " << std::flush;
    std::string line;
    std::getline(std::cin, line);
    return text::trim(line) == word;
}

}  // namespace agente::app
