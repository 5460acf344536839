// What a guest said in one go: one message, or several short ones that a channel joined. Made by
// channels.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"

namespace agente::guest {

struct turn {
    std::string
        id;  // of the (first) message; a turn that is processed again comes with the same id
    std::vector<std::string> also;  // ids of the other messages joined into this turn
    std::string guest;              // channel address: E.164 phone, or the channel's own user id
    std::string recipient;          // the hotel's number or address that was written to
    std::string
        profile_name;    // as the guest's profile says; never used as the booking's name unasked
    std::string text;    // messages joined by line breaks; empty for a tap
    std::string choice;  // option::id of a tapped button or list row
    bool readable{
        true};  // false: a picture, a voice note, an unknown kind; `text` may hold its caption
    time_point at{};  // when it was written; "tomorrow" counts from there
};

}  // namespace agente::guest
