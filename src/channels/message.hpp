// A guest's message and a message's fate, whatever the channel. Made by the channel's parser,
// stored by inbox and outbox.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "base/clock.hpp"

namespace agente::channels {

struct incoming_message {
    std::string channel;              // "whatsapp"
    std::string provider_message_id;  // "<number_id>:<the channel's id>", unique in the channel:
                                      // what duplicates are found by
    std::string number_id;  // the hotel's address in the channel: whatsapp's phone_number_id
    std::string guest;      // who this is in the channel: order, session and lock go by it
    std::string phone;      // E.164; empty: the channel keeps it to itself
    std::string user_id;    // the channel's own id of the guest, if it has one besides the phone
    std::string profile_name;
    std::string kind;    // "text", "choice" (button or list row tapped), or the channel's word for
                         // anything else
    std::string text;    // what was written; for a choice its title; for the rest a caption, if any
    std::string choice;  // id of what was tapped
    time_point sent_at;  // by the channel's clock
    boost::json::value raw;  // only of kinds other than text and choice

    bool answerable() const { return kind == "text" || kind == "choice"; }
};

// The longest message id, address and name that are stored, in bytes. Longer ones are cut (names)
// or refused (ids).
inline constexpr std::size_t longest_id = 512, longest_name = 256;

enum class delivery { sent, delivered, read, failed };

struct delivery_update {
    std::string number_id;  // the hotel's address in the channel, which the message left from
    std::string
        reference;  // our outbox id, sent along as biz_opaque_callback_data; empty: not ours
    std::string provider_message_id;
    delivery state{};
    time_point at;      // by the channel's clock
    int error_code{};   // of `failed`
    std::string error;  // its title and details, for people
};

}  // namespace agente::channels
