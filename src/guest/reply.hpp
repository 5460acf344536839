// What the receptionist says, without a word of any channel in it. Channels turn it into their own
// messages; the outbox stores it as JSON. Already within the narrowest channel's limits
// (WhatsApp's), so that no channel has to cut it.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace agente::guest {

// Limits in code points, of the WhatsApp Cloud API's interactive messages:
// https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-list-messages
// https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-reply-buttons-messages
namespace limits {
constexpr std::size_t text = 4096;         // a plain text
constexpr std::size_t interactive = 1024;  // the text above buttons or a list
constexpr std::size_t rows = 10;
constexpr std::size_t row_title = 24;
constexpr std::size_t row_description = 72;
constexpr std::size_t list_button = 20;
constexpr std::size_t buttons = 3;
constexpr std::size_t button_title = 20;
constexpr std::size_t option_id = 200;  // a list row's; a button's may be 256
}  // namespace limits

// A button or a list row. `id` comes back as turn::choice when the guest taps it.
struct option {
    std::string id;
    std::string title;
    std::string description;  // list rows only; may be empty

    friend bool operator==(option const&, option const&) = default;
};

struct reply {
    enum class kind { text, buttons, list };

    reply::kind kind{kind::text};
    std::string text;
    std::vector<option>
        options;  // empty for a text; in the order of the numbers a guest may answer with
    std::string list_button;  // the label that opens a list; empty otherwise

    friend bool operator==(reply const&, reply const&) = default;
};

// Chooses the kind by the number of options and cuts every text to its limit (between graphemes).
// Titles that would be equal after cutting are numbered. More options than a list holds: the first
// ten.
reply make_reply(std::string text, std::vector<option> options = {}, std::string list_button = {});

// The same as plain text, with numbers before the options: for channels without buttons.
std::string as_plain_text(reply const& r);

// {"kind":"buttons","text":"…","options":[{"id":"…","title":"…"}]}
boost::json::value to_json(reply const& r);

// "reply.malformed": another shape, or beyond the limits.
result<reply> reply_from_json(boost::json::value const& v);

}  // namespace agente::guest
