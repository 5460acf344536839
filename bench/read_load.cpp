#include "bench/read_load.hpp"

#include <fmt/format.h>

#include <random>

#include "bench/loop.hpp"
#include "bench/statistics.hpp"
#include "postgres/database.hpp"
#include "telemetry/metrics.hpp"

namespace agente::bench {
namespace {

using namespace std::chrono_literals;

struct booking_row {
    std::string reference, tenant_id, state;
    std::optional<std::int64_t> pms_id;
};
BOOST_DESCRIBE_STRUCT(booking_row, (), (reference, tenant_id, state, pms_id))

constexpr postgres::query<booking_row, std::string> shared_read{
    "bench.shared_read", read_booking_sql, postgres::sharing::coalescible};
constexpr postgres::query<booking_row, std::string> lone_read{"bench.lone_read", read_booking_sql};

struct load {
    bool over{false}, counting{false};
    std::size_t wrong{0};
    latencies taken;
};

task<> caller(postgres::database& db, bool shared, unsigned seed, load& of) {
    std::minstd_rand dice(seed);
    while (!of.over) {
        auto const hotel = 1 + dice() % hotels, number = 1 + dice() % bookings_each;
        auto const slug = std::to_string(hotel),
                   reference = std::to_string(hotel * 1'000'000 + number);
        auto const as = postgres::access::tenant(slug);
        auto const start = steady::now();
        auto const found = co_await db.row(as, shared ? shared_read : lone_read, reference);
        if (!found || found->reference != reference || found->tenant_id != slug) ++of.wrong;
        if (of.counting) of.taken.add(steady::now() - start);
    }
}

}  // namespace

std::string_view name_of(way how) {
    switch (how) {
        case way::one_a_connection: return "one request a connection";
        case way::single: return "single";
        case way::multi: return "multi";
    }
    return {};
}

void fill_bookings(private_database& database) {
    database.execute(fmt::format(
        "insert into agente.booking_journal (reference, tenant_id, request_key, state, room_type,"
        " arrival, departure, rooms, guest, pms_id)"
        " select (t * 1000000 + k)::text, t::text, 'turn-' || k, 'confirmed', 1 + k % 5,"
        " date '2027-01-01' + k % 300, date '2027-01-03' + k % 300, 1, '+54911' || k, k"
        " from generate_series(1, {}) t, generate_series(1, {}) k",
        hotels, bookings_each));
    database.execute("analyze agente.booking_journal");
}

read_result measure_reads(read_case const& of) {
    asio::io_context loop;
    telemetry::metrics metrics;
    postgres::options o;
    o.server = postgres::parse_url(of.url).value();
    o.mode =
        of.how == way::multi ? postgres::pipeline_mode::multi : postgres::pipeline_mode::single;
    o.size = of.connections;
    o.most_wait = 60s;
    postgres::database db(loop, o, metrics);
    run(loop, db.start());
    while (db.now().open < of.connections) loop.run_one();

    load shared;
    int running = of.callers;
    for (int n = 0; n < of.callers; ++n)
        asio::co_spawn(loop,
                       caller(db, of.how != way::one_a_connection,
                              static_cast<unsigned>(n) * 7'919 + 1, shared),
                       [&](std::exception_ptr e) {
                           --running;
                           if (e) std::rethrow_exception(e);
                       });
    loop.run_for(seconds(0.2 + 6 * of.rtt_seconds));
    auto const reads = [&] { return metrics.count("postgres_coalesced_reads_total", "").value(); };
    auto const syncs = [&] {
        return metrics.count("postgres_shared_round_trips_total", "").value();
    };
    auto const reads_before = reads(), syncs_before = syncs(), cpu_before = cpu_seconds();
    shared.counting = true;
    auto const start = steady::now();
    loop.run_for(seconds(of.seconds));
    auto const took = std::chrono::duration<double>(steady::now() - start).count();
    auto const cpu = cpu_seconds() - cpu_before;
    shared.counting = false;

    read_result out;
    auto const many = static_cast<double>(shared.taken.size());
    out.per_second = many / took;
    out.cpu_us = many > 0 ? cpu * 1e6 / many : 0;
    out.reads_per_sync =
        syncs() > syncs_before ? (reads() - reads_before) / (syncs() - syncs_before) : 1;
    out.p50_ms = shared.taken.percentile(0.5);
    out.p99_ms = shared.taken.percentile(0.99);
    shared.over = true;
    while (running > 0) loop.run_one();
    out.wrong = shared.wrong;
    run(loop, db.stop());
    return out;
}

}  // namespace agente::bench
