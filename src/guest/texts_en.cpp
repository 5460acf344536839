// English: warm and short. Changing a text needs no other change; arguments are those of the entry.
#include "guest/texts.hpp"

namespace agente::guest {
namespace {

using enum text_id;

// In the order of text_id (checked by the compiler below).
constexpr std::pair<text_id, std::string_view> table[] = {
    {intro, "Hello! I'm the digital assistant of {hotel}."},
    {greet,
     "How can I help? I can check availability and prices, and book for you. Just tell me your dates and how many of you there are."},
    {greet_again, "Hello! How can I help?"},
    {help,
     "I can tell you which rooms are free and what they cost, book one for you, and give you the hotel's times and phone number. For "
     "example: “room for 2 from March 12 to 15”. If you'd rather talk to someone at the hotel, write “person”."},
    {thanks, "You're welcome! I'm here if you need anything else."},
    {bye, "See you soon!"},
    {only_portuguese, "Ainda não atendo em português; posso continuar em espanhol ou em inglês."},
    {write_text, "I can only read text for now. Could you write it to me, please?"},
    {off_topic, "I can't help with that: I look after stays at {hotel}."},
    {not_understood, "Sorry, I didn't understand that."},
    {offer_person, "Would you rather talk to someone at the hotel?"},
    {handed_over,
     "I'm passing you to someone at {hotel}, who will answer you here. To come back to me, write “assistant”."},

    {ask_dates, "Which dates? For example: “from March 12 to 15”."},
    {ask_days_in, "Which days in {month}? Tell me arrival and departure."},
    {ask_departure, "Arriving {arrival}. Until which day, or for how many nights?"},
    {ask_guests, "How many people are staying? Tell me adults and children."},
    {ask_adults, "And how many adults?"},
    {ask_children, "How many children, and how old are they?"},
    {ask_ages, "{missing, plural, one{How old is the child?} other{How old are the # children?}}"},
    {ask_room, "Which room would you like?"},
    {ask_name, "In whose name shall I book? First and last name, please."},
    {ask_surname, "Thank you, {first}. And the last name?"},
    {ask_email, "What is your e-mail address?"},

    {dates_past, "{day} has already passed. I can only book from today, {today}."},
    {dates_reversed, "The departure ({departure}) has to be after the arrival ({arrival})."},
    {stay_too_long,
     "Here I can book up to {most} nights in a row. For a longer stay someone at the hotel will gladly help."},
    {stay_too_far, "I can't quote dates that far ahead yet: {last} at the latest."},
    {no_such_day, "That date doesn't exist in the calendar."},
    {group_too_big,
     "For a group this large ({people} people) it is better that someone at the hotel helps you."},
    {too_many_rooms,
     "Here I can book up to {most} rooms at a time. For more, someone at the hotel will gladly help."},
    {rooms_without_adult,
     "There has to be an adult in each room: {rooms, plural, one{# room needs} other{# rooms need}} at least {rooms}."},

    {offers,
     "From {arrival} to {departure} ({nights, plural, one{# night} other{# nights}}), for {adults, plural, one{# adult} other{# "
     "adults}}{children, plural, =0{} one{ and # child} other{ and # children}}{rooms, plural, =1{} other{ in # rooms}}, we have:"},
    {offer_row, "{total} in total · {left} left"},
    {see_rooms, "See rooms"},
    {room_free,
     "{room}, from {arrival} to {departure} ({nights, plural, one{# night} other{# nights}}), for {adults, plural, one{# adult} "
     "other{# adults}}{children, plural, =0{} one{ and # child} other{ and # children}}{rooms, plural, =1{} other{ in # rooms}}: "
     "{total} in total, taxes included."},
    {room_chosen, "{room}, good choice."},
    {which_room, "That could be more than one. Which of these?"},
    {unknown_room, "We don't have “{words}”."},
    {choice_gone, "That option is no longer valid; this is what we have now."},

    {nothing_free, "We are full from {arrival} to {departure}."},
    {only_few_rooms,
     "From {arrival} to {departure} we don't have {rooms} rooms of the same kind free."},
    {room_not_free, "{room} is not free from {arrival} to {departure}."},
    {party_too_big, "Our largest room is for {most, plural, one{# person} other{# people}}."},
    {party_needs_rooms,
     "You don't all fit into one room, but you do into {rooms}. Shall I look for {rooms} rooms?"},
    {room_too_small, "{room} is too small for all of you."},
    {min_nights, "{room} is booked for at least {least, plural, one{# night} other{# nights}}."},
    {max_nights, "{room} is booked for at most {most, plural, one{# night} other{# nights}}."},
    {other_dates, "These nearby dates are free:"},
    {other_dates_row, "{room}: {total} in total"},
    {see_dates, "See dates"},
    {no_other_dates,
     "I found nothing free on the days around either. Tell me other dates and I'll look again."},

    {name_has_digits, "A name can't have numbers in it."},
    {name_too_long, "That name is too long for the hotel's register."},
    {email_no_at, "That address is missing its @ (for example: name@mail.com)."},
    {email_no_domain,
     "That address is missing a part: there has to be something before and after the @ (name@mail.com)."},
    {email_no_dot, "That address is missing its ending, like .com (name@mail.com)."},
    {email_two_ats, "That address has more than one @."},
    {email_spaces, "An e-mail address has no spaces."},
    {email_bad_letters, "That address has a sign in it that isn't valid."},
    {email_too_long, "That address is too long."},
    {email_meant, "Did you mean {email}?"},

    {summary,
     "This is what I'm going to book:\n\n{room}{rooms, plural, =1{} other{ (# rooms)}}\nArrival: {arrival}\nDeparture: {departure} "
     "({nights, plural, one{# night} other{# nights}})\nFor: {adults, plural, one{# adult} other{# adults}}{children, plural, =0{} one{ "
     "and # child} other{ and # children}}\nName: {name}\nE-mail: {email}\nTotal: {total}, taxes included\n\nShall I book it?"},
    {confirm_unclear, "To book, answer “yes”. If you'd like to change something, tell me what."},
    {declined, "All right, nothing is booked yet. What would you like to change?"},
    {cancelled, "All right, I didn't book anything. Whenever you like, we can start again."},
    {price_changed,
     "The price changed while we were talking, and I haven't booked anything. This is the price now:"},
    {sold_out,
     "I'm sorry: the last {room} for those nights has just been taken. I haven't booked anything."},
    {busy,
     "Other bookings for the same nights are under way and I couldn't finish yours. Nothing is booked. Shall I try again?"},
    {refused, "The hotel didn't accept the booking with these details, and nothing is booked."},
    {settling,
     "I've sent your booking and we are confirming it with the hotel. Please don't send it again: write to me in a few minutes and "
     "I'll tell you how it went."},
    {booked,
     "Your booking is confirmed! Your number is {number}.\n\n{room}\nFrom {arrival} to {departure} ({nights, plural, one{# night} "
     "other{# nights}})\nName: {name}\nTotal: {total}, taxes included\n\nSee you soon at {hotel}!"},
    {booked_total_differs,
     "Please note: the hotel recorded a total that differs from what I told you; the one above is the one that counts. If "
     "you don't agree, I'll pass you to someone."},
    {booked_no_details, "Your booking is confirmed under number {number}."},
    {already_booked, "That booking is already made; there's no need to confirm it again."},
    {settled_booked, "✅ Your booking is confirmed. Booking number: {number}."},
    {settled_not_booked,
     "Your booking could not be completed; nothing is booked. Write to us and we will try again."},
    {booking_gone, "That booking is shown as cancelled in the hotel's system."},
    {existing_booking,
     "Changes and cancellations of an existing booking are handled by someone at the hotel."},
    {not_checked,
     "I couldn't check with the hotel's system just now, and I'd rather not tell you anything I'm not sure of."},
    {nothing_booked_yet, "Nothing is booked."},

    {times, "Check-in is from {check_in} and check-out until {check_out}."},
    {contact, "The hotel's phone number is {phone} and its e-mail address {email}."},
    {phone_only, "The hotel's phone number is {phone}."},
    {email_only, "The hotel's e-mail address is {email}."},
    {not_known,
     "That I don't know, and I'd rather not make it up. If you like, I'll pass you to someone at the hotel."},

    {button_yes, "Yes, book it"},
    {button_no, "No"},
    {button_dates, "Change dates"},
    {button_room, "Another room"},
    {button_cancel, "Don't book"},
    {button_person, "Talk to someone"},
    {button_go_on, "Go on here"},
    {button_retry, "Try again"},
    {button_use_email, "Yes, that one"},
    {button_rooms, "Yes, {rooms} rooms"},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < std::size(table); ++i)
        if (table[i].first != static_cast<text_id>(i)) return false;
    return std::size(table) == static_cast<std::size_t>(text_id::count);
}
static_assert(in_order(), "texts_en.cpp: an entry is missing or out of order");

}  // namespace

text_table const texts_en = table;

}  // namespace agente::guest
