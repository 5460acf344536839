#include "booking/simulated_hotel.hpp"

#include "net/http_client.hpp"
#include "qloapps/adapter.hpp"

namespace agente::booking {

simulated_hotel::simulated_hotel() : simulator_(loop_, time_, metrics_) {
    simulator_.listen("127.0.0.1", 0);
    url_ = simulator_.base_url();
    key_ = simulator_.shop().key;
    thread_ = std::thread([this] { loop_.run(); });
}

void simulated_hotel::stop() {
    if (!thread_.joinable()) return;
    asio::post(loop_, [this] { simulator_.release(); });
    asio::co_spawn(loop_, simulator_.stop(), [this](std::exception_ptr) { loop_.stop(); });
    thread_.join();
}

void simulated_hotel::fail_next(std::string method, std::string resource,
                                qloapps::simulation::fault::action what, bool after, int times) {
    ask([&](qloapps::simulator& s) {
        s.faults()
            .add({.method = std::move(method),
                  .resource = std::move(resource),
                  .what = what,
                  .after = after,
                  .times = times})
            .value();
    });
}

std::size_t simulated_hotel::live_rows() {
    return ask([](qloapps::simulator& s) {
        return static_cast<std::size_t>(std::ranges::count_if(s.state().rows, [](auto const& row) {
            return row.type == general_rooms && !row.cancelled && !row.refunded && !row.back_order;
        }));
    });
}

pms_maker simulated_hotel::maker() const {
    struct on_a_loop {
        on_a_loop(asio::io_context& loop, clock const& time, telemetry::metrics& metrics,
                  qloapps::adapter_options const& options)
            : http(loop, {}, metrics), adapter(http, time, metrics, options) {}
        net::http_client http;
        qloapps::adapter adapter;
    };
    qloapps::adapter_options options;
    options.base_url = url_;
    options.key = key_;
    return [options](asio::io_context& loop, clock const& time, telemetry::metrics& metrics) {
        auto const made = std::make_shared<on_a_loop>(loop, time, metrics, options);
        return std::shared_ptr<hotel::property_system>(made, &made->adapter);
    };
}

hotel::offer quote(rig& by, hotel::stay when) {
    hotel::occupancy const couple{.adults = 2, .child_ages = {}};
    auto const offers = support::run(by.loop, by.pms->availability(when, couple, 1)).value();
    return *std::ranges::find(offers, simulated_hotel::general_rooms, &hotel::offer::room_type_id);
}

}  // namespace agente::booking
