// agente-hotel db lint: what Supabase's advisor would say, and more.
#include <iostream>
#include <memory>

#include "app/command_db.hpp"
#include "app/operating.hpp"
#include "base/text.hpp"
#include "operations/lint.hpp"

namespace agente::app {
namespace {

operations::lint_options options_of(std::string const& schemas) {
    operations::lint_options options;
    if (schemas.empty()) return options;
    options.schemas.clear();
    for (auto const name : text::split(schemas, ','))
        if (auto const one = text::trim(name); !one.empty()) options.schemas.emplace_back(one);
    return options;
}

}  // namespace

void add_db_lint(command const& db) {
    auto const linting = db.add(
        "lint", "What Supabase's advisor would say of our schemas, with cures; changes nothing");
    auto const schemas = std::make_shared<std::string>();
    operating_options(linting);
    linting.text("--schema", *schemas, "Schemas to look at, with commas (default: public,agente)");
    linting.run([schemas](common_options const& common) {
        return operate(common, [&](settings const& s) {
            postgres::command_connection connection(database_address(s));
            progress going(common.json);
            going.step("reading the catalog");
            auto const found = operations::lint(connection, options_of(*schemas));
            going.done();
            return print_findings(std::cout, found, common.json);
        });
    });
}

}  // namespace agente::app
