#include "telemetry/access_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/log.hpp"

namespace agente::telemetry {
namespace {

// Whatever word a client sends as its method must not become a time series of its own.
std::string_view method_label(std::string_view method) {
    static constexpr std::array<std::string_view, 7> known{"GET",   "HEAD",   "POST",   "PUT",
                                                           "PATCH", "DELETE", "OPTIONS"};
    return std::find(known.begin(), known.end(), method) == known.end() ? std::string_view("other")
                                                                        : method;
}

}  // namespace

void access_log::write(access_entry const& entry) {
    auto const method = method_label(entry.method);
    auto const route = entry.route.empty() ? std::string_view("none") : entry.route;
    auto const seconds = std::chrono::duration<double>(entry.took).count();

    key_.clear();
    fmt::format_to(std::back_inserter(key_), "{} {} {}", method, entry.status, route);
    auto& requests = requests_[key_];
    if (!requests)
        requests = &metrics_.count("http_requests_total", "HTTP requests answered",
                                   {{"method", std::string(method)},
                                    {"route", std::string(route)},
                                    {"status", std::to_string(entry.status)}});
    requests->add();

    key_.assign(route);
    auto& duration = durations_[key_];
    if (!duration)
        duration = &metrics_.distribution("http_request_duration_seconds",
                                          "From the request's header to the end of the answer",
                                          {{"route", std::string(route)}});
    duration->observe(seconds);

    auto const at = entry.status >= 500 ? log::level::warn : log::level::info;
    if (!lines_ || !log::enabled(at)) return;
    log::write(at, "http.request",
               {{"method", method},
                {"route", route},
                {"status", entry.status},
                {"duration_ms", std::round(seconds * 1e6) / 1e3},
                {"bytes_in", entry.bytes_in},
                {"bytes_out", entry.bytes_out},
                {"request_id", entry.request_id}});
}

}  // namespace agente::telemetry
