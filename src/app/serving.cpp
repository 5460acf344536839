#include "app/serving.hpp"

#include "app/administration.hpp"
#include "app/side_loop.hpp"
#include "app/worker.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "net/shutdown.hpp"

namespace agente::app {
namespace {

// A loop, its worker, and the thread that runs both.
class lane {
public:
    lane() = default;
    ~lane() { side_.end(); }
    lane(lane const&) = delete;
    lane& operator=(lane const&) = delete;

    // `s` is kept by reference as long as the lane lives.
    unsigned short start(settings const& s, telemetry::metrics& metrics, worker_options options) {
        return side_.run(begin(s, metrics, std::move(options)));
    }
    std::future<void> stop() { return side_.start(worker_->stop()); }

private:
    // Made over there as well: its parts begin to use the loop when they are made.
    task<unsigned short> begin(settings const& s, telemetry::metrics& metrics,
                               worker_options options) {
        worker_.emplace(side_.loop(), s, metrics, std::move(options));
        co_return co_await worker_->start();
    }

    side_loop side_;
    std::optional<worker> worker_;
};

}  // namespace

int serve_until_signal(settings const& s, telemetry::metrics& metrics,
                       std::function<void(unsigned short)> ready) {
    // Before the lanes, so that a signal during start-up is not lost; with a thread of its own, so
    // that a second one ends the process whatever starting or stopping is at.
    side_loop watch;
    net::shutdown asked(watch.loop());

    auto const authentication = std::make_shared<postgres::auth_budget>();
    settings each = s;  // with port 0 the first worker finds a free one, and the others share it
    if (s.secret_key.empty()) {
        each.secret_key = secret(random_hex(32));
        log::warn(
            "config.no_secret_key",
            {{"message",
              "SECRET_KEY is not set: sign-ins end with this process, and no other instance knows them"}});
    }
    std::vector<std::unique_ptr<lane>> lanes;
    std::optional<net::cpu_pool> hashing(std::in_place, hashing_options(s), metrics);
    for (std::size_t i = 0; i < static_cast<std::size_t>(s.workers); ++i) {
        lanes.push_back(std::make_unique<lane>());
        each.port = lanes.back()->start(
            each, metrics, {.index = i, .authentication = authentication, .hashing = &*hashing});
    }
    log::info("service.ready",
              {{"port", each.port}, {"workers", s.workers}, {"environment", s.environment}});
    if (ready) ready(static_cast<unsigned short>(each.port));

    auto const signal = watch.run(asked.wait());
    log::info("service.stopping",
              {{"signal", signal}, {"message", "a second signal stops at once"}});
    std::vector<std::future<void>> stopping;
    stopping.reserve(lanes.size());
    for (auto& one : lanes) stopping.push_back(one->stop());
    int code = 0;
    for (auto& one : stopping) {
        try {
            one.get();
        } catch (std::exception const& e) {
            log::error("service.stop_failed", {{"message", e.what()}});
            code = 1;
        }
    }
    hashing.reset();  // while the loops that its results go to are there
    lanes.clear();
    log::info("service.stopped");
    return code;
}

}  // namespace agente::app
