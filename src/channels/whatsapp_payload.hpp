// What Meta posts to the webhook, as messages and delivery updates. Pure: bytes in, values out;
// nothing in it throws on odd JSON.
// https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "channels/message.hpp"

namespace agente::channels {

// Something Meta tells about the account itself (value.errors[]) or about why it could not pass a
// message on.
struct whatsapp_notice {
    int code{};
    std::string title;
};

struct whatsapp_events {
    std::vector<incoming_message> messages;   // in the order of the payload
    std::vector<delivery_update> deliveries;  // in the order of the payload
    std::vector<whatsapp_notice> notices;
    std::size_t
        ignored{};  // parts that are none of these: other fields, unknown statuses, no sender
};

// Meta sends at most 1,000 updates a webhook; more than twice that is nobody we know.
inline constexpr std::size_t most_whatsapp_events = 2'000;

// `received` stands in for a missing or unreadable timestamp.
// Errors: invalid "whatsapp.malformed" (not JSON, or not an object), too_large
// "whatsapp.too_many_events".
result<whatsapp_events> parse_whatsapp(std::string_view body, time_point received);

}  // namespace agente::channels
