#include "guest/settled_booking.hpp"

#include "guest/texts.hpp"

namespace agente::guest {

reply settled_booking_reply(booking::settled const& what) {
    auto const said = what.confirmed ? text_id::settled_booked : text_id::settled_not_booked;
    // The hotel system's number once it is known, else ours, which the hotel finds as well.
    auto const pms_id = what.booking ? std::optional(what.booking->pms_id) : what.row.pms_id;
    arguments with;
    if (what.confirmed)
        with.emplace_back("number", pms_id ? std::to_string(*pms_id) : what.row.reference);
    auto const in = [&](language l) { return voice(l, {}, what.row.arrival).say(said, with); };
    auto const spoken = language_from(what.row.language.value_or(std::string()));
    if (spoken == language::unknown) return make_reply(in(language::es) + "\n" + in(language::en));
    return make_reply(in(spoken));
}

}  // namespace agente::guest
