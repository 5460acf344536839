#include "booking/journal.hpp"

#include <array>

namespace agente::booking {
namespace {

struct transition {
    state from, to;
};

// The whole state machine. What is not here is refused by may_become() and by every UPDATE of
// booking_store.cpp.
constexpr std::array transitions{
    transition{state::intended, state::sent},  // committed before the create leaves
    transition{
        state::intended,
        state::failed},  // sold out, price changed, busy, hotel system gone, crashed before sending
    transition{state::intended,
               state::confirmed},  // recovery only: found there although the journal (restored from
                                   // a backup) knows of no sending
    transition{state::sent, state::confirmed},
    transition{state::sent, state::failed},   // refused, or made and cancelled again
    transition{state::sent, state::unknown},  // cut off, and not found for a while
    transition{state::unknown, state::confirmed},
    transition{state::unknown, state::failed},
};

}  // namespace

std::string_view to_string(state s) noexcept {
    switch (s) {
        case state::intended: return "intended";
        case state::sent: return "sent";
        case state::confirmed: return "confirmed";
        case state::failed: return "failed";
        case state::unknown: return "unknown";
    }
    return "unknown";
}

bool may_become(state from, state to) noexcept {
    return std::ranges::any_of(transitions,
                               [&](transition t) { return t.from == from && t.to == to; });
}

bool final(state s) noexcept {
    return std::ranges::none_of(transitions, [&](transition t) { return t.from == s; });
}

std::vector<state> sources_of(state to) {
    std::vector<state> all;
    for (auto const t : transitions)
        if (t.to == to) all.push_back(t.from);
    return all;
}

}  // namespace agente::booking
