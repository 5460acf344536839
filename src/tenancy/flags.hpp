// Every feature flag there is: what may be switched while the service runs, for all hotels or for
// one. Switched with /api/v1/admin/feature-flags or `agente-hotel flag`; asked through
// feature_flags::on().
#pragma once

#include <array>
#include <string_view>

namespace agente::tenancy {

struct flag {
    std::string_view name;
    bool by_default;
    std::string_view description;
    std::string_view owner;  // the folder that asks for it
};

namespace flags {

inline constexpr flag booking_create{
    "booking.create", true,
    "Guests book in the conversation. Off: whoever wants to book is passed to a person.", "guest"};
inline constexpr flag other_dates{
    "guest.other_dates", true,
    "When nothing is free, nearby dates are looked up and offered. Off: they are not, which spares "
    "a slow hotel system up to six questions.",
    "guest"};
inline constexpr flag whatsapp_choices{
    "whatsapp.choices", true,
    "Options are buttons and lists. Off: numbered text, which every phone shows.", "channels"};

inline constexpr std::array<flag const*, 3> all{&booking_create, &other_dates, &whatsapp_choices};

}  // namespace flags

}  // namespace agente::tenancy
