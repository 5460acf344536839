// The guest's side of the house: one turn in, what to say out. Channels call answer(); everything
// between language and reply is behind it: read_message (understanding) -> decide (dialogue) -> the
// hotel system -> write (replies).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "booking/service.hpp"
#include "guest/conversation.hpp"
#include "guest/reply.hpp"
#include "guest/turn.hpp"
#include "hotel/property_system.hpp"
#include "net/task.hpp"
#include "telemetry/metrics.hpp"
#include "tenancy/scope.hpp"

namespace agente::guest {

// A text of the hotel's own; empty: it has none in that language.
struct own_text {
    std::string es, en;
    std::string const& in(language l) const noexcept { return l == language::en ? en : es; }
};

// The hotel a turn is for, as its tenant row says.
struct hotel_context {
    hotel::property_system& pms;
    std::string name;                    // how the hotel calls itself to guests
    std::string time_zone;               // IANA; "today" is the hotel's. Unknown: UTC, logged
    std::vector<std::string> languages;  // "es", "en"; the first is for guests whose language
                                         // cannot be told. Empty: both
    own_text welcome, handover;          // said after ours, if there is one

    // Switched by operators (tenancy/flags.hpp).
    bool books{true};                  // false: who wants to book is passed to a person
    bool looks_for_other_dates{true};  // when nothing is free
};

struct receptionist_options {
    std::chrono::milliseconds read_deadline{8'000};  // a question to the hotel system
    std::chrono::milliseconds search_deadline{
        6'000};                // all questions for alternative dates together
    int most_nights{60};       // longer stays go to a person
    int most_days_ahead{540};  // arrivals further away are not quoted
    int most_people{30};       // larger groups go to a person
    int most_rooms{5};         // as do more rooms
};

class receptionist {
public:
    // The booking service as a function, so that dialogue tests need no journal, lock and database.
    using book_function = std::function<task<booking::outcome>(
        tenancy::scope const&, hotel::property_system&, booking::order)>;

    receptionist(booking::service& bookings, clock const& clock, telemetry::metrics& metrics,
                 receptionist_options options = {});
    receptionist(book_function book, clock const& clock, telemetry::metrics& metrics,
                 receptionist_options options = {});

    // Changes `conversation` and returns what to send, in order; nothing when a person has taken
    // over. A turn whose id is in conversation.last_turn gets the recorded replies and acts no
    // second time. Trouble of the hotel system becomes a reply. Throws what booking::service throws
    // (its database is gone): then nothing was decided, `conversation` is unchanged, and the same
    // turn may be tried again later, safe by the booking's idempotency key.
    task<std::vector<reply>> answer(tenancy::scope const& scope, hotel_context const& hotel,
                                    conversation& conversation, turn const& said);

private:
    book_function book_;
    clock const& clock_;
    receptionist_options options_;
    telemetry::counter& turns_;
    telemetry::counter& not_understood_;
    telemetry::counter& handed_over_;
};

}  // namespace agente::guest
