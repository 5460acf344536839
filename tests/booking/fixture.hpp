// What the tests of service and recovery start from: a new database, an empty Redis, a hotel on
// paper.
#pragma once

#include <gmock/gmock.h>

#include "booking/paper_hotel.hpp"
#include "booking/reference.hpp"
#include "booking/rig.hpp"

namespace agente::booking {

inline hotel::stay nights(int from, int to) {
    using namespace std::chrono;
    return hotel::stay::make(year(2027) / 3 / day(static_cast<unsigned>(from)),
                             year(2027) / 3 / day(static_cast<unsigned>(to)))
        .value();
}

class booking_fixture : public testing::Test {
protected:
    booking_fixture() {
        if (!support::redis().running()) support::redis().start();
        options.database_url = support::fresh_database();
        options.redis_url = support::redis().url();
        forget_locks();
    }

    std::unique_ptr<rig> instance() { return std::make_unique<rig>(options, hotel); }

    order order_of(std::string key, hotel::stay when = nights(12, 14)) const {
        return {.request_key = std::move(key),
                .guest_address = "+5491155550001",
                .stay = when,
                .room_type_id = paper_hotel::room_type,
                .room_type_name = "Double",
                .rooms = 1,
                .occupancy = {.adults = 2, .child_ages = {}},
                .guest = {.first = "Ana",
                          .last = "Guest",
                          .email = "ana@example.test",
                          .phone = "+5491155550001"},
                .quoted_total = hotel->total(when),
                .remark = {}};
    }
    static std::string reference_of(std::string const& key) {
        return make_reference(hotel_slug, key);
    }

    std::string sql(std::string const& statement) const {
        return support::sql(options.database_url, statement);
    }
    std::string state_of(std::string const& key) const {
        return sql("select state from agente.booking_journal where request_key = '" + key + "'");
    }
    std::string events() const {  // of all locks, in order
        return sql(
            "select coalesce(string_agg(event_type, ' ' order by id), '') from public.lock_audit");
    }

    // What waiting would do: leases run out, rows get old, locks expire in Redis.
    void leases_end() const {
        sql("update agente.booking_journal set lease_until = now() - interval '1 second' where lease_until is not null");
    }
    void hours_pass() const {
        sql("update agente.booking_journal set lease_until = lease_until - interval '3 hours', updated_at = updated_at - interval '3 hours',"
            " created_at = created_at - interval '3 hours'");
    }
    void forget_locks() const {
        asio::io_context loop;
        telemetry::metrics metrics;
        redis::connection connection(loop, redis::parse_url(options.redis_url).value(), metrics);
        support::run(loop, connection.start());
        std::vector<std::string> words{"FLUSHALL"};
        support::run(loop, connection.command(words));
        support::run(loop, connection.stop());
    }

    // Books with an instance that dies at `at`, and drops it.
    void book_and_die(std::string const& key, step at) {
        auto victim = instance();
        victim->die_at(at);
        try {
            victim->book(order_of(key));
        } catch (killed const&) {
        } catch (std::runtime_error const&) {  // the loop stopped under it
        }
        ASSERT_TRUE(victim->dead) << "it never came to that step";
    }

    std::shared_ptr<paper_hotel> hotel = std::make_shared<paper_hotel>();
    rig_options options = usual({}, {});
};

MATCHER_P(ended, kind, std::string("ended as ") + std::string(to_string(kind))) {
    *result_listener << "ended as " << to_string(arg.what) << " (" << arg.reason << " "
                     << arg.message << ")";
    return arg.what == kind;
}

}  // namespace agente::booking
