// agente-hotel redis check: whether Redis can carry the service.
#include <iostream>

#include "app/connections.hpp"
#include "app/operating.hpp"
#include "operations/redis_check.hpp"

namespace agente::app {
namespace {

int check(common_options const& common) {
    return operate(common, [&](settings const& s) {
        auto with = redis_options(s);
        if (with.has_error()) throw failure(with.error());
        progress told(common.json);
        told.step("Looking at Redis at " + redis::describe(*with));
        auto const found = operations::check_redis(std::move(*with));
        told.done();
        return print_findings(std::cout, found, common.json);
    });
}

}  // namespace

void add_redis_command(command const& program) {
    auto const group = program.add_group("redis", "Look at Redis");
    auto const checking = group.add(
        "check",
        "Try everything the service does with Redis: keys, scripts, latency, TLS, memory, eviction");
    checking.env_file();
    checking.setting("--redis-url", "REDIS_URL", "Redis, instead of REDIS_URL");
    checking.json("One JSON object a finding, a line each");
    checking.run(check);
}

}  // namespace agente::app
