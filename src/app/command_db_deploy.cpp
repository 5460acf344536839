// agente-hotel db deploy: brings the database to this version's schema.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <iostream>

#include "app/command_db.hpp"
#include "app/command_line.hpp"
#include "app/connections.hpp"
#include "app/settings.hpp"
#include "operations/deploy.hpp"
#include "telemetry/metrics.hpp"

namespace agente::app {
namespace {

task<operations::deploy_report> deploy(asio::io_context& loop, postgres::options with,
                                       telemetry::metrics& metrics) {
    postgres::database database(loop, std::move(with), metrics);
    co_await database.start();
    std::exception_ptr trouble;
    operations::deploy_report report;
    try {
        report = co_await operations::deploy(database);
    } catch (...) {
        trouble = std::current_exception();
    }
    co_await database.stop();
    if (trouble) std::rethrow_exception(trouble);
    co_return report;
}

void print(operations::deploy_report const& report, bool json) {
    if (json) {
        std::cout << boost::json::serialize(boost::json::object{
                         {"changed", report.changed()},
                         {"fresh", report.fresh},
                         {"schema_applied", report.schema_applied},
                         {"applied",
                          boost::json::array(report.applied.begin(), report.applied.end())},
                         {"version", report.version}})
                  << '\n';
        return;
    }
    if (report.fresh)
        std::cout << "The database was empty: schema created.\n";
    else if (report.schema_applied)
        std::cout << "Schema applied.\n";
    for (auto const& name : report.applied) std::cout << "migration " << name << " applied\n";
    if (!report.changed()) std::cout << "Nothing to do: the database is up to date.\n";
    std::cout << "Schema version " << report.version << ".\n";
}

int run_deploy(common_options const& common) {
    auto const got = load_settings(common.env_file.empty() ? ".env" : common.env_file,
                                   !common.env_file.empty(), common.flags);
    if (!got.problems.empty()) {
        for (auto const& problem : got.problems) std::cerr << "problem: " << problem << '\n';
        return exit_failure;
    }
    auto options = migration_options(got.settings).value();
    asio::io_context loop{1};
    telemetry::metrics metrics;
    auto outcome =
        asio::co_spawn(loop, deploy(loop, std::move(options), metrics), asio::use_future);
    loop.run();
    print(outcome.get(), common.json);
    return exit_ok;
}

}  // namespace

void add_db_deploy(command const& db) {
    auto const deploying =
        db.add("deploy", "Create or update the schema; running it again changes nothing");
    deploying.env_file();
    deploying.database_url();
    deploying.json();
    deploying.run(run_deploy);
}

}  // namespace agente::app
