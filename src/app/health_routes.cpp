#include "app/health_routes.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/log.hpp"
#include "net/deadline.hpp"
#include "net/gate.hpp"

namespace agente::app {
namespace {

struct finding {
    std::string name;
    std::string state;  // "connected" or "unavailable: …"
    bool good{};
};

task<> probe(dependency const& one, std::chrono::milliseconds deadline, finding& into) {
    into.name = one.name;
    try {
        auto asked = one.probe();
        co_await net::with_deadline(std::move(asked), deadline, "health.slow");
        into.state = "connected";
        into.good = true;
    } catch (failure const& f) {
        into.state = "unavailable: " + std::string(f.reason().code());
        log::warn("health.not_ready", {{"part", one.name}, {"message", f.reason().message()}});
    } catch (std::exception const& e) {
        into.state = "unavailable";
        log::warn("health.not_ready", {{"part", one.name}, {"message", e.what()}});
    }
}

class readiness {
public:
    readiness(std::vector<dependency> dependencies, health_options options)
        : dependencies_(std::move(dependencies)), options_(std::move(options)) {}

    // All parts are asked at once; the slowest decides how long it takes.
    task<http::response> answer() const {
        auto const executor = co_await asio::this_coro::executor;
        std::vector<finding> findings(dependencies_.size());
        net::gate done(executor);
        std::size_t open = dependencies_.size();
        for (std::size_t i = 0; i < dependencies_.size(); ++i)
            asio::co_spawn(executor, probe(dependencies_[i], options_.deadline, findings[i]),
                           [&open, &done](std::exception_ptr) {
                               if (--open == 0) done.open_all();
                           });
        // Not cancellable: the probes write into this frame and are bounded themselves.
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        while (open > 0) co_await done.wait();
        bool healthy = true;
        boost::json::object parts;
        for (auto const& one : findings) {
            parts[one.name] = one.state;
            healthy = healthy && one.good;
        }
        boost::json::object body{{"status", healthy ? "healthy" : "unhealthy"}};
        for (auto& [name, state] : parts) body[name] = state;
        body["version"] = options_.version;
        auto response = http::json_response(std::move(body), healthy ? 200 : 503);
        if (!healthy) response.set("Retry-After", "2");
        co_return response;
    }

private:
    std::vector<dependency> dependencies_;
    health_options options_;
};

task<http::response> live() {
    co_return http::json_response(boost::json::object{{"status", "alive"}});
}

}  // namespace

void add_health_routes(http::router& routes, std::vector<dependency> dependencies,
                       telemetry::metrics& metrics, health_options options) {
    routes.add("GET", "/health/live", [](http::request const&) { return live(); },
               {.summary = "Whether the process answers at all",
                .tags = {"operations"},
                .responses = {{200, "Alive", "application/json", {}, {}}}});
    auto const ready =
        std::make_shared<readiness const>(std::move(dependencies), std::move(options));
    routes.add("GET", "/health/ready", [ready](http::request const&) { return ready->answer(); },
               {.summary = "Whether this instance can do its work now, part by part",
                .tags = {"operations"},
                .responses = {{200, "Ready", "application/json", {}, {}},
                              {503, "A part is unavailable", "application/json", {}, {}}}});
    routes.add("GET", "/metrics",
               [&metrics](http::request const&) -> task<http::response> {
                   http::response answer;
                   answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
                   answer.body = metrics.render();
                   co_return answer;
               },
               {.summary = "Metrics in Prometheus' text format",
                .tags = {"operations"},
                .responses = {{200, "Metrics", "text/plain", {}, {}}},
                .problems = {403}});
}

}  // namespace agente::app
