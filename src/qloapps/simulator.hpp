// A QloApps that is none: speaks its webservice as recorded, keeps its bookings in memory. Used by
// the demonstration (PMS_TYPE=mock, behind the same adapter) and by tests. Everything of one
// simulator runs on its event loop.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "http/server.hpp"
#include "qloapps/simulator_faults.hpp"
#include "qloapps/simulator_shop.hpp"
#include "qloapps/simulator_state.hpp"
#include "telemetry/metrics.hpp"

namespace agente::qloapps {

struct simulator_options {
    simulation::shop shop{simulation::demo_shop()};
    std::filesystem::path snapshot;    // bookings are kept there after every write and read at the
                                       // start; empty: not kept
    std::size_t most_orders{100'000};  // past it POST answers 503
    bool access_log{false};
};

class simulator {
public:
    // Throws failure("simulator.bad_snapshot") when the snapshot is there but unreadable.
    simulator(asio::io_context& loop, clock const& time, telemetry::metrics& metrics,
              simulator_options options = {});
    ~simulator();
    simulator(simulator const&) = delete;
    simulator& operator=(simulator const&) = delete;

    // Returns the port. A shop without a domain takes "address:port".
    unsigned short listen(std::string const& address, unsigned short port);
    task<> stop();
    std::string base_url() const;  // "http://127.0.0.1:8899"

    // One request without a socket. Besides QloApps' own paths:
    //   POST /_simulator/faults, DELETE /_simulator/faults, POST /_simulator/race, GET
    //   /_simulator/state, POST /_simulator/reset
    task<http::response> answer(http::request r);

    simulation::fault_list& faults() noexcept;
    void set_race(simulation::race r);
    void release();  // requests that hang are cut, those that are delayed go on
    simulation::shop& shop() noexcept;
    simulation::state& state() noexcept;
    std::size_t requests(std::string_view method,
                         std::string_view resource) const;  // so many came, faults included

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace agente::qloapps
