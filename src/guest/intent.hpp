// What a guest can want, as far as this version understands. One message may hold several.
#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>

namespace agente::guest {

enum class intent : std::uint8_t {
    greeting,
    availability,
    price,
    booking,
    yes,
    no,
    cancel,          // never mind, start over: drop what was being arranged
    change_booking,  // about a booking that exists: cancel it, move it
    booking_status,
    thanks,
    bye,
    human,      // a person, please
    assistant,  // back to the assistant
    help,
    retry,
    hotel_times,
    hotel_contact,
    hotel_other,  // about the hotel, but nothing its catalogue answers: breakfast, parking, pool
    off_topic,
    other_rooms,
    change_dates,
    change_guests,
    change_name,
    change_email,
    speak_es,
    speak_en,
    choose,  // a tapped or numbered option
    go_on,   // no person, let's continue
    tell,    // none of the above, but the message told something: dates, guests, a name
    unknown,
    count
};

using intent_set = std::bitset<static_cast<std::size_t>(intent::count)>;

inline intent_set& add(intent_set& set, intent one) {
    return set.set(static_cast<std::size_t>(one));
}
inline bool has(intent_set const& set, intent one) {
    return set.test(static_cast<std::size_t>(one));
}

std::string_view to_string(intent one) noexcept;

}  // namespace agente::guest
