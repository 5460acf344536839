// Callers that read without pause through the postgres library: a booking's state, by its number,
// as its hotel, under row level security. Used by postgres_bench and pgbench_bench.
#pragma once

#include <string>
#include <string_view>

#include "bench/private_database.hpp"
#include "postgres/options.hpp"

namespace agente::bench {

// Each of the hotels "1" to "100" has a thousand bookings; a booking's number is its hotel's times
// 1,000,000 and then from 1 on. Plain digits, so that pgbench can make them up as well.
inline constexpr int hotels = 100, bookings_each = 1'000;
void fill_bookings(private_database& database);

inline constexpr std::string_view read_booking_sql =
    "select reference, tenant_id, state, pms_id from agente.booking_journal where reference = $1";

// How the callers share round trips.
enum class way {
    one_a_connection,  // a request has a connection to itself until its answer came
    single,            // one Sync outstanding a connection, reads coalesced
    multi              // several batches in flight on a connection
};
std::string_view name_of(way how);

struct read_case {
    std::string url;
    way how{way::multi};
    int callers{32};
    std::size_t connections{4};
    double rtt_seconds{0};  // how long to warm up
    double seconds{1.5};    // measured
};

struct read_result {
    double per_second{0}, p50_ms{0}, p99_ms{0};
    double cpu_us{0};          // of the client's thread, a read
    double reads_per_sync{0};  // how many shared a round trip
    std::size_t wrong{0};      // answers that were not the asking hotel's booking: a fault
};

read_result measure_reads(read_case const& of);

}  // namespace agente::bench
