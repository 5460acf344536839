// One request to QloApps and its answer: key, Host, format, deadline, breaker, metrics. Used by the
// adapter.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "base/breaker.hpp"
#include "base/clock.hpp"
#include "net/http_client.hpp"
#include "qloapps/answers.hpp"
#include "telemetry/metrics.hpp"

namespace agente::qloapps {

// The label of metrics and log lines.
enum class operation { catalogue, availability, create, find, rooms, cancel, probe };
std::string_view to_string(operation what) noexcept;

struct transport_options {
    std::string
        base_url;      // "https://hotel.example[:port][/shop]", with or without a trailing "/api"
    std::string host;  // the shop's domain, when the base URL has another: QloApps redirects a Host
                       // that is not its own
    secret key;
    std::chrono::milliseconds read_deadline{10'000};
    std::chrono::milliseconds write_deadline{10'000};
    breaker_limits breaker;
};

class transport {
public:
    // Throws failure("pms.bad_url") when the base URL is not http or https.
    transport(net::http_client& http, clock const& time, telemetry::metrics& metrics,
              transport_options options);

    // Errors: "pms.unavailable" (it never left, or the breaker is open), "pms.timeout" (a read
    // without an answer in time), "pms.nonsense" (too large to read). `target` is under /api/.
    task<result<pms_answer>> get(operation what, std::string target);
    // A POST that only reads, as hotel_ari.
    task<result<pms_answer>> ask(operation what, std::string target, std::string body);
    // A POST that changes something: what is not known to have never left is "pms.outcome_unknown"
    // (in_doubt).
    task<result<pms_answer>> change(operation what, std::string target, std::string body);

    // Every call of get, ask and change ends in exactly one of these, with what its caller made of
    // the answer.
    void count(operation what, std::string_view outcome);

private:
    task<result<pms_answer>> send(operation what, std::string method, std::string target,
                                  std::string body, std::chrono::milliseconds deadline);

    net::http_client& http_;
    clock const& time_;
    telemetry::metrics& metrics_;
    transport_options options_;
    breaker breaker_;
    std::map<operation, telemetry::histogram*> latency_;
    telemetry::gauge& breaker_open_;
};

}  // namespace agente::qloapps
