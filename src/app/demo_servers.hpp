// Everything a demo needs besides the service itself: private PostgreSQL and Redis, a simulated
// hotel system and a simulated Cloud API, all on this machine, all gone with the process. Used by
// `demo`.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "app/demo_state.hpp"
#include "app/settings.hpp"
#include "app/simulated_pms.hpp"
#include "channels/whatsapp_simulator.hpp"
#include "embedded/postgres_server.hpp"
#include "embedded/redis_server.hpp"

namespace agente::app {

class demo_servers {
public:
    // `progress` is told each step. Throws failure with what to do.
    demo_servers(std::filesystem::path const& folder, demo_secrets const& secrets,
                 demo_hotel const& hotel, telemetry::metrics& metrics,
                 std::function<void(std::string_view)> const& progress);
    ~demo_servers();

    void fill(settings& s) const;  // what the service needs to reach them
    void fill(demo_addresses& at) const;
    void webhook_is(std::string const& url);  // where statuses go, once the service listens

private:
    void prepare_database(demo_hotel const& hotel, telemetry::metrics& metrics) const;

    real_clock time_;
    std::unique_ptr<embedded::postgres_server> postgres_;
    std::unique_ptr<embedded::redis_server> redis_;
    std::unique_ptr<simulated_pms> pms_;
    std::unique_ptr<side_loop> side_;
    std::unique_ptr<channels::whatsapp_simulator> whatsapp_;
};

}  // namespace agente::app
