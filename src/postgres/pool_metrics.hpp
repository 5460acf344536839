// The numbers of all pools of the process. Used by the pool.
#pragma once

#include <unordered_map>

#include "postgres/unit.hpp"
#include "telemetry/gauge_part.hpp"

namespace agente::postgres {

class pool_metrics {
public:
    explicit pool_metrics(telemetry::metrics& in);

    void finished(unit const& one, steady_time now);  // answered or failed
    void failed(error_kind kind);                     // refused before it was a unit's turn
    void connections(std::size_t open);
    void work(std::size_t waiting, std::size_t in_flight);
    void departed(std::size_t units, bool reads);
    void wedged() { wedged_.add(); }
    void connect_failed() { connect_failures_.add(); }

private:
    telemetry::metrics& in_;
    telemetry::gauge_part open_, waiting_, in_flight_;
    telemetry::counter& syncs_;
    telemetry::counter& read_syncs_;
    telemetry::counter& reads_;
    telemetry::counter& wedged_;
    telemetry::counter& connect_failures_;
    std::unordered_map<std::string_view, telemetry::histogram*> latency_;
};

}  // namespace agente::postgres
