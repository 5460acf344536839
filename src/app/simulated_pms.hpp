// PMS_TYPE=mock: the QloApps simulator beside the service, behind the same adapter. Used by `serve`
// and `demo`.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "app/side_loop.hpp"
#include "base/secret.hpp"
#include "qloapps/simulator.hpp"
#include "telemetry/metrics.hpp"

namespace agente::app {

class simulated_pms {
public:
    // `snapshot`: where its bookings are kept between runs; empty: nowhere. Listens on a free port
    // of 127.0.0.1.
    simulated_pms(secret const& api_key, std::filesystem::path const& snapshot,
                  telemetry::metrics& metrics);
    ~simulated_pms();

    std::string url() const { return url_; }

private:
    real_clock time_;
    side_loop side_;
    std::unique_ptr<qloapps::simulator> simulator_;
    std::string url_;
};

}  // namespace agente::app
