// agente-hotel preflight: everything that can be known before guests are served.
#include <iostream>

#include "app/operating.hpp"
#include "app/preflight.hpp"
#include "base/log.hpp"

namespace agente::app {
namespace {

int preflight(common_options const& common) {
    log::start(log::level::error);
    progress told(common.json);
    auto const result = run_preflight(common, [&](std::string_view part) { told.step(part); });
    told.done();
    auto const code = print_findings(std::cout, result.all(), common.json);
    if (!common.json)
        std::cout << (code == exit_ok ? "Ready to serve.\n"
                                      : "Not ready: mend the faults above, then run this again.\n");
    return code;
}

}  // namespace

void add_preflight_command(command const& program) {
    auto const it = program.add(
        "preflight",
        "Everything that can be known before guests are served: configuration, secrets, machine, "
        "database, Redis, hotel system, WhatsApp; changes nothing");
    operating_options(it);
    it.run(preflight);
}

}  // namespace agente::app
