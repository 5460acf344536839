// Webhooks as Meta would post them, for whoever plays the guest: the simulator, `agente-hotel
// chat`, tests and benchmarks.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "base/clock.hpp"
#include "net/http_client.hpp"

namespace agente::channels {

struct simulated_guest {
    std::string phone;  // E.164, with or without +
    std::string profile_name;
    std::string number_id;  // the hotel's phone_number_id
};

// Each is one whole payload with one message; `message_id` must be new for each message.
boost::json::object text_payload(simulated_guest const& who, std::string_view message_id,
                                 std::string_view text, time_point at);
// `list`: a row of a list was tapped, else a button.
boost::json::object choice_payload(simulated_guest const& who, std::string_view message_id,
                                   std::string_view id, std::string_view title, bool list,
                                   time_point at);
boost::json::object status_payload(std::string_view number_id, std::string_view recipient,
                                   std::string_view wamid, std::string_view status,
                                   std::string_view callback_data, time_point at);

std::string new_wamid();

// POST, signed with the app secret, to ".../webhooks/whatsapp".
net::http_request signed_webhook(std::string url, secret const& app_secret,
                                 boost::json::object const& payload);

}  // namespace agente::channels
