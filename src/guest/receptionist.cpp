#include "guest/receptionist.hpp"

#include "base/log.hpp"
#include "guest/calendar.hpp"
#include "guest/turn_script.hpp"

namespace agente::guest {
namespace {

constexpr std::size_t most_recorded_ids = 50;

bool spoken(std::vector<std::string> const& languages, language l) {
    if (languages.empty()) return true;
    std::string_view const code =
        l == language::en ? "en" : "es";  // Portuguese is answered in Spanish
    return std::ranges::find(languages, code) != languages.end();
}

// The guest's language if the hotel speaks it, else the hotel's first that we know.
language language_for(hotel_context const& hotel, language of_guest) {
    if (of_guest != language::unknown && spoken(hotel.languages, of_guest)) return of_guest;
    for (auto const& l : hotel.languages) {
        if (l == "es") return language::es;
        if (l == "en") return language::en;
    }
    return of_guest == language::unknown ? language::es : of_guest;
}

year_month_day hotel_day(time_point at, std::string const& zone) {
    if (auto const day = local_day(at, zone)) return *day;
    if (!zone.empty()) log::warn("guest.unknown_time_zone", {{"time_zone", zone}});
    return year_month_day(std::chrono::floor<std::chrono::days>(at));
}

void record(conversation& c, turn const& said, std::vector<reply> const& replies) {
    c.last_turn.ids = {said.id};
    for (auto const& id : said.also)
        if (c.last_turn.ids.size() < most_recorded_ids) c.last_turn.ids.push_back(id);
    c.last_turn.replies = replies;
}

std::vector<shown_room> types_of(hotel::catalogue const* known) {
    std::vector<shown_room> all;
    if (known)
        for (auto const& t : known->room_types) all.push_back({t.id, t.name});
    return all;
}

}  // namespace

receptionist::receptionist(booking::service& bookings, clock const& clock,
                           telemetry::metrics& metrics, receptionist_options options)
    : receptionist(
          [&bookings](tenancy::scope const& scope, hotel::property_system& pms,
                      booking::order order) { return bookings.book(scope, pms, std::move(order)); },
          clock, metrics, options) {}

receptionist::receptionist(book_function book, clock const& clock, telemetry::metrics& metrics,
                           receptionist_options options)
    : book_(std::move(book)), clock_(clock), options_(options),
      turns_(metrics.count("guest_turns_total", "Turns of guests answered")),
      not_understood_(metrics.count("guest_turns_not_understood_total",
                                    "Turns in which nothing was understood")),
      handed_over_(metrics.count("guest_handovers_total", "Conversations passed to a person")) {}

task<std::vector<reply>> receptionist::answer(tenancy::scope const& scope,
                                              hotel_context const& hotel,
                                              conversation& conversation, turn const& said) {
    if (answered(conversation, said.id)) co_return conversation.last_turn.replies;
    auto c = conversation;  // a turn that throws changes nothing
    auto const now = clock_.now();
    turns_.add();

    desk at_desk(hotel.pms, clock_, options_.read_deadline, options_.search_deadline);
    std::vector<shown_room> types = c.rooms_shown;
    if (!c.handed_over && (c.state == state::room || needs_room_types(said, c.language))) {
        auto const* known = co_await at_desk.catalogue();
        if (known) types = types_of(known);
    }
    auto const written_on =
        hotel_day(said.at == time_point{} ? now : std::min(said.at, now), hotel.time_zone);
    auto u = read_message(
        said, context_of(c, written_on, language_for(hotel, language::unknown), std::move(types)));

    if (c.handed_over) {
        if (!has(u.intents, intent::assistant) && u.choice != "go_on") {
            record(c, said, {});
            conversation = std::move(c);
            co_return std::vector<reply>{};
        }
        release(c);
        u = {};
        u.language = c.language;
        add(u.intents, intent::assistant);
    }

    bool const portuguese = u.language == language::pt;
    c.language = language_for(hotel, u.language);
    turn_script::surroundings const around{hotel.name,
                                           said.id,
                                           said.guest,
                                           said.recipient,
                                           now,
                                           {hotel_day(now, hotel.time_zone),
                                            {options_.most_nights, options_.most_days_ahead,
                                             options_.most_people, options_.most_rooms}},
                                           hotel.handover.in(c.language),
                                           hotel.books,
                                           hotel.looks_for_other_dates};
    voice const words(c.language, region_of(hotel.time_zone), around.dialogue.today);
    composer say(words);
    if (!c.introduced) {
        say.say(text_id::intro, {{"hotel", hotel.name}});
        say.say_own(hotel.welcome.in(c.language));
    }
    if (portuguese && !c.told_about_pt) {
        say.say(text_id::only_portuguese);
        c.told_about_pt = true;
    }
    auto what = decide(c, std::move(u), around.dialogue);
    if (what.next == act::not_understood) not_understood_.add();
    c.introduced = true;

    turn_script::book_order const book = [&](booking::order order) {
        return book_(scope, hotel.pms, std::move(order));
    };
    turn_script script(c, at_desk, say, around, book);
    co_await script.run(std::move(what));
    if (c.handed_over) handed_over_.add();
    auto replies = say.finish();
    record(c, said, replies);
    conversation = std::move(c);
    co_return replies;
}

}  // namespace agente::guest
