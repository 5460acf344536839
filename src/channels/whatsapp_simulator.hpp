// A Cloud API that is none: takes messages within Meta's limits, keeps them for whoever looks, and
// posts signed statuses to the webhook, as often as it takes. Used by the demo, `agente-hotel chat`
// and tests. One event loop.
#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "http/server.hpp"
#include "net/http_client.hpp"
#include "telemetry/metrics.hpp"

namespace agente::channels {

struct whatsapp_simulator_options {
    secret access_token;                     // what senders must present
    secret app_secret;                       // signs the statuses
    std::string webhook_url;                 // empty: no statuses are posted
    std::size_t most_captured{100'000};      // older ones are forgotten
    std::chrono::seconds keep_posting{120};  // a status that is not answered 200
};

struct captured_message {
    std::uint64_t number{};  // counts from 1
    std::string wamid, number_id, to, callback_data;
    std::string text;  // the body, of a text or above buttons and lists
    struct choice {
        std::string id, title, description;
    };
    std::vector<choice> choices;
    bool list{};
};

// A message as it would be posted to the Cloud API, read into `into`. Returns what Meta would
// refuse it for; empty: nothing.
std::string read_captured(boost::json::value const& body, captured_message& into);

// What happens to the next messages posted.
enum class sending_fault {
    none,
    hang,          // taken, never answered
    lost_answer,   // taken, then the connection is cut
    error_after,   // taken, then 500
    rate_limited,  // not taken: 429 with code 130429
    refused        // not taken: 400 with code 131026
};

class whatsapp_simulator {
public:
    whatsapp_simulator(asio::io_context& loop, clock const& time, telemetry::metrics& metrics,
                       whatsapp_simulator_options options);
    ~whatsapp_simulator();
    whatsapp_simulator(whatsapp_simulator const&) = delete;
    whatsapp_simulator& operator=(whatsapp_simulator const&) = delete;

    unsigned short listen(std::string const& address, unsigned short port);  // 0: a free one
    std::string base_url() const;  // with a version, for WHATSAPP_API_BASE_URL
    std::string captured_url()
        const;  // GET ?to=<digits>&after=<number>&wait_ms=<0..30000>: {"last":…,"messages":[…]}
    void set_webhook(std::string url);
    void set_fault(sending_fault what, int times);
    task<> stop();

    // On the loop's thread only.
    std::vector<captured_message> captured() const;

private:
    struct impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace agente::channels
