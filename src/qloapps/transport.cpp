#include "qloapps/transport.hpp"

#include "base/log.hpp"

namespace agente::qloapps {

namespace {

constexpr std::array every_operation{
    operation::catalogue, operation::availability, operation::create, operation::find,
    operation::rooms,     operation::cancel,       operation::probe};

std::string api_root(std::string url) {
    if (!url.starts_with("http://") && !url.starts_with("https://"))
        throw failure(error(
            error_kind::invalid, "pms.bad_url",
            "PMS_BASE_URL must begin with http:// or https://, for example https://hotel.example"));
    while (url.ends_with('/')) url.pop_back();
    if (!url.ends_with("/api")) url += "/api";
    return url + "/";
}

// Whether the other side is in trouble; an answer of any sense, refusals included, says it is not.
bool is_trouble(result<net::http_response> const& got) {
    return got.has_error() ? got.error().kind() != error_kind::invalid &&
                                 got.error().kind() != error_kind::too_large
                           : got->status >= 502 && got->status <= 504;
}

}  // namespace

std::string_view to_string(operation what) noexcept {
    switch (what) {
        case operation::catalogue: return "catalogue";
        case operation::availability: return "availability";
        case operation::create: return "create";
        case operation::find: return "find";
        case operation::rooms: return "rooms";
        case operation::cancel: return "cancel";
        case operation::probe: return "probe";
    }
    return "unknown";
}

transport::transport(net::http_client& http, clock const& time, telemetry::metrics& metrics,
                     transport_options options)
    : http_(http), time_(time), metrics_(metrics), options_(std::move(options)),
      breaker_(options_.breaker),
      breaker_open_(metrics.measure(
          "pms_breaker_open",
          "1 while nothing is sent to the hotel system because it did not answer")) {
    options_.base_url = api_root(std::move(options_.base_url));
    for (auto what : every_operation)
        latency_[what] = &metrics.distribution("pms_latency_seconds",
                                               "From a request to the hotel system to its answer",
                                               {{"operation", std::string(to_string(what))}});
}

void transport::count(operation what, std::string_view outcome) {
    metrics_
        .count("pms_requests_total", "Requests to the hotel system by what came of them",
               {{"operation", std::string(to_string(what))}, {"outcome", std::string(outcome)}})
        .add();
}

task<result<pms_answer>> transport::send(operation what, std::string method, std::string target,
                                         std::string body, std::chrono::milliseconds deadline) {
    auto const started = time_.steady_now();
    if (!breaker_.allows(started))
        co_return error(
            error_kind::unavailable, "pms.unavailable",
            "the hotel system has not answered several times in a row and is left alone for a moment");
    struct report_once {  // a cancelled request must not leave the breaker waiting for its report
        breaker& of;
        bool done{false};
        ~report_once() {
            if (!done) of.untried();
        }
    } report{breaker_};

    net::http_request request{.method = std::move(method),
                              .url = options_.base_url + target,
                              .body = std::move(body),
                              .deadline = deadline};
    request.basic_user = options_.key;
    request.headers = {{"Output-Format", "JSON"}, {"Accept", "application/json"}};
    if (!options_.host.empty()) request.headers.emplace_back("Host", options_.host);
    if (request.body.starts_with('{'))
        request.headers.emplace_back("Content-Type", "application/json");
    else if (!request.body.empty())
        request.headers.emplace_back("Content-Type", "text/xml;charset=utf-8");
    auto got = co_await http_.send(std::move(request));

    auto const now = time_.steady_now();
    latency_[what]->observe(std::chrono::duration<double>(now - started).count());
    report.done = true;
    bool const was_open = breaker_.open();
    if (is_trouble(got))
        breaker_.failed(now);
    else
        breaker_.succeeded();
    breaker_open_.set(breaker_.open() ? 1 : 0);
    if (breaker_.open() != was_open)
        log::warn(breaker_.open() ? "pms.breaker_opened" : "pms.breaker_closed",
                  {{"operation", to_string(what)}});
    if (got.has_error()) co_return got.error();
    co_return pms_answer{got->status, std::string(got->header("content-type")),
                         std::move(got->body)};
}

task<result<pms_answer>> transport::get(operation what, std::string target) {
    co_return co_await ask(what, std::move(target), {});
}

task<result<pms_answer>> transport::ask(operation what, std::string target, std::string body) {
    std::string const method = body.empty() ? "GET" : "POST";
    auto got =
        co_await send(what, method, std::move(target), std::move(body), options_.read_deadline);
    if (got.has_value()) co_return got;
    switch (got.error().kind()) {
        case error_kind::too_large:
            co_return error(error_kind::internal, "pms.nonsense",
                            "the hotel system's answer is too large: " + got.error().message());
        case error_kind::in_doubt:
            co_return error(error_kind::timeout, "pms.timeout",
                            "the hotel system gave no complete answer: " + got.error().message());
        default:
            co_return error(error_kind::unavailable, "pms.unavailable",
                            "the hotel system cannot be reached: " + got.error().message());
    }
}

task<result<pms_answer>> transport::change(operation what, std::string target, std::string body) {
    auto got =
        co_await send(what, "POST", std::move(target), std::move(body), options_.write_deadline);
    if (got.has_value()) co_return got;
    auto const kind = got.error().kind();
    if (kind == error_kind::unavailable || kind == error_kind::timeout ||
        kind == error_kind::invalid)
        co_return error(
            error_kind::unavailable, "pms.unavailable",
            "the hotel system cannot be reached, nothing was done: " + got.error().message());
    co_return error(error_kind::in_doubt, "pms.outcome_unknown",
                    "the hotel system gave no answer to a change, which may have happened: " +
                        got.error().message());
}

}  // namespace agente::qloapps
