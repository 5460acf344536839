// A simulated QloApps on a thread of its own, and adapters to it for the loops of the instances
// under test.
#pragma once

#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "booking/rig.hpp"
#include "qloapps/simulator.hpp"

namespace agente::booking {

class simulated_hotel {
public:
    static constexpr std::int64_t general_rooms = 1;  // a room type with five rooms

    simulated_hotel();
    ~simulated_hotel() { stop(); }
    void stop();

    // While it runs, its state belongs to its thread: `what` is done there.
    template <class What>
    auto ask(What what) {
        std::packaged_task<decltype(what(simulator_))()> job([&] { return what(simulator_); });
        auto answer = job.get_future();
        asio::post(loop_, [&job] { job(); });
        return answer.get();
    }
    void fail_next(std::string method, std::string resource,
                   qloapps::simulation::fault::action what, bool after, int times = 1);
    std::size_t live_rows();  // of general rooms, whoever booked them
    std::size_t orders_made() {
        return ask([](qloapps::simulator& s) { return s.state().orders.size(); });
    }
    qloapps::simulation::state const& state() { return simulator_.state(); }  // after stop()

    pms_maker maker() const;  // for one instance, on its loop

private:
    real_clock time_;
    telemetry::metrics metrics_;
    asio::io_context loop_{1};
    qloapps::simulator simulator_;
    std::string url_;
    secret key_;
    std::thread thread_;
};

hotel::offer quote(rig& by, hotel::stay when);  // of general rooms, for two

}  // namespace agente::booking
