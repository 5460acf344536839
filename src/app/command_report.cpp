// agente-hotel report deployment: the state of a deployment as a document.
#include <boost/json/array.hpp>
#include <iostream>

#include "app/command_session.hpp"
#include "app/deployment_report.hpp"
#include "app/operating.hpp"
#include "base/log.hpp"
#include "base/whole_file.hpp"

namespace agente::app {
namespace {

// What the database holds; nothing when it cannot be asked, which preflight has told.
std::optional<operations::deployment_facts> facts_of(settings const& s) {
    if (s.database_url.empty()) return std::nullopt;
    try {
        postgres::command_connection connection(database_address(s));
        return operations::read_deployment(connection);
    } catch (failure const&) {
        return std::nullopt;
    }
}

int report(common_options const& common, std::string const& file) {
    log::start(log::level::error);
    progress told(common.json);
    deployment_account account{
        run_preflight(common, [&](std::string_view part) { told.step(part); }), std::nullopt,
        real_clock().now()};
    told.step("Reading what is deployed");
    account.database = facts_of(account.preflight.configuration.settings);
    told.done();
    try {
        write_whole_file(file, deployment_report(account));
    } catch (failure const& e) {
        std::cerr << "agente-hotel: " << e.what() << '\n';
        return exit_failure;
    }
    auto const all = account.preflight.all();
    auto const count = [&](operations::severity level) {
        return std::ranges::count(all, level, &operations::finding::level);
    };
    auto const faults = count(operations::severity::fault);
    auto const warnings = count(operations::severity::warning);
    if (common.json)
        print_json(std::cout, {{"file", file}, {"faults", faults}, {"warnings", warnings}});
    else
        std::cout << fmt::format("{} written: {}.\n", file, operations::summary(all));
    return faults > 0 ? exit_failure : exit_ok;
}

}  // namespace

void add_report_command(command const& program) {
    auto const group = program.add_group("report", "Reports on this installation");
    auto const file = std::make_shared<std::string>("deployment-report.md");
    auto const making = group.add(
        "deployment",
        "A dated Markdown report: findings of preflight, versions, configuration without secrets, "
        "schema, tables, what to do next");
    operating_options(making);
    making.text("--out", *file, "File to write; an older one is replaced");
    making.run([file](common_options const& common) { return report(common, *file); });
}

}  // namespace agente::app
