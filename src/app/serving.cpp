#include "app/serving.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_future.hpp>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "app/worker.hpp"
#include "base/log.hpp"

namespace agente::app {
namespace {

// A loop, its worker, and the thread that runs both.
class lane {
public:
    lane(settings const& s, telemetry::metrics& metrics, worker_options options)
        : guard_(loop_.get_executor()), worker_(loop_, s, metrics, std::move(options)) {
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~lane() {
        guard_.reset();
        loop_.stop();
        thread_.join();
    }
    lane(lane const&) = delete;
    lane& operator=(lane const&) = delete;

    unsigned short start() {
        return asio::co_spawn(loop_, worker_.start(), asio::use_future).get();
    }
    std::future<void> stop() { return asio::co_spawn(loop_, worker_.stop(), asio::use_future); }

private:
    asio::io_context loop_{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard_;
    worker worker_;
    std::thread thread_;
};

}  // namespace

int serve_until_signal(settings const& s, telemetry::metrics& metrics,
                       std::function<void(unsigned short)> ready) {
    // Before the lanes, so that a signal during start-up is not lost.
    asio::io_context main_loop{1};
    asio::signal_set signals(main_loop, SIGINT, SIGTERM);

    auto const authentication = std::make_shared<postgres::auth_budget>();
    settings each = s;  // with port 0 the first worker finds a free one, and the others share it
    std::vector<std::unique_ptr<lane>> lanes;
    for (std::size_t i = 0; i < static_cast<std::size_t>(s.workers); ++i) {
        lanes.push_back(std::make_unique<lane>(
            each, metrics, worker_options{.index = i, .authentication = authentication}));
        each.port = lanes.back()->start();
    }
    log::info("service.ready",
              {{"port", each.port}, {"workers", s.workers}, {"environment", s.environment}});
    if (ready) ready(static_cast<unsigned short>(each.port));

    signals.async_wait([](boost::system::error_code, int) {});
    main_loop.run();
    log::info("service.stopping", {{"message", "a second signal stops at once"}});
    signals.async_wait([](boost::system::error_code ec, int number) {
        if (!ec) std::_Exit(128 + number);
    });
    std::thread impatient([&] {
        main_loop.restart();
        main_loop.run();
    });
    std::vector<std::future<void>> stopping;
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
    lanes.clear();
    asio::post(main_loop, [&] { signals.cancel(); });
    impatient.join();
    log::info("service.stopped");
    return code;
}

}  // namespace agente::app
