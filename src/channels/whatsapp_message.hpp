// A reply as the JSON the Cloud API takes. Pure. Used by the conversation worker, which stores it
// in the outbox.
// https://developers.facebook.com/documentation/business-messaging/whatsapp/reference/whatsapp-business-phone-number/message-api
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "guest/reply.hpp"

namespace agente::channels {

// At least one of the two. A phone number is preferred: every version of the API takes it.
struct whatsapp_recipient {
    std::string phone;    // E.164
    std::string user_id;  // business-scoped user id, for guests who keep their number to themselves
};

// Always within Meta's limits, whatever `said` holds: buttons and lists that cannot be (no option,
// an id that is empty, double or too long, a title that is empty, titles that are equal even when
// cut, a text above them that is too long) become numbered text. Titles and descriptions are cut
// between graphemes. No link is previewed.
boost::json::object whatsapp_message(guest::reply const& said, whatsapp_recipient const& to);

// One guest may get one message every six seconds for long, and short bursts only (error 131056),
// so what can be said in one bubble is: consecutive texts, and a text before buttons or a list, are
// joined while they fit.
std::vector<guest::reply> joined(std::vector<guest::reply> replies);

}  // namespace agente::channels
