// A guest's message, whatever its bytes and whichever question is open: what is read is within its
// bounds, and dates exist.
#include <cstdlib>

#include "base/text.hpp"
#include "guest/understanding.hpp"

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

void check_party(agente::guest::party_words const& p) {
    auto const people = [](std::optional<int> n) { return !n || (*n >= 0 && *n <= 3 * 999); };
    check(people(p.adults) && people(p.rooms));
    check(p.child_ages.size() <= 40);
    for (auto const age : p.child_ages) check(age >= 0 && age < 18);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
    using namespace agente::guest;
    using namespace std::chrono;
    if (size < 2) return 0;
    reading_context context;
    context.today = sys_days{year(2026) / 11 / 24} + days(data[0]);
    context.asked = static_cast<state>(data[1] % 14);
    context.language = static_cast<language>(data[1] / 14 % 4);
    if (data[1] & 0x80) context.known_arrival = sys_days(context.today) + days(100);
    context.children_known = data[0] % 4;
    context.room_types = {{1, "General Rooms"}, {2, "Suite Doble Superior"}, {3, ""}};
    turn said;
    said.text.assign(reinterpret_cast<char const*>(data + 2), size - 2);

    auto const u = read_message(said, context);
    if (u.stay.arrival) check(u.stay.arrival->ok());
    if (u.stay.departure) check(u.stay.departure->ok());
    if (u.stay.nights) check(*u.stay.nights >= 1 && *u.stay.nights <= 999 * 30);
    if (u.stay.month) check(u.stay.month->ok());
    check_party(u.party);
    check(agente::text::code_points(u.name.first) <= most_name_code_points &&
          agente::text::valid_utf8(u.name.first));
    check(agente::text::code_points(u.name.last) <= most_name_code_points &&
          agente::text::valid_utf8(u.name.last));
    check(u.email.address.size() <= most_email_bytes &&
          u.email.suggestion.size() <= most_email_bytes + 8);
    if (u.email.problem == email_problem::none && !u.email.address.empty())
        check(check_email(u.email.address).problem == email_problem::none);
    check(!(u.plain_yes && u.plain_no));
    check(u.intents.any());
    needs_room_types(said, context.language);
    return 0;
}
