// Everything the receptionist can say, one table a language (texts_es.cpp, texts_en.cpp), so that a
// hotel can have its own words later. Patterns are ICU MessageFormat
// (https://unicode-org.github.io/icu/userguide/format_parse/messages/): named arguments, plurals by
// the language's rules.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "guest/conversation.hpp"
#include "guest/stated.hpp"

namespace agente::guest {

// In the order of the conversation, laid out by hand.
// clang-format off
enum class text_id {
    intro, greet, greet_again, help, thanks, bye, only_portuguese, write_text, off_topic,
    not_understood, offer_person, handed_over,
    ask_dates, ask_days_in, ask_departure, ask_guests, ask_adults, ask_children, ask_ages, ask_room, ask_name, ask_surname, ask_email,
    dates_past, dates_reversed, stay_too_long, stay_too_far, no_such_day, group_too_big, too_many_rooms, rooms_without_adult,
    offers, offer_row, see_rooms, room_free, room_chosen, which_room, unknown_room, choice_gone,
    nothing_free, only_few_rooms, room_not_free, party_too_big, party_needs_rooms, room_too_small, min_nights, max_nights,
    other_dates, other_dates_row, see_dates, no_other_dates,
    name_has_digits, name_too_long, email_no_at, email_no_domain, email_no_dot, email_two_ats, email_spaces, email_bad_letters,
    email_too_long, email_meant,
    summary, confirm_unclear, declined, cancelled, price_changed, sold_out, busy, refused, settling, booked, booked_total_differs,
    booked_no_details, already_booked, settled_booked, settled_not_booked, booking_gone, existing_booking, not_checked, nothing_booked_yet,
    times, contact, phone_only, email_only, not_known,
    button_yes, button_no, button_dates, button_room, button_cancel, button_person, button_go_on, button_retry, button_use_email,
    button_rooms,
    count
};
// clang-format on

// A value for a pattern's argument. Money and counts of rooms come from the hotel system of this
// turn or not at all.
class argument {
public:
    argument(std::string_view name, std::string text) : name_(name), value_(std::move(text)) {}
    argument(std::string_view name, int number) : name_(name), value_(number) {}
    argument(std::string_view name, std::int64_t number) : name_(name), value_(number) {}
    argument(std::string_view name, std::chrono::year_month_day day) : name_(name), value_(day) {}
    argument(std::string_view name, std::chrono::year_month month) : name_(name), value_(month) {}
    argument(std::string_view name, stated<hotel::money> const& money)
        : name_(name), value_(money.value()) {}
    argument(std::string_view name, stated<int> const& count)
        : name_(name), value_(count.value()) {}

    std::string_view name() const noexcept { return name_; }

private:
    friend class voice;
    std::string_view name_;
    std::variant<std::string, int, std::int64_t, std::chrono::year_month_day,
                 std::chrono::year_month, hotel::money>
        value_;
};

using arguments = std::vector<argument>;

// A sentence that has been decided on but not put into words: the dialogue's output, whatever the
// language.
struct line {
    text_id what;
    arguments with;
};

std::string_view pattern(language l,
                         text_id what);  // Portuguese: the Spanish table, but for only_portuguese

// Puts lines into words: the language of the conversation, amounts and dates as the hotel's region
// writes them. Guest texts (names, addresses) are inserted as they are and never read as patterns.
class voice {
public:
    voice(language l, std::string region, std::chrono::year_month_day today);

    std::string say(text_id what, arguments const& with = {}) const;
    std::string say(line const& l) const { return say(l.what, l.with); }

    // "viernes 12 de marzo", "Friday, March 12"; with the year when it is neither this year nor
    // within two months.
    std::string day(std::chrono::year_month_day d) const;
    std::string short_day(std::chrono::year_month_day d) const;  // "12 mar"

private:
    std::string month(std::chrono::year_month m) const;
    std::string money(hotel::money const& m) const;
    enum class how { skeleton /* the locale orders the parts */, pattern };
    std::string format_day(std::chrono::year_month_day d, char const* as, how what) const;

    language language_;
    std::string locale_;
    std::chrono::year_month_day today_;
};

using text_table = std::span<std::pair<text_id, std::string_view> const>;
extern text_table const texts_es;
extern text_table const texts_en;

}  // namespace agente::guest
