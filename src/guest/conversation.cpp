#include "guest/conversation.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include "base/text.hpp"
#include "guest/json_fields.hpp"

namespace agente::guest {
namespace {

namespace json = boost::json;

constexpr std::size_t most_text = 200;  // of a name, an address, an id
constexpr std::size_t most_ids = 60;    // of messages joined into a turn
constexpr std::size_t most_replies = 5;
constexpr std::size_t most_shown = 10;
constexpr std::size_t most_ages = 20;

constexpr std::string_view languages[] = {"", "es", "en", "pt"};
constexpr std::string_view states[] = {
    "idle", "arrival", "departure", "guests",      "ages",    "room",     "other_dates",
    "name", "surname", "email",     "email_check", "confirm", "settling", "booked"};

json::value to_value(wishes const& w) {
    json::object o;
    if (w.arrival) o["arrival"] = hotel::to_iso(*w.arrival);
    if (w.departure) o["departure"] = hotel::to_iso(*w.departure);
    if (w.nights) o["nights"] = *w.nights;
    if (w.month) o["month"] = hotel::to_iso(*w.month / std::chrono::day(1));
    if (w.adults) o["adults"] = *w.adults;
    if (w.children) o["children"] = *w.children;
    if (!w.child_ages.empty()) o["child_ages"] = json::value_from(w.child_ages);
    if (w.some_children) o["some_children"] = true;
    if (w.rooms != 1) o["rooms"] = w.rooms;
    if (w.room_type_id != 0) {
        o["room_type_id"] = w.room_type_id;
        o["room_type_name"] = w.room_type_name;
    }
    if (!w.first_name.empty()) o["first_name"] = w.first_name;
    if (!w.last_name.empty()) o["last_name"] = w.last_name;
    if (!w.email.empty()) o["email"] = w.email;
    return o;
}

wishes wishes_from(fields const& o) {
    wishes w;
    w.arrival = o.day("arrival");
    w.departure = o.day("departure");
    w.nights = o.maybe_integer("nights", 1, 999);
    if (auto const m = o.day("month")) w.month = m->year() / m->month();
    w.adults = o.maybe_integer("adults", 0, 999);
    w.children = o.maybe_integer("children", 0, 999);
    for (auto const& age : o.array("child_ages", most_ages))
        w.child_ages.push_back(static_cast<int>(as_integer(age, 0, 17)));
    w.some_children = o.flag("some_children");
    w.rooms = static_cast<int>(o.integer("rooms", 1, 1, 999));
    w.room_type_id = o.integer("room_type_id", 0, 0, INT64_MAX);
    w.room_type_name = o.text("room_type_name", most_text);
    w.first_name = o.text("first_name", most_text);
    w.last_name = o.text("last_name", most_text);
    w.email = o.text("email", most_text);
    return w;
}

json::value to_value(conversation::turn_record const& t) {
    json::array replies;
    for (auto const& r : t.replies) replies.push_back(to_json(r));
    return json::object{{"ids", json::value_from(t.ids)}, {"replies", std::move(replies)}};
}

conversation::turn_record record_from(fields const& o) {
    conversation::turn_record t;
    for (auto const& id : o.array("ids", most_ids)) t.ids.push_back(as_text(id, most_text));
    for (auto const& r : o.array("replies", most_replies))
        t.replies.push_back(reply_from_json(r).value());
    return t;
}

template <std::size_t N>
std::size_t index_in(std::string_view const (&names)[N], std::string_view name) {
    auto const found = std::ranges::find(names, name);
    if (found == std::end(names)) throw malformed_json();
    return static_cast<std::size_t>(found - std::begin(names));
}

conversation from_object(json::object const& object) {
    fields const o(object);
    if (o.integer("version", 0, 0, INT32_MAX) != conversation::version) throw malformed_json();
    conversation c;
    c.language = static_cast<language>(index_in(languages, o.text("language", 2)));
    c.state = static_cast<state>(index_in(states, o.text("state", 20)));
    c.introduced = o.flag("introduced");
    c.told_about_pt = o.flag("told_about_pt");
    c.wanted = wishes_from(o.object("wanted"));
    for (auto const& v : o.array("rooms_shown", most_shown)) {
        auto const row = fields::of(v);
        c.rooms_shown.push_back({row.integer("id", 0, 0, INT64_MAX), row.text("name", most_text)});
    }
    for (auto const& v : o.array("dates_shown", most_shown)) {
        auto const row = fields::of(v);
        auto const arrival = row.day("arrival");
        auto const departure = row.day("departure");
        if (!arrival || !departure) throw malformed_json();
        c.dates_shown.push_back({*arrival, *departure});
    }
    c.room_checked = o.flag("room_checked");
    c.summary_key = o.text("summary_key", most_text);
    c.summary_total.micros = o.integer("summary_micros", 0, INT64_MIN, INT64_MAX);
    c.summary_total.currency = o.text("summary_currency", 3);
    c.suggested_email = o.text("suggested_email", most_text);
    c.doubted_email = o.text("doubted_email", most_text);
    c.suggested_rooms = static_cast<int>(o.integer("suggested_rooms", 0, 0, 999));
    c.booking_reference = o.text("booking_reference", 255);
    c.booked_pms_id = o.integer("booked_pms_id", 0, 0, INT64_MAX);
    c.failed_turns = static_cast<int>(o.integer("failed_turns", 0, 0, 1000));
    c.person_offered = o.flag("person_offered");
    c.handed_over = o.flag("handed_over");
    c.handed_over_at =
        time_point(std::chrono::microseconds(o.integer("handed_over_at", 0, 0, INT64_MAX)));
    c.last_turn = record_from(o.object("last_turn"));
    return c;
}

}  // namespace

std::string_view language_code(language l) noexcept {
    return languages[static_cast<std::size_t>(l)];
}

language language_from(std::string_view code) noexcept {
    auto const found = std::ranges::find(languages, code);
    return found == std::end(languages) ? language::unknown
                                        : static_cast<language>(found - std::begin(languages));
}

bool answered(conversation const& c, std::string_view message_id) {
    return std::ranges::find(c.last_turn.ids, message_id) != c.last_turn.ids.end();
}

void release(conversation& c) {
    conversation fresh;
    fresh.language = c.language;
    fresh.introduced = c.introduced;
    fresh.told_about_pt = c.told_about_pt;
    fresh.last_turn = std::move(c.last_turn);
    c = std::move(fresh);
}

std::string to_json(conversation const& c) {
    json::object o{{"version", conversation::version},
                   {"language", language_code(c.language)},
                   {"state", states[static_cast<std::size_t>(c.state)]},
                   {"introduced", c.introduced},
                   {"told_about_pt", c.told_about_pt},
                   {"wanted", to_value(c.wanted)},
                   {"room_checked", c.room_checked},
                   {"summary_key", c.summary_key},
                   {"summary_micros", c.summary_total.micros},
                   {"summary_currency", c.summary_total.currency},
                   {"suggested_email", c.suggested_email},
                   {"doubted_email", c.doubted_email},
                   {"suggested_rooms", c.suggested_rooms},
                   {"booking_reference", c.booking_reference},
                   {"booked_pms_id", c.booked_pms_id},
                   {"failed_turns", std::min(c.failed_turns, 1000)},
                   {"person_offered", c.person_offered},
                   {"handed_over", c.handed_over},
                   {"handed_over_at", c.handed_over_at.time_since_epoch().count()},
                   {"last_turn", to_value(c.last_turn)}};
    json::array rooms;
    for (auto const& r : c.rooms_shown)
        rooms.push_back(json::object{{"id", r.room_type_id}, {"name", r.name}});
    json::array dates;
    for (auto const& d : c.dates_shown)
        dates.push_back(json::object{{"arrival", hotel::to_iso(d.arrival)},
                                     {"departure", hotel::to_iso(d.departure)}});
    o["rooms_shown"] = std::move(rooms);
    o["dates_shown"] = std::move(dates);
    return json::serialize(o);
}

parsed_conversation conversation_from_json(std::string_view text) {
    if (text.size() > conversation::most_bytes) return {};
    json::parse_options options;
    options.max_depth = 8;
    boost::system::error_code ec;
    auto const v = json::parse(text, ec, {}, options);
    if (ec || !v.is_object()) return {};
    try {
        return {from_object(v.get_object()), true};
    } catch (malformed_json const&) {
        return {};
    } catch (failure const&) {  // a recorded reply that is none
        return {};
    }
}

}  // namespace agente::guest
