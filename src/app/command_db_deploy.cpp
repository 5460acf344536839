// agente-hotel db deploy: brings the database to this version's schema, and takes over the database
// of an earlier installation.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>
#include <map>
#include <span>

#include "app/command_db.hpp"
#include "app/command_session.hpp"
#include "app/operating.hpp"
#include "operations/deploy.hpp"
#include "tenancy/identifiers.hpp"

namespace agente::app {
namespace {

using operations::adoption_choices;
using operations::dangling_tenant;
using operations::kept_twin;

struct deploy_words {
    bool dry_run{};
    std::string schema_file;
    std::map<std::string, std::string> choices;  // by option
    std::string staff_role{"viewer"};
};

// A choice an adoption may need: its option, the words it takes, what they mean.
struct choice {
    char const* option;
    char const* help;
    std::map<std::string_view, void (*)(adoption_choices&)> words;
};

std::vector<choice> const& all_choices() {
    static std::vector<choice> const all{
        {"--dangling-tenant",
         "Users of a hotel that does not exist: unassign (they belong to none) or create (an "
         "inactive hotel)",
         {{"unassign", [](adoption_choices& c) { c.dangling = dangling_tenant::unassign; }},
          {"create", [](adoption_choices& c) { c.dangling = dangling_tenant::create; }}}},
        {"--identifier-collision",
         "Several rows for one phone number or e-mail: keep-oldest or keep-newest",
         {{"keep-oldest", [](adoption_choices& c) { c.identifier = kept_twin::oldest; }},
          {"keep-newest", [](adoption_choices& c) { c.identifier = kept_twin::newest; }}}},
        {"--user-collision",
         "User names or e-mails that differ in case only: keep-oldest or keep-newest keeps it, the "
         "others get a number",
         {{"keep-oldest", [](adoption_choices& c) { c.user = kept_twin::oldest; }},
          {"keep-newest", [](adoption_choices& c) { c.user = kept_twin::newest; }}}},
        {"--bad-slugs",
         "Hotels whose slug has characters ours may not have: rename",
         {{"rename", [](adoption_choices& c) { c.rename_slugs = true; }}}},
        {"--bad-values",
         "Values out of range: mend, as the refusal says for each",
         {{"mend", [](adoption_choices& c) { c.mend_values = true; }}}},
        {"--orphans",
         "Rows of a user or hotel that does not exist: drop",
         {{"drop", [](adoption_choices& c) { c.drop_orphans = true; }}}},
        {"--extra-columns",
         "Columns of your own in our tables: drop",
         {{"drop", [](adoption_choices& c) { c.drop_extra_columns = true; }}}},
    };
    return all;
}

// Nullopt: a word nobody knows, which has been told.
std::optional<adoption_choices> chosen(deploy_words const& given) {
    adoption_choices out;
    for (auto const& one : all_choices()) {
        auto const& word = given.choices.at(one.option);
        if (word.empty()) continue;
        auto const known = one.words.find(word);
        if (known == one.words.end()) {
            std::string words;
            for (auto const& [name, apply] : one.words)
                words += (words.empty() ? "" : " or ") + std::string(name);
            std::cerr << fmt::format("{}: \"{}\" must be {}\n", one.option, word, words);
            return std::nullopt;
        }
        known->second(out);
    }
    return out;
}

boost::json::array as_json(operations::findings const& all) {
    boost::json::array out;
    for (auto const& one : all)
        out.push_back({{"check", one.check},
                       {"level", operations::to_string(one.level)},
                       {"what", one.what},
                       {"cure", one.cure}});
    return out;
}

boost::json::object as_json(operations::adoption const& a) {
    boost::json::array tables;
    for (auto const& one : a.tables)
        tables.push_back({{"table", one.name},
                          {"before", one.before},
                          {"carried", one.carried},
                          {"removed", one.removed},
                          {"added", one.added},
                          {"rewritten", one.respelled}});
    return {
        {"found", a.found},
        {"obstacles", as_json(a.obstacles)},
        {"decided", boost::json::array(a.decided.begin(), a.decided.end())},
        {"tables", std::move(tables)},
        {"alembic_versions",
         boost::json::array(a.alembic_versions.begin(), a.alembic_versions.end())},
    };
}

boost::json::array as_json(operations::catalog_changes const& changes) {
    boost::json::array out;
    for (auto const& one : changes.all)
        out.push_back({{"change", operations::to_string(one.what)},
                       {"kind", one.kind},
                       {"name", one.name},
                       {"before", one.before},
                       {"after", one.after}});
    return out;
}

void print_json_report(operations::deploy_report const& report, bool dry_run) {
    print_json(std::cout,
               {{"dry_run", dry_run},
                {"refused", report.refused()},
                {"changed", report.changed()},
                {"fresh", report.fresh},
                {"schema_applied", report.schema_applied},
                {"applied", boost::json::array(report.applied.begin(), report.applied.end())},
                {"version", report.version},
                {"adoption", as_json(report.adopted)},
                {"changes", as_json(report.changes)}});
}

void print_adoption(operations::adoption const& a) {
    std::cout << "An earlier installation is taken over:\n\n";
    std::vector<std::vector<std::string>> rows;
    for (auto const& one : a.tables)
        rows.push_back({one.name, std::to_string(one.before), std::to_string(one.carried),
                        std::to_string(one.removed), std::to_string(one.added),
                        std::to_string(one.respelled)});
    print_table(std::cout,
                {"table", "rows before", "carried", "left out", "added", "values rewritten"}, rows);
    std::cout << '\n';
    for (auto const& line : a.decided) std::cout << "  " << line << '\n';
    for (auto const& version : a.alembic_versions)
        std::cout << "  alembic_version " << version << " noted in agente.security_events\n";
}

// "tenant_own on public.users" of table public.users -> "tenant_own"
std::string short_name(operations::catalog_change const& one) {
    auto name = one.name;
    for (auto const& part : {" on " + one.table, " on table " + one.table, one.table + "."})
        if (auto const at = name.find(part); !one.table.empty() && at != std::string::npos)
            name.erase(at, part.size());
    return name;
}

// " with 15 columns, 4 indexes, …": what people ask of a new table; --json has all of it.
std::string numbers_of_parts(operations::catalog_changes const& changes, std::string const& table) {
    constexpr std::array<std::array<std::string_view, 2>, 7> told{{{"column", "columns"},
                                                                   {"index", "indexes"},
                                                                   {"constraint", "constraints"},
                                                                   {"foreign key", "foreign keys"},
                                                                   {"trigger", "triggers"},
                                                                   {"policy", "policies"},
                                                                   {"grant", "grants"}}};
    std::string out;
    for (auto const& [one, many] : told) {
        auto const count = std::ranges::count_if(changes.all, [&](auto const& change) {
            return change.part_of_table && change.table == table && change.kind == one;
        });
        if (count > 0)
            out += fmt::format("{} {} {}", out.empty() ? " with" : ",", count,
                               count == 1 ? one : many);
    }
    return out;
}

// Whole tables a line each; what changes in a table that stays under its name, a line for each
// kind.
void print_changes(operations::catalog_changes const& changes) {
    std::cout << "In the catalogue:\n";
    std::string table;
    std::map<std::string, std::string> lines;  // of one table: "create index" and the names
    auto const flush = [&] {
        for (auto const& [what, names] : std::exchange(lines, {}))
            std::cout << fmt::format("    {}: {}\n", what, names);
    };
    for (auto const& one : changes.all) {
        if (one.part_of_table) continue;
        if (std::exchange(table, one.table) != one.table) flush();
        auto const what = fmt::format("{} {}", operations::to_string(one.what), one.kind);
        if (one.kind == "table" && one.what != operations::change_kind::alter) {
            std::cout << fmt::format("  {} {}{}\n", what, one.name,
                                     numbers_of_parts(changes, one.name));
            continue;
        }
        if (lines.empty() && !one.table.empty()) std::cout << "  " << one.table << '\n';
        auto& names = lines[what];
        names += (names.empty() ? "" : ", ") + short_name(one);
        if (one.kind == "column" && one.what == operations::change_kind::alter)
            names += fmt::format(" ({} -> {})", one.before, one.after);
    }
    flush();
}

void print_report(operations::deploy_report const& report, bool dry_run) {
    if (report.adopted.found)
        print_adoption(report.adopted);
    else if (report.fresh)
        std::cout << "The database was empty: schema created.\n";
    else if (report.schema_applied)
        std::cout << "Schema applied.\n";
    for (auto const& name : report.applied) std::cout << "migration " << name << " applied\n";
    if (!report.changed()) std::cout << "Nothing to do: the database is up to date.\n";
    if (dry_run) print_changes(report.changes);
    std::cout << "Schema version " << report.version << ".\n";
    if (dry_run) std::cout << "This was a dry run: all of it was done and rolled back.\n";
}

int run_deploy(common_options const& common, deploy_words const& given) {
    auto const choices = chosen(given);
    if (!choices) return exit_usage;
    constexpr std::string_view roles[] = {"owner", "manager", "agent", "viewer"};
    if (std::ranges::find(roles, given.staff_role) == std::end(roles)) {
        std::cerr << "--staff-role: must be owner, manager, agent or viewer\n";
        return exit_usage;
    }
    return operate(common, [&](settings const& s) {
        auto const files = operations::files_of(given.schema_file).value();
        progress steps(common.json);
        operations::deploy_options const options{
            .dry_run = given.dry_run,
            .compare = given.dry_run,
            .adopt = {.choices = *choices,
                      .normalise = tenancy::normalise_identifier,
                      .told = [&](std::string_view what) { steps.step(what); },
                      .staff_role = given.staff_role}};
        auto const where = session_database(s);
        steps.step(given.dry_run ? "deploying, to be rolled back" : "deploying");
        auto const report = operations::deploy(where, files, options);
        steps.done();
        if (common.json) {
            print_json_report(report, given.dry_run);
        } else if (report.refused()) {
            print_findings(std::cout, report.adopted.obstacles, false);
            std::cout
                << "An earlier installation was found, and nothing was changed: these rows "
                   "need a choice. Add the options and deploy again (first with --dry-run).\n";
        } else {
            print_report(report, given.dry_run);
        }
        return report.refused() ? exit_failure : exit_ok;
    });
}

}  // namespace

void add_db_deploy(command const& db) {
    auto const deploying =
        db.add("deploy",
               "Create or update the schema, or take over an earlier installation's; all in one "
               "transaction, and running it again changes nothing");
    operating_options(deploying);
    auto const given = std::make_shared<deploy_words>();
    deploying.flag("--dry-run", given->dry_run,
                   "Do all of it, show what changed, and roll it back");
    deploying.text("--schema-file", given->schema_file,
                   "Another schema.sql (with the migrations/ beside it) than the program's own");
    for (auto const& one : all_choices())
        deploying.text(one.option, given->choices[one.option],
                       fmt::format("Adoption. {}", one.help));
    deploying.text("--staff-role", given->staff_role,
                   "Adoption. What users may do in their hotel: owner, manager, agent or viewer");
    deploying.run([given](common_options const& common) { return run_deploy(common, *given); });
}

}  // namespace agente::app
