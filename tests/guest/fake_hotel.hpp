// A hotel in memory behind the PMS port, for tests of conversations: rooms, prices, faults on
// demand.
#pragma once

#include <map>
#include <set>

#include "hotel/property_system.hpp"
#include "net/gate.hpp"

namespace agente::guest {

class fake_hotel final : public hotel::property_system {
public:
    enum class fault { none, unavailable, nonsense, throws, never_answers };

    fake_hotel() {
        known.hotel_name = "Hotel Prueba";
        known.check_in = "15:00";
        known.check_out = "11:00";
        known.phone = "+54 11 5555 0000";
        known.email = "hola@hotel.example";
        known.room_types = {{1, "General Rooms", 2, 2, 2, 4, 1, 0, 1},
                            {2, "Delux Rooms", 2, 2, 2, 4, 1, 0, 1},
                            {3, "Luxury Rooms", 2, 3, 2, 5, 2, 14, 1}};
        nightly = {{1, 100'000'000}, {2, 150'500'000}, {3, 250'000'000}};
        rooms = {{1, 5}, {2, 5}, {3, 5}};
    }

    hotel::catalogue known;
    std::map<std::int64_t, std::int64_t> nightly;  // micros
    std::map<std::int64_t, int> rooms;             // free on every night
    std::set<std::chrono::year_month_day> full;    // nights on which nothing is free
    std::string currency{"USD"};
    fault trouble{fault::none};
    fault catalogue_trouble{fault::none};
    int availability_calls{0};
    int catalogue_calls{0};

    task<result<hotel::catalogue>> read_catalogue() override {
        ++catalogue_calls;
        if (catalogue_trouble != fault::none) {
            auto const e = co_await failing(catalogue_trouble);
            co_return e;
        }
        co_return known;
    }

    task<result<std::vector<hotel::offer>>> availability(hotel::stay nights, hotel::occupancy party,
                                                         int wanted) override {
        ++availability_calls;
        if (trouble != fault::none) {
            auto const e = co_await failing(trouble);
            co_return e;
        }
        std::vector<hotel::offer> all;
        for (auto const& type : known.room_types) {
            auto free = rooms[type.id];
            for (auto const night : nights.each_night())
                if (full.contains(night)) free = 0;
            auto why = hotel::obstacle::none;
            if (!hotel::fits(type, party, wanted))
                why = hotel::obstacle::too_many_guests;
            else if (nights.nights() < type.min_nights)
                why = hotel::obstacle::stay_too_short;
            else if (type.max_nights > 0 && nights.nights() > type.max_nights)
                why = hotel::obstacle::stay_too_long;
            else if (free == 0)
                why = hotel::obstacle::sold_out;
            else if (free < wanted)
                why = hotel::obstacle::too_few_rooms;
            hotel::money const total{nightly[type.id] * nights.nights() * wanted, currency};
            all.push_back({type.id, type.name, free, wanted, total, {}, nights, why, {}});
        }
        co_return all;
    }

    task<result<hotel::booking>> create(hotel::booking_order) override { co_return refused(); }
    task<result<std::optional<hotel::booking>>> find_by_reference(std::string) override {
        co_return refused();
    }
    task<result<hotel::booking>> read(std::int64_t) override { co_return refused(); }
    task<result<bool>> doubled(hotel::booking const&) override { co_return refused(); }
    task<result<void>> cancel(std::int64_t) override { co_return refused(); }

private:
    static error refused() {
        return error(error_kind::internal, "pms.nonsense", "the dialogue does not ask this");
    }

    task<error> failing(fault what) {
        if (what == fault::throws)
            throw failure(
                error(error_kind::unavailable, "pms.unavailable", "the hotel system is gone"));
        if (what == fault::never_answers) {
            asio::steady_timer timer(co_await asio::this_coro::executor,
                                     asio::steady_timer::time_point::max());
            co_await timer.async_wait(asio::use_awaitable);
        }
        if (what == fault::nonsense)
            co_return error(error_kind::internal, "pms.nonsense", "an answer that is none");
        co_return error(error_kind::unavailable, "pms.unavailable",
                        "the hotel system was not reached");
    }
};

}  // namespace agente::guest
