// What became of a message handed to the Cloud API, and what to do about it. Pure. Used by
// whatsapp_sender.
// https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "net/http_client.hpp"

namespace agente::channels {

enum class send_verdict {
    accepted,  // has a message id; delivery is another matter
    again,     // surely not accepted, and may be later: wait and try again
    refused,   // surely not accepted, and never will be
    unknown    // may have been accepted: only a status callback tells
};

struct send_outcome {
    send_verdict verdict{};
    std::string provider_message_id;    // of accepted
    int code{};                         // Meta's, 0: none
    std::string reason;                 // for people and the outbox; no guest data
    std::chrono::seconds least_wait{};  // of again: not before
    bool outside_window{};              // 131047: the guest's last message is older than 24 hours
    bool everybody{};  // the trouble is the number's or the account's, not this message's
};

send_outcome read_send_answer(result<net::http_response> const& answer);

// May a message that Meta reported `failed` with this code be sent once more later? Only where the
// code says that nothing was delivered and the cause passes by itself.
bool passes_by_itself(int code) noexcept;

}  // namespace agente::channels
