// The adapter on the loop of a simulated hotel, as a worker has it.
#pragma once

#include <gtest/gtest.h>

#include "bench_hotel.hpp"
#include "net/http_client.hpp"
#include "qloapps/adapter.hpp"

namespace agente::qloapps::test {

inline hotel::stay nights(std::string_view from, std::string_view to) {
    return hotel::stay::make(hotel::parse_iso(from).value(), hotel::parse_iso(to).value()).value();
}

class adapter_test : public testing::Test {
protected:
    bench_hotel hotel_;
    net::http_client http_{hotel_.loop, {}, hotel_.metrics};
    std::unique_ptr<adapter> pms_ = make();

    adapter_options options() const {
        adapter_options o;
        o.base_url = hotel_.simulator.base_url();
        o.key = secret("TESTKEY");
        o.read_deadline = o.write_deadline = std::chrono::milliseconds(20'000);
        return o;
    }
    std::unique_ptr<adapter> make() { return make(options()); }
    std::unique_ptr<adapter> make(adapter_options o) {
        return std::make_unique<adapter>(http_, hotel_.time, hotel_.metrics, std::move(o));
    }

    template <class T>
    T run(task<T> work) {
        return test::run(hotel_.loop, std::move(work));
    }
    // All at once, in this order.
    template <class T>
    std::vector<T> run_all(std::vector<task<T>> works) {
        std::vector<std::optional<T>> done(works.size());
        std::size_t left = works.size();
        for (std::size_t i = 0; i < works.size(); ++i)
            asio::co_spawn(hotel_.loop, store(std::move(works[i]), done[i]),
                           [&](std::exception_ptr) {
                               if (--left == 0) hotel_.loop.stop();
                           });
        hotel_.loop.restart();
        hotel_.loop.run();
        std::vector<T> values;
        for (auto& value : done) values.push_back(std::move(value.value()));
        return values;
    }

    std::vector<hotel::offer> offers(hotel::stay when, hotel::occupancy party = {2, {}},
                                     int rooms = 1) {
        return run(pms_->availability(when, std::move(party), rooms)).value();
    }
    hotel::offer offer(std::int64_t type, hotel::stay when, hotel::occupancy party = {2, {}},
                       int rooms = 1) {
        for (auto const& one : offers(when, std::move(party), rooms))
            if (one.room_type_id == type) return one;
        throw std::runtime_error("no offer of that type");
    }
    hotel::booking_order order(hotel::offer const& of, std::string reference,
                               hotel::occupancy party = {2, {}}) const {
        return {.reference = std::move(reference),
                .stay = of.stay,
                .room_type_id = of.room_type_id,
                .rooms = of.rooms,
                .occupancy = std::move(party),
                .guest = {"Ana", "Pérez", "ana@example.test", "+5491155550001"},
                .extras = of.extras,
                .expected_total = of.total_with_tax};
    }
    void fail_next(std::string method, std::string resource, simulation::fault::action what,
                   bool after, int times = 1) {
        ASSERT_TRUE(hotel_.simulator.faults()
                        .add({.method = std::move(method),
                              .resource = std::move(resource),
                              .what = what,
                              .after = after,
                              .times = times})
                        .has_value());
    }
    std::size_t orders_made() { return hotel_.simulator.state().orders.size(); }
};

}  // namespace agente::qloapps::test
