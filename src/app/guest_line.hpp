// A guest's line to a running service, on the real path: signed webhooks in, and what the service
// committed to say out of its outbox. Used by `agente-hotel chat`.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/side_loop.hpp"
#include "base/secret.hpp"
#include "channels/whatsapp_payload_builder.hpp"
#include "channels/whatsapp_simulator.hpp"
#include "net/http_client.hpp"
#include "postgres/database.hpp"
#include "telemetry/metrics.hpp"

namespace agente::app {

// Where the service is and what is needed to be one of its guests.
struct guest_line_options {
    std::string server;                 // http://host:port, without a path
    secret app_secret;                  // signs the webhooks
    postgres::options database;         // the service's
    std::string tenant;                 // slug of the hotel to write to
    std::string shared_number;          // of hotels without a number id of their own; may be empty
    std::string phone, name;            // the guest's
    std::vector<secret> settings_keys;  // open the app secret of a hotel with an app of its own
    std::string other_keys;             // what to do when they do not, as a sentence
};

class guest_line {
public:
    // Finds the hotel. Throws failure: no such active hotel, one that has no number, or one with an
    // app of its own whose secret does not open.
    explicit guest_line(guest_line_options options);
    ~guest_line();

    std::string const& hotel_name() const noexcept { return hotel_name_; }

    void say(std::string const& text);
    void choose(std::string const& id, std::string const& title, bool list);

    struct heard {
        std::string text;
        std::vector<channels::captured_message::choice> choices;
        bool list{};
        std::string trouble;  // why it could not be sent; empty otherwise
    };
    // What was said since the last call; waits for something until `most`.
    std::vector<heard> listen(std::chrono::milliseconds most);

private:
    struct hotel {
        std::string name, number_id;
        std::optional<secret> own_app_secret;
    };
    task<hotel> find_hotel();
    task<> post(boost::json::object payload);
    task<std::vector<heard>> look();

    guest_line_options options_;
    telemetry::metrics metrics_;
    side_loop side_;
    net::http_client http_;
    postgres::database database_;
    std::string webhook_;
    secret app_secret_;  // of the app that speaks for the hotel's number
    channels::simulated_guest guest_;
    std::string hotel_name_;
    time_point since_{};          // the database's clock
    std::set<std::string> seen_;  // outbox ids not older than since_
};

std::vector<postgres::query_text> guest_line_queries();

}  // namespace agente::app
