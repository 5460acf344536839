// The hotel's QloApps, simulated, on a thread of its own: stopped and started on its port as the
// real one would be, and what was booked is still there. Used by hotel_site.
#pragma once

#include <boost/asio/post.hpp>
#include <filesystem>
#include <future>
#include <memory>
#include <string>

#include "app/side_loop.hpp"
#include "qloapps/simulator.hpp"

namespace agente::e2e {

class simulated_shop {
public:
    // `snapshot`: a file that is not there yet.
    simulated_shop(qloapps::simulation::shop shop, std::filesystem::path snapshot);
    ~simulated_shop();

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    secret const& key() const { return shop_.key; }

    void stop();  // nobody listens any more; requests it was working on are cut
    void start();

    // While it runs, its state belongs to its thread: `what` is done there.
    template <class What>
    auto ask(What what) {
        std::packaged_task<decltype(what(*simulator_))()> job([&] { return what(*simulator_); });
        auto answer = job.get_future();
        asio::post(side_.loop(), [&job] { job(); });
        return answer.get();
    }
    void fault(qloapps::simulation::fault what);
    void release();  // requests that hang are cut, those that are delayed go on
    std::size_t requests(std::string_view method,
                         std::string_view resource);  // since the last start
    qloapps::simulation::state state();               // running or not

private:
    task<> begin();

    real_clock time_;
    telemetry::metrics metrics_;
    qloapps::simulation::shop shop_;
    std::filesystem::path snapshot_;
    unsigned short port_{0};
    app::side_loop side_;
    std::unique_ptr<qloapps::simulator> simulator_;
};

}  // namespace agente::e2e
