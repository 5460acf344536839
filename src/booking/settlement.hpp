// What really became of a create: asked of the hotel system, never guessed. Used by service and
// recovery.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "hotel/property_system.hpp"
#include "net/task.hpp"

namespace agente::booking {

// Asks the hotel system with a limit of our own; its exceptions and overruns come back as errors.
// Used for every call to it. "pms.late" (timeout): no answer within the limit.
template <class T>
task<result<T>> limited(task<result<T>> question, std::chrono::milliseconds limit);

struct expectation {
    int rooms{1};
    std::optional<hotel::money> total;  // what the guest said yes to
    bool written{
        true};  // the create ended for sure; else a room that is missing may still be on its way
};

struct verdict {
    enum class kind {
        good,      // every room is held by us alone, at the price agreed
        bad,       // it must not stay: `reason`; cancel() it
        undecided  // the hotel system could not be asked: `reason`
    };
    kind what{kind::undecided};
    std::string reason;  // bad: "sold_out" or "price_changed"
};

// QloApps accepts overlapping creates and then flags one as back order, cancels it in silence, or
// not even that; so the rooms are looked at one by one, and the younger of two live bookings of a
// room yields.
task<verdict> examine(hotel::property_system& pms, hotel::booking const& made, expectation expected,
                      std::chrono::milliseconds limit);

// True: it is cancelled, or was never there.
task<bool> cancel(hotel::property_system& pms, std::int64_t pms_id,
                  std::chrono::milliseconds limit);

// The totals as both documents show them: QloApps rounds net and tax to the cent each, so a cent
// more or less is the same bill.
bool same_total(hotel::money const& quoted, hotel::money const& billed) noexcept;

}  // namespace agente::booking
