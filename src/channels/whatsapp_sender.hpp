// Sends replies through WhatsApp's Cloud API: one message of a guest at a time, within the number's
// rate, tried again only when it surely did not arrive. Used by conversation_worker.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "channels/crew.hpp"
#include "channels/outbox.hpp"
#include "channels/send_queue.hpp"
#include "net/gate.hpp"
#include "net/http_client.hpp"
#include "telemetry/metrics.hpp"

namespace agente::channels {

struct whatsapp_sender_options {
    std::string base_url;  // "https://graph.facebook.com/v21.0"
    secret access_token;
    // The token of one number, where hotels may have their own; empty: the one above. An error or a
    // failure: the number cannot send now, which is tried again like any trouble of the number.
    std::function<task<result<secret>>(std::string number_id)> token_of{};
    send_queue_options queue;
    std::chrono::milliseconds deadline{15'000};  // of one request
    std::chrono::milliseconds first_pause{500};  // before a second attempt; doubles, with jitter
    std::chrono::milliseconds most_pause{60'000};
    int most_attempts{10};  // then the message has failed
    int most_attempts_in_trouble{
        60};  // while nobody could be reached: no network, no valid token, the number held back
    std::chrono::milliseconds most_write{20'000};  // for the result's way into the outbox
};

class whatsapp_sender {
public:
    whatsapp_sender(asio::io_context& loop, net::http_client& http, outbox& journal,
                    whatsapp_sender_options options, telemetry::metrics& metrics);

    void start();
    // What is under way ends, at the latest after `drain`; the ids of what was surely not sent come
    // back, to be released.
    task<std::vector<std::string>> stop(std::chrono::milliseconds drain);

    // Replies that are committed and leased to us. Whoever makes more looks at full() first.
    void add(std::vector<outgoing> replies);

    std::vector<std::string> messages() const {
        return queue_.messages();
    }  // whose leases are to be renewed
    bool full() const noexcept { return queue_.full(); }

private:
    task<> dispatch();
    task<> deliver(outgoing one);
    task<result<net::http_response>> post(net::http_request request, std::string number_id);
    task<> write(store::sending_result result);
    std::chrono::milliseconds pause_after(int attempts) const;

    net::http_client& http_;
    outbox& journal_;
    whatsapp_sender_options options_;
    send_queue queue_;
    net::gate changed_;
    bool stopping_{false};
    crew crew_;
    telemetry::metrics& metrics_;
    telemetry::counter& resent_;
    telemetry::counter& window_closed_;
};

}  // namespace agente::channels
