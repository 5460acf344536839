#include "app/deployment_report.hpp"

#include <fmt/format.h>

#include <map>

#include "app/secret_rules.hpp"
#include "base/text.hpp"

namespace agente::app {

using operations::finding;
using operations::severity;

namespace {

constexpr std::size_t shortest_blackened = 4;  // shorter ones are words that occur by themselves

// A cell of a Markdown table: one line, no bar that would end it.
std::string cell(std::string_view text) {
    std::string out;
    for (char const c : text) {
        if (c == '|')
            out += "\\|";
        else if (c == '\n' || c == '\r')
            out += ' ';
        else
            out += c;
    }
    return out;
}

std::string minute(time_point at) {
    auto const text = to_rfc3339(at);
    return fmt::format("{} {} UTC", text.substr(0, 10), text.substr(11, 5));
}

// "https://user:word@host" without what stands before the @.
std::string without_user(std::string const& value) {
    auto const start = value.find("://");
    auto const at = value.find('@', start == std::string::npos ? 0 : start);
    if (start == std::string::npos || at == std::string::npos) return value;
    return value.substr(0, start + 3) + "***" + value.substr(at);
}

std::string shown_value(config::setting<settings> const& s, settings const& of, bool set) {
    if (!s.confidential) return without_user(s.show(of));
    if (!set) return "";
    auto const& name = s.names.front();
    auto const* const url = name == "DATABASE_URL"              ? &of.database_url
                            : name == "MIGRATIONS_DATABASE_URL" ? &of.migrations_url
                                                                : nullptr;
    if (url)
        if (auto const parsed = postgres::parse_url(url->reveal())) return parsed->shown();
    return "(set, not shown)";
}

std::string heading(deployment_account const& of) {
    auto const& s = of.preflight.configuration.settings;
    return fmt::format(
        "# Deployment report\n\n"
        "Made {} by agente-hotel {}. Environment: {}. Secrets are not in it; names of servers and "
        "settings are: treat it as internal.\n",
        minute(of.at), AGENTE_VERSION, s.environment);
}

std::string verdict(operations::findings const& all) {
    bool const ready = operations::worst(all) != severity::fault;
    return fmt::format("\n## Verdict\n\n**{}** {}, {} checks in all.\n",
                       ready ? "Ready to serve." : "Not ready to serve.", operations::summary(all),
                       all.size());
}

std::string next_steps(operations::findings const& all) {
    std::string out = "\n## What to do next\n\n";
    int number = 0;
    for (auto const level : {severity::fault, severity::warning})
        for (auto const& one : all)
            if (one.level == level)
                out += fmt::format("{}. {}{} (`{}`): {}\n", ++number,
                                   level == severity::fault ? "**fault** " : "", one.what,
                                   one.check, one.cure);
    if (number == 0)
        out +=
            "Nothing is open. Keep going: `agente-hotel db backup` daily, `agente-hotel db "
            "backup --verify` weekly, `agente-hotel preflight` before every new version.\n";
    return out;
}

std::string versions(operations::findings const& all) {
    std::string out = "\n## Versions\n\n";
    for (auto const& one : all)
        for (std::string_view const check :
             {"versions", "server.version", "redis.server", "pms.version"})
            if (one.check == check) out += fmt::format("- {}\n", one.what);
    return out;
}

std::string database(std::optional<operations::deployment_facts> const& facts) {
    std::string out = "\n## Database\n\n";
    if (!facts) return out + "It does not answer; see the findings.\n";
    out += fmt::format("Database `{}` as role `{}`, {} in all.\n\n", facts->database, facts->role,
                       text::size(static_cast<double>(facts->bytes)));
    if (facts->migrations.empty())
        out += "Nothing is deployed yet: `agente-hotel db deploy`.\n";
    else
        out += fmt::format(
            "Schema version {}.\n\n| version | migration | applied | by |\n"
            "|---:|---|---|---|\n",
            facts->migrations.back().version);
    for (auto const& one : facts->migrations)
        out += fmt::format("| {} | {} | {} | {} |\n", one.version, cell(one.name),
                           minute(one.applied_at), cell(one.applied_by));
    if (!facts->tables.empty())
        out += "\n| table | rows (estimate) | with indexes |\n|---|---:|---:|\n";
    for (auto const& one : facts->tables)
        out += fmt::format("| {} | {} | {} |\n", cell(one.name), one.rows,
                           text::size(static_cast<double>(one.bytes)));
    return out;
}

std::string configuration(config::loaded<settings> const& got) {
    std::string out = "\n## Configuration\n\n| setting | value | from |\n|---|---|---|\n";
    for (auto const& s : declared_settings()) {
        auto const origin = got.origins.find(s.names.front());
        bool const set = origin != got.origins.end();
        out += fmt::format("| {} | {} | {} |\n", s.names.front(),
                           cell(shown_value(s, got.settings, set)),
                           set ? cell(origin->second) : "default");
    }
    return out;
}

std::string findings_of(preflight_result const& of) {
    std::string out = "\n## Findings\n";
    for (auto const& part : of.parts) {
        out += fmt::format("\n### {}\n\n| | check | seen |\n|---|---|---|\n", part.title);
        for (auto const& one : part.found)
            out += fmt::format("| {} | {} | {} |\n", operations::to_string(one.level), one.check,
                               cell(one.what));
    }
    return out;
}

void replace_all(std::string& in, std::string_view what, std::string_view by) {
    for (std::size_t at = 0; (at = in.find(what, at)) != std::string::npos; at += by.size())
        in.replace(at, what.size(), by);
}

}  // namespace

std::string blackened(std::string text, settings const& s) {
    for (auto const& value : secret_values(s))
        if (value.size() >= shortest_blackened) replace_all(text, value, "(blackened)");
    return text;
}

std::string deployment_report(deployment_account const& of) {
    auto const all = of.preflight.all();
    auto const text = heading(of) + verdict(all) + next_steps(all) + versions(all) +
                      database(of.database) + configuration(of.preflight.configuration) +
                      findings_of(of.preflight);
    return blackened(text, of.preflight.configuration.settings);
}

}  // namespace agente::app
