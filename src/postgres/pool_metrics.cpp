#include "postgres/pool_metrics.hpp"

namespace agente::postgres {

pool_metrics::pool_metrics(telemetry::metrics& in)
    : in_(in), open_{in.measure("postgres_connections_active", "Open connections to PostgreSQL")},
      waiting_{in.measure("postgres_waiting", "Batches waiting for a connection")},
      in_flight_{in.measure("postgres_in_flight", "Batches whose answer is under way")},
      syncs_(in.count("postgres_round_trips_total", "Round trips (Syncs) sent")),
      read_syncs_(in.count("postgres_shared_round_trips_total", "Round trips of coalesced reads")),
      reads_(in.count("postgres_coalesced_reads_total",
                      "Reads that left in shared round trips; per Sync: divide by those")),
      wedged_(in.count("postgres_wedged_total",
                       "Connections closed because no answer came within the reply deadline")),
      connect_failures_(
          in.count("postgres_connect_failures_total", "Attempts to connect that failed")) {}

void pool_metrics::finished(unit const& one, steady_time now) {
    auto& of_query = latency_[one.query];
    if (!of_query)
        of_query = &in_.distribution("postgres_query_latency_seconds",
                                     "From asking to the answer, waiting included",
                                     {{"query", std::string(one.query)}});
    of_query->observe(std::chrono::duration<double>(now - one.submitted).count());
    if (one.failed) failed(one.failed->reason().kind());
}

void pool_metrics::failed(error_kind kind) {
    in_.count("postgres_errors_total", "Batches that failed, by kind",
              {{"kind", std::string(to_string(kind))}})
        .add();
}

void pool_metrics::connections(std::size_t open) { open_.set(static_cast<double>(open)); }

void pool_metrics::work(std::size_t waiting, std::size_t in_flight) {
    waiting_.set(static_cast<double>(waiting));
    in_flight_.set(static_cast<double>(in_flight));
}

void pool_metrics::departed(std::size_t units, bool reads) {
    syncs_.add();
    if (!reads) return;
    read_syncs_.add();
    reads_.add(static_cast<double>(units));
}

}  // namespace agente::postgres
