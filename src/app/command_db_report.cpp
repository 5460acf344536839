// agente-hotel db report: how the database is doing, for the terminal, for programs and as a page.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>
#include <memory>

#include "app/command_db.hpp"
#include "app/command_session.hpp"
#include "app/operating.hpp"
#include "base/text.hpp"
#include "base/whole_file.hpp"
#include "operations/check_capacity.hpp"
#include "operations/report.hpp"
#include "operations/report_html.hpp"

namespace agente::app {
namespace {

namespace json = boost::json;
using operations::report_section;

struct report_choice {
    std::string sections, page;
    long long rows{};  // 0: as many as fit the form
};

json::value encoded(operations::report_cell const& cell) {
    return std::visit(
        []<class T>(T const& v) -> json::value {
            if constexpr (std::is_same_v<T, std::monostate>)
                return nullptr;
            else
                return json::value(v);
        },
        cell);
}

json::object encoded(report_section const& section) {
    json::array rows;
    for (auto const& row : section.rows) {
        json::object one;
        for (std::size_t c = 0; c < row.size(); ++c) one[section.columns[c].name] = encoded(row[c]);
        rows.push_back(std::move(one));
    }
    return {{"section", section.name},
            {"title", section.title},
            {"rows", std::move(rows)},
            {"left_out", section.left_out()},
            {"said", section.said}};
}

json::object encoded(operations::report const& of) {
    auto const& o = of.overview;
    json::array judged;
    for (auto const& one : of.judgement)
        judged.push_back({{"check", one.check},
                          {"level", operations::to_string(one.level)},
                          {"what", one.what},
                          {"cure", one.cure}});
    return {
        {"section", "overview"},
        {"database", o.database},
        {"role", o.role},
        {"server_version", o.server_version},
        {"taken_at", o.taken_at},
        {"counting_since", o.counting_since ? json::value(*o.counting_since) : nullptr},
        {"database_bytes", o.database_bytes},
        {"cache_hit_percent", o.cache_hit_percent ? json::value(*o.cache_hit_percent) : nullptr},
        {"connections", o.connections},
        {"most_connections", o.most_connections},
        {"judgement", std::move(judged)}};
}

void print_for_people(report_section const& section) {
    std::cout << '\n' << section.title << "  (" << section.name << ")\n";
    if (!section.said.empty()) std::cout << section.said << '\n';
    if (section.rows.empty()) return;
    auto const cell = [&](std::size_t row, std::size_t column) {
        return text::shorten(
            operations::shown(section.rows[row][column], section.columns[column].of), 72);
    };
    std::vector<std::vector<std::string>> rows;
    if (section.rows.size() == 1 && section.columns.size() > 10) {
        for (std::size_t c = 0; c < section.columns.size(); ++c)
            rows.push_back({std::string(section.columns[c].heading), cell(0, c)});
        return print_table(std::cout, {"What", "Value"}, rows);
    }
    // What is long comes last, so that the numbers stay in their columns.
    std::vector<std::size_t> order;
    for (bool const statements : {false, true})
        for (std::size_t c = 0; c < section.columns.size(); ++c)
            if ((section.columns[c].of == operations::measure::statement) == statements)
                order.push_back(c);
    std::vector<std::string> head;
    for (auto const c : order) head.emplace_back(section.columns[c].heading);
    for (std::size_t r = 0; r < section.rows.size(); ++r) {
        auto& row = rows.emplace_back();
        for (auto const c : order) row.push_back(cell(r, c));
    }
    print_table(std::cout, head, rows);
    if (section.left_out() > 0)
        std::cout << "and " << operations::shown(section.left_out(), operations::measure::count)
                  << " more\n";
}

int run_report(common_options const& common, settings const& s, report_choice const& choice) {
    operations::report_options options;
    for (auto const name : text::split(choice.sections, ','))
        if (auto const one = text::trim(name); !one.empty()) options.sections.emplace_back(one);
    auto const most = common.json ? 1000 : choice.page.empty() ? 20 : 50;
    options.most_rows = static_cast<int>(choice.rows > 0 ? choice.rows : most);

    if (s.supabase())
        options.quota_bytes =
            operations::limits_of(s.supabase_tier == "pro" ? operations::supabase_tier::pro
                                                           : operations::supabase_tier::free)
                .bytes;

    postgres::command_connection connection(database_address(s));
    progress going(common.json);
    going.step("reading the server's statistics");
    auto const made = operations::database_report(connection, options);
    going.done();
    if (!choice.page.empty()) {
        write_whole_file(choice.page, operations::report_page(made));
        if (!common.json) std::cerr << choice.page << " written: open it in a browser\n";
    }
    if (common.json) {
        if (options.sections.empty()) print_json(std::cout, encoded(made));
        for (auto const& section : made.sections) print_json(std::cout, encoded(section));
    } else if (choice.page.empty()) {
        for (auto const& section : made.sections) print_for_people(section);
    }
    if (!common.json && options.sections.empty()) {
        std::cout << '\n';
        print_findings(std::cout, made.judgement, false);
    }
    auto const judged =
        options.sections.empty() ? operations::worst(made.judgement) : operations::severity::ok;
    return judged == operations::severity::fault ? exit_failure : exit_ok;
}

}  // namespace

void add_db_report(command const& db) {
    auto const reporting = db.add(
        "report",
        "Sizes, indexes, slow statements, connections, locks: what there is and what it means");
    auto const choice = std::make_shared<report_choice>();
    operating_options(reporting);
    std::string names;
    for (auto const name : operations::report_section_names())
        names += (names.empty() ? "" : ", ") + std::string(name);
    reporting.text("--section", choice->sections, "Only these, with commas: " + names);
    reporting.text("--html", choice->page, "Write one page with charts to this file");
    reporting.number("--rows", choice->rows, 0, 100'000,
                     "Rows of a section; 0: as many as suit the form");
    reporting.run([choice](common_options const& common) {
        return operate(common, [&](settings const& s) {
            try {
                return run_report(common, s, *choice);
            } catch (failure const& wrong) {
                if (wrong.reason().code() != "report.unknown_section") throw;
                std::cerr << "agente-hotel: " << wrong.what() << '\n';
                return exit_usage;
            }
        });
    });
}

}  // namespace agente::app
