// Guests' telephones and Meta between them and the service: what a guest writes is posted, signed,
// again and again until it is acknowledged, and what a guest is sent is taken from the capture
// server. Used by hotel_site. One event loop.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "channels/crew.hpp"
#include "channels/whatsapp_simulator.hpp"
#include "net/gate.hpp"
#include "net/http_client.hpp"

namespace agente::e2e {

inline constexpr auto hotel_number_id = "106540352242922";

// Attempts to deliver a webhook, by what came of them.
struct delivery_counts {
    int acknowledged{0};
    int unavailable{0};          // 503
    int without_retry_after{0};  // of those
    int unreachable{0};          // no connection, or no answer
    int refused{0};              // any other answer
};

class phone_network {
public:
    phone_network(asio::io_context& loop, secret app_secret, std::string captured_url);

    // Each message goes to the next of them, and to the one after when it was not taken: a load
    // balancer.
    void route_to(std::vector<std::string> webhooks) { webhooks_ = std::move(webhooks); }
    void start();
    task<> stop();

    // Until it is acknowledged, as Meta does. Throws failure when nobody takes it for minutes.
    task<> deliver(boost::json::object payload);
    delivery_counts const& counts() const noexcept { return counts_; }

    struct mailbox {
        std::vector<channels::captured_message> all;
        net::gate arrived;
    };
    mailbox& mail_of(std::string const& digits) { return mail_[digits]; }
    std::string const& trouble() const noexcept {
        return trouble_;
    }  // why no more mail comes; empty: it does
    time_point now() const { return time_.now(); }

private:
    task<> fetch_mail();
    task<> fetch_until_it_fails();

    real_clock time_;
    telemetry::metrics metrics_;
    secret app_secret_;
    std::string captured_url_;
    net::http_client posting_, fetching_;
    std::vector<std::string> webhooks_;
    std::size_t next_{0};
    delivery_counts counts_;
    std::map<std::string, mailbox> mail_;  // by the guest's number without +
    std::string trouble_;
    channels::crew background_;
};

class phone {
public:
    phone(phone_network& network, std::string number);

    // Acknowledged when it returns; what is answered is heard later.
    task<> write(std::string text);
    // A button or row of the last message heard whose id begins so.
    task<> tap(std::string id);
    // The first message not heard yet. Throws failure when none comes for minutes.
    task<channels::captured_message> hear();

    task<channels::captured_message> say(std::string text);
    task<channels::captured_message> choose(std::string id);

    std::string digits() const { return number_.substr(1); }
    std::vector<channels::captured_message> const& heard() const {
        return network_.mail_of(digits()).all;
    }

private:
    phone_network& network_;
    std::string number_;
    std::size_t read_{0};
};

}  // namespace agente::e2e
