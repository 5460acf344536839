#include "e2e/simulated_shop.hpp"

#include "qloapps/simulator_snapshot.hpp"

namespace agente::e2e {
namespace {

task<> end(std::unique_ptr<qloapps::simulator>& simulator) {
    co_await simulator->stop();
    simulator.reset();
}

}  // namespace

simulated_shop::simulated_shop(qloapps::simulation::shop shop, std::filesystem::path snapshot)
    : shop_(std::move(shop)), snapshot_(std::move(snapshot)) {
    start();
}

simulated_shop::~simulated_shop() { stop(); }

void simulated_shop::start() {
    if (simulator_) return;
    side_.run(begin());
}

task<> simulated_shop::begin() {
    simulator_ = std::make_unique<qloapps::simulator>(
        side_.loop(), time_, metrics_,
        qloapps::simulator_options{.shop = shop_, .snapshot = snapshot_});
    port_ = simulator_->listen("127.0.0.1", port_);
    co_return;
}

void simulated_shop::stop() {
    if (simulator_) side_.run(end(simulator_));
}

void simulated_shop::fault(qloapps::simulation::fault what) {
    ask([&](qloapps::simulator& s) { s.faults().add(std::move(what)).value(); });
}

void simulated_shop::release() {
    ask([](qloapps::simulator& s) { s.release(); });
}

std::size_t simulated_shop::requests(std::string_view method, std::string_view resource) {
    return ask([&](qloapps::simulator& s) { return s.requests(method, resource); });
}

qloapps::simulation::state simulated_shop::state() {
    if (!simulator_) return qloapps::simulation::load_state(snapshot_);
    return ask([](qloapps::simulator& s) { return s.state(); });
}

}  // namespace agente::e2e
