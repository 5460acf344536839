// What is remembered between two turns of a guest. Lives in Redis as versioned JSON of a bounded
// size; losing it costs the thread of the conversation and nothing else. Used by the dialogue;
// channels only store it and ask answered().
#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "guest/reply.hpp"
#include "hotel/money.hpp"
#include "hotel/stay.hpp"

namespace agente::guest {

enum class language {
    unknown,
    es,
    en,
    pt
};  // pt is recognised and answered in Spanish (texts_pt.cpp)

// "es", "en", "pt"; empty: unknown. Both ways; a code that is none of them is unknown.
std::string_view language_code(language l) noexcept;
language language_from(std::string_view code) noexcept;

// The question that is open, as the guest sees it.
enum class state {
    idle,         // none
    arrival,      // for which dates?
    departure,    // until when?
    guests,       // how many?
    ages,         // how old are the children?
    room,         // which of these room types?
    other_dates,  // which of these other dates?
    name,         // in whose name?
    surname,      // and the family name?
    email,        // which e-mail address?
    email_check,  // did you mean …@gmail.com?
    confirm,      // shall I book this?
    settling,     // none: the hotel system has not said whether the booking exists
    booked        // none: the booking is confirmed
};

// Everything the guest told us about the stay wanted. An absent value was not told (or no longer
// holds).
struct wishes {
    std::optional<std::chrono::year_month_day> arrival, departure;
    std::optional<int> nights;  // told without a departure, until there is an arrival to count from
    std::optional<std::chrono::year_month>
        month;  // told without a day: the days that follow are in it
    std::optional<int> adults;
    std::optional<int> children;  // told number; ages are known when child_ages has as many
    std::vector<int> child_ages;
    bool some_children{false};  // "con niños": how many was not told yet
    int rooms{1};
    std::int64_t room_type_id{0};  // 0: not chosen
    std::string room_type_name;
    std::string first_name, last_name, email;

    friend bool operator==(wishes const&, wishes const&) = default;
};

struct shown_room {
    std::int64_t room_type_id{0};
    std::string name;

    friend bool operator==(shown_room const&, shown_room const&) = default;
};

struct shown_dates {
    std::chrono::year_month_day arrival, departure;

    friend bool operator==(shown_dates const&, shown_dates const&) = default;
};

struct conversation {
    static constexpr int version = 1;
    static constexpr std::size_t most_bytes = 32 * 1024;  // of the JSON

    guest::language language{guest::language::unknown};
    guest::state state{state::idle};
    bool introduced{false};  // the guest knows that this is the hotel's digital assistant
    bool told_about_pt{false};
    wishes wanted;

    // What the last reply let the guest choose from, in its order: "2" and "la segunda" mean an
    // entry. No prices: those are read again in the turn that says them.
    std::vector<shown_room> rooms_shown;
    std::vector<shown_dates> dates_shown;
    bool room_checked{false};  // the chosen room was free, and its price told, for the stay and
                               // party as they are now

    // The summary that waits for a yes. The key is the id of the turn that showed it and the
    // idempotency key of the booking: two yeses to one summary are one booking. The total is
    // compared, never shown.
    std::string summary_key;
    hotel::money summary_total;
    std::string suggested_email;  // "did you mean …?"
    std::string doubted_email;    // what the guest wrote; written again it is taken
    int suggested_rooms{0};       // "shall I look for two rooms?"; 0: not asked

    std::string booking_reference;  // of the last booking asked for, whatever came of it
    std::int64_t booked_pms_id{0};

    int failed_turns{0};         // in a row, not understood
    bool person_offered{false};  // the last reply asked whether a person should take over
    bool handed_over{false};     // a person has it: the receptionist is quiet
    time_point handed_over_at{};

    struct turn_record {
        std::vector<std::string> ids;
        std::vector<reply> replies;
        friend bool operator==(turn_record const&, turn_record const&) = default;
    } last_turn;

    friend bool operator==(conversation const&, conversation const&) = default;
};

// Whether the last turn already answered the message with this id.
bool answered(conversation const& c, std::string_view message_id);

// The person has finished; the receptionist answers again, from the beginning of a booking.
void release(conversation& c);

std::string to_json(conversation const& c);

// Anything but a conversation of this version within the limits (malformed, hostile, another
// version) is a fresh one: `recognised` tells the two apart, for the log.
struct parsed_conversation {
    conversation state;
    bool recognised{false};
};
parsed_conversation conversation_from_json(std::string_view json);

}  // namespace agente::guest
