#include "app/simulated_pms.hpp"

#include "base/log.hpp"

namespace agente::app {
namespace {

task<std::string> listen(qloapps::simulator& simulator) {
    simulator.listen("127.0.0.1", 0);
    co_return simulator.base_url();
}

}  // namespace

simulated_pms::simulated_pms(secret const& api_key, std::filesystem::path const& snapshot,
                             telemetry::metrics& metrics) {
    qloapps::simulator_options options;
    options.snapshot = snapshot;
    options.shop.key = api_key;
    simulator_ =
        std::make_unique<qloapps::simulator>(side_.loop(), time_, metrics, std::move(options));
    url_ = side_.run(listen(*simulator_));
}

simulated_pms::~simulated_pms() {
    try {
        side_.run(simulator_->stop());
    } catch (std::exception const& e) {
        log::warn("simulator.stop_failed", {{"message", e.what()}});
    }
}

}  // namespace agente::app
