#include "app/health_routes.hpp"

#include <boost/asio/co_spawn.hpp>

#include "base/log.hpp"
#include "http/endpoint.hpp"
#include "net/deadline.hpp"
#include "net/gate.hpp"

namespace agente::app {

enum class life { alive };
BOOST_DESCRIBE_ENUM(life, alive)

struct live_report {
    life status{life::alive};
};
BOOST_DESCRIBE_STRUCT(live_report, (), (status))

inline constexpr std::array ready_report_rules{
    http::rule("postgres").example("connected"), http::rule("redis").example("connected"),
    http::rule("pms").example("connected"), http::rule("version").example("1.0.0")};
constexpr std::span<http::rule const> http_rules(ready_report const*) { return ready_report_rules; }

namespace {

constexpr std::string_view connected = "connected";

task<> probe(std::string_view part, std::function<task<>()> ask, std::chrono::milliseconds deadline,
             std::string& state) {
    try {
        auto asked = ask();
        co_await net::with_deadline(std::move(asked), deadline, "health.slow");
        state = connected;
    } catch (failure const& f) {
        state = "unavailable: " + std::string(f.reason().code());
        log::warn("health.not_ready", {{"part", part}, {"message", f.reason().message()}});
    } catch (std::exception const& e) {
        state = "unavailable";
        log::warn("health.not_ready", {{"part", part}, {"message", e.what()}});
    }
}

class readiness {
public:
    readiness(health_probes probes, health_options options)
        : probes_(std::move(probes)), options_(std::move(options)) {}

    // All parts are asked at once; the slowest decides how long it takes.
    task<http::answer_as<ready_report>> answer() const {
        auto const executor = co_await asio::this_coro::executor;
        ready_report found{.version = options_.version};
        if (probes_.pms) found.pms.emplace();
        net::gate done(executor);
        std::size_t open = 0;
        auto const start = [&](std::string_view part, std::function<task<>()> const& ask,
                               std::string& state) {
            ++open;
            asio::co_spawn(executor, probe(part, ask, options_.deadline, state),
                           [&open, &done](std::exception_ptr) {
                               if (--open == 0) done.open_all();
                           });
        };
        start("postgres", probes_.postgres, found.postgres);
        start("redis", probes_.redis, found.redis);
        if (found.pms) start("pms", probes_.pms, *found.pms);
        // Not cancellable: the probes write into this frame and are bounded themselves.
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        while (open > 0) co_await done.wait();
        bool const healthy = found.postgres == connected && found.redis == connected &&
                             found.pms.value_or(std::string(connected)) == connected;
        http::answer_as<ready_report> out{.status = healthy ? 200 : 503};
        if (!healthy) {
            found.status = health::unhealthy;
            out.headers.emplace_back("Retry-After", "2");
        }
        out.body = std::move(found);
        co_return out;
    }

private:
    health_probes probes_;
    health_options options_;
};

boost::json::value unready_example() {
    return http::encode(ready_report{.status = health::unhealthy,
                                     .postgres = "unavailable: postgres.unreachable",
                                     .redis = std::string(connected),
                                     .version = "1.0.0"});
}

task<http::response> render(telemetry::metrics const& metrics) {
    http::response answer;
    answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
    answer.body = metrics.render();
    co_return answer;
}

}  // namespace

void add_health_routes(http::router& routes, health_probes probes, telemetry::metrics& metrics,
                       health_options options) {
    http::endpoint<http::nothing, live_report>(
        routes,
        {.method = "GET",
         .path = "/health/live",
         .summary = "Whether the process answers at all",
         .tags = {"operations"},
         .answer = "It does"},
        [](http::nothing const&, http::request const&) -> task<live_report> {
            co_return live_report{};
        });

    auto const ready = std::make_shared<readiness const>(std::move(probes), std::move(options));
    http::endpoint<http::nothing, ready_report>(
        routes,
        {.method = "GET",
         .path = "/health/ready",
         .summary = "Whether this instance can do its work now, part by part",
         .description = "`pms` is null unless CHECK_PMS_IN_READINESS is set: an instance without "
                        "the hotel system still answers guests.",
         .tags = {"operations"},
         .answer = "Ready",
         .also = {{.status = 503,
                   .description = "A part is unavailable",
                   .example = unready_example()}}},
        [ready](http::nothing const&, http::request const&) { return ready->answer(); });

    routes.add("GET", "/metrics", [&metrics](http::request const&) { return render(metrics); },
               {.summary = "Metrics in Prometheus' text format",
                .tags = {"operations"},
                .responses = {{.status = 200,
                               .description = "Metrics",
                               .content_type = "text/plain",
                               .schema = {{"type", "string"}},
                               .example = nullptr}},
                .problems = {{403, "metrics.address", "Metrics are not shown to this address"}}});
}

}  // namespace agente::app
