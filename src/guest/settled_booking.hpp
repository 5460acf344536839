// What a guest hears of a booking whose outcome was not known when its turn ended. Used by app,
// when recovery has settled it.
#pragma once

#include "booking/recovery.hpp"
#include "guest/reply.hpp"

namespace agente::guest {

// In the language the guest wrote; in both when nobody knows it.
reply settled_booking_reply(booking::settled const& what);

}  // namespace agente::guest
