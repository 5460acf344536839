// English. Numbers of dates are read month first ("3/12" is March 12), unless only the other order
// makes a date.
#include "guest/phrasebook.hpp"

namespace agente::guest {
namespace {

using enum sense;
using enum intent;

// A table, laid out by hand: several entries to a line.
// clang-format off
constexpr lexeme lexemes[] = {
    {"zero", number, 0}, {"a", number, 1}, {"an", number, 1}, {"one", number, 1}, {"two", number, 2}, {"three", number, 3},
    {"four", number, 4}, {"five", number, 5}, {"six", number, 6}, {"seven", number, 7}, {"eight", number, 8}, {"nine", number, 9},
    {"ten", number, 10}, {"eleven", number, 11}, {"twelve", number, 12}, {"thirteen", number, 13}, {"fourteen", number, 14},
    {"fifteen", number, 15}, {"sixteen", number, 16}, {"seventeen", number, 17}, {"eighteen", number, 18}, {"nineteen", number, 19},
    {"twenty", number, 20}, {"thirty", number, 30}, {"forty", number, 40}, {"fifty", number, 50}, {"a couple of", number, 2},
    {"couple of", number, 2}, {"both", number, 2}, {"another", number, 1},
    {"first", ordinal, 1}, {"second", ordinal, 2}, {"third", ordinal, 3}, {"fourth", ordinal, 4}, {"fifth", ordinal, 5},
    {"sixth", ordinal, 6}, {"seventh", ordinal, 7}, {"eighth", ordinal, 8}, {"ninth", ordinal, 9}, {"tenth", ordinal, 10},
    {"eleventh", ordinal, 11}, {"twelfth", ordinal, 12}, {"thirteenth", ordinal, 13}, {"fourteenth", ordinal, 14},
    {"fifteenth", ordinal, 15}, {"sixteenth", ordinal, 16}, {"seventeenth", ordinal, 17}, {"eighteenth", ordinal, 18},
    {"nineteenth", ordinal, 19}, {"twentieth", ordinal, 20}, {"thirtieth", ordinal, 30}, {"last", ordinal, -1},

    {"january", month, 1}, {"jan", month, 1}, {"february", month, 2}, {"feb", month, 2}, {"march", month, 3}, {"mar", month, 3},
    {"april", month, 4}, {"apr", month, 4}, {"may", month, 5}, {"june", month, 6}, {"jun", month, 6}, {"july", month, 7},
    {"jul", month, 7}, {"august", month, 8}, {"aug", month, 8}, {"september", month, 9}, {"sept", month, 9}, {"sep", month, 9},
    {"october", month, 10}, {"oct", month, 10}, {"november", month, 11}, {"nov", month, 11}, {"december", month, 12}, {"dec", month, 12},

    {"sunday", weekday, 0}, {"sun", weekday, 0}, {"monday", weekday, 1}, {"mon", weekday, 1}, {"tuesday", weekday, 2},
    {"tue", weekday, 2}, {"tues", weekday, 2}, {"wednesday", weekday, 3}, {"wed", weekday, 3}, {"thursday", weekday, 4},
    {"thu", weekday, 4}, {"thur", weekday, 4}, {"thurs", weekday, 4}, {"friday", weekday, 5}, {"fri", weekday, 5},
    {"saturday", weekday, 6}, {"sat", weekday, 6},

    {"today", relative_day, 0}, {"tonight", relative_day, 0}, {"tomorrow", relative_day, 1}, {"tmrw", relative_day, 1},
    {"tomorrow night", relative_day, 1}, {"day after tomorrow", relative_day, 2}, {"the day after tomorrow", relative_day, 2},
    {"yesterday", relative_day, -1}, {"good night", clock}, {"good day", clock}, {"all day", clock}, {"which days", clock}, {"per night", clock},
    {"a night", clock}, {"each night", clock}, {"may i", clock}, {"may we", clock}, {"o'clock", clock}, {"oclock", clock}, {"hour", clock}, {"hours", clock}, {"am", clock},
    {"pm", clock}, {"h", clock}, {"noon", clock}, {"at", clock_before},

    {"night", night}, {"nights", night}, {"nite", night}, {"nites", night}, {"day", day}, {"days", day}, {"week", week},
    {"weeks", week}, {"weekend", weekend}, {"wkend", weekend}, {"month", month_unit}, {"months", month_unit}, {"month old", month_unit},
    {"months old", month_unit}, {"year", year_of_age}, {"years", year_of_age}, {"year old", year_of_age}, {"years old", year_of_age},
    {"years of age", year_of_age}, {"yr", year_of_age}, {"yrs", year_of_age}, {"yr old", year_of_age}, {"yo", year_of_age},
    {"year olds", year_of_age}, {"y o", year_of_age}, {"next", next}, {"following", next}, {"coming", next}, {"this coming", next}, {"this", this_}, {"in", in_},
    {"in", on}, {"on", on}, {"on the", the}, {"from", from, 1}, {"from the", from, 1}, {"starting", from, 1}, {"since", from, 1}, {"of", of},
    {"to", to}, {"to the", to}, {"till", until}, {"til", until}, {"until", until}, {"until the", until}, {"through", until},
    {"thru", until}, {"between", between}, {"and", and_}, {"plus", plus}, {"the", the},
    {"arrive", arrive}, {"arrives", arrive}, {"arriving", arrive}, {"arrival", arrive}, {"check in", arrive}, {"checkin", arrive}, {"checking in", arrive},
    {"coming on", arrive}, {"come", arrive}, {"leave", leave}, {"leaves", leave}, {"leaving", leave}, {"depart", leave}, {"departing", leave},
    {"departure", leave}, {"check out", leave}, {"checkout", leave}, {"checking out", leave}, {"going home", leave},

    {"adult", adult}, {"adults", adult}, {"grown ups", adult}, {"grownups", adult}, {"child", child, 1}, {"kid", child, 1},
    {"son", child, 1}, {"daughter", child, 1}, {"boy", child, 1}, {"girl", child, 1}, {"toddler", child, 1}, {"minor", child, 1},
    {"teenager", child, 1}, {"grandchild", child, 1}, {"children", child, 0}, {"kids", child, 0}, {"sons", child, 0}, {"daughters", child, 0}, {"boys", child, 0},
    {"girls", child, 0}, {"minors", child, 0}, {"teenagers", child, 0}, {"grandchildren", child, 0}, {"baby", baby, 1}, {"infant", baby, 1}, {"newborn", baby, 1},
    {"babies", baby, 0}, {"infants", baby, 0}, {"person", person}, {"persons", person}, {"people", person}, {"guest", person},
    {"guests", person}, {"pax", person}, {"of us", person}, {"ppl", person}, {"travelers", person}, {"travellers", person},
    {"couple", group, 2}, {"my wife and i", group, 2}, {"my wife and me", group, 2}, {"my husband and i", group, 2},
    {"my husband and me", group, 2}, {"me and my wife", group, 2}, {"me and my husband", group, 2}, {"my partner and i", group, 2},
    {"me and my partner", group, 2}, {"me and my girlfriend", group, 2}, {"me and my boyfriend", group, 2}, {"my girlfriend and i", group, 2},
    {"my boyfriend and i", group, 2}, {"my friend and i", group, 2}, {"just me", group, 1}, {"only me", group, 1}, {"by myself", group, 1},
    {"for myself", group, 1}, {"travelling alone", group, 1}, {"traveling alone", group, 1}, {"just the two of us", group, 2},
    {"the two of us", group, 2}, {"solo", group, 1}, {"family of", family}, {"we are", we_are}, {"we're", we_are}, {"were", we_are}, {"we will be", we_are},
    {"we'll be", we_are}, {"there are", we_are}, {"there will be", we_are}, {"there's", we_are}, {"party of", we_are}, {"group of", we_are},
    {"for", for_}, {"for the", the}, {"with", with}, {"without", without}, {"no", without}, {"aged", aged}, {"age", aged}, {"ages", aged},
    {"is", aged}, {"are", aged}, {"who is", aged}, {"he's", aged}, {"she's", aged}, {"they're", aged}, {"they are", aged},
    {"the other", other}, {"other", other}, {"one is", other}, {"the older", other}, {"the younger", other}, {"the oldest", other},
    {"the youngest", other}, {"option", option}, {"number", option},

    {"room", room}, {"rooms", room}, {"bedroom", room}, {"bedrooms", room}, {"double", room_kind}, {"doubles", room_kind},
    {"single", room_kind}, {"singles", room_kind}, {"twin", room_kind}, {"twins", room_kind}, {"triple", room_kind}, {"triples", room_kind},
    {"quadruple", room_kind}, {"suite", room_kind}, {"suites", room_kind}, {"junior suite", room_kind}, {"presidential", room_kind},
    {"family room", room_kind}, {"deluxe", room_kind}, {"luxury", room_kind}, {"standard", room_kind}, {"superior", room_kind},
    {"executive", room_kind}, {"economy", room_kind}, {"penthouse", room_kind}, {"king", room_kind}, {"queen", room_kind},
    {"apartment", room_kind}, {"studio", room_kind}, {"cabin", room_kind}, {"bungalow", room_kind}, {"villa", room_kind}, {"dorm", room_kind},
};
// clang-format on

// A table, laid out by hand: several entries to a line.
// clang-format off
constexpr phrase phrases[] = {
    {"hello", greeting}, {"hi", greeting}, {"hey", greeting}, {"hiya", greeting}, {"good morning", greeting}, {"good afternoon", greeting},
    {"good evening", greeting}, {"greetings", greeting}, {"good day", greeting}, {"hi there", greeting}, {"hello there", greeting},

    {"availability", availability}, {"available", availability}, {"vacancy", availability}, {"vacancies", availability},
    {"do you have a room", availability}, {"do you have rooms", availability}, {"do you have any rooms", availability},
    {"any rooms", availability}, {"have a room", availability}, {"have anything", availability}, {"anything free", availability},
    {"free rooms", availability}, {"looking for a room", availability}, {"looking for a place", availability}, {"is there a room", availability},
    {"are there rooms", availability}, {"what rooms", availability}, {"which rooms", availability}, {"have any room", availability},

    {"price", price}, {"prices", price}, {"rate", price}, {"rates", price}, {"how much", price}, {"cost", price}, {"costs", price},
    {"what does it cost", price}, {"quote", price}, {"what would it cost", price}, {"what's the total", price}, {"what do you charge", price},
    {"pricing", price}, {"how expensive", price},

    {"book", booking}, {"booking", booking}, {"reserve", booking}, {"reservation", booking}, {"make a reservation", booking},
    {"i need a room", booking}, {"need a room", booking}, {"i want a room", booking}, {"want a room", booking}, {"like a room", booking},
    {"to stay", booking}, {"stay at", booking}, {"stay with you", booking}, {"a room for", booking}, {"get a room", booking},

    {"yes", yes}, {"yep", yes}, {"yeah", yes}, {"yup", yes}, {"sure", yes}, {"ok", yes}, {"okay", yes}, {"correct", yes}, {"confirm", yes},
    {"confirmed", yes}, {"go ahead", yes}, {"absolutely", yes}, {"of course", yes}, {"sounds good", yes}, {"looks good", yes},
    {"perfect", yes}, {"great", yes}, {"please do", yes}, {"book it", yes}, {"do it", yes}, {"right", yes}, {"that's right", yes},
    {"that's correct", yes}, {"fine", yes}, {"all good", yes}, {"y", yes}, {"yes please", yes}, {"i confirm", yes}, {"alright", yes},
    {"let's do it", yes}, {"definitely", yes}, {"reserve it", yes}, {"lovely", yes}, {"excellent", yes},

    {"no", no}, {"nope", no}, {"nah", no}, {"no thanks", no}, {"no thank you", no}, {"not yet", no}, {"not now", no}, {"not really", no},
    {"don't", no}, {"dont", no}, {"do not", no}, {"n", no}, {"none", no}, {"neither", no}, {"none of those", no}, {"none of these", no},

    {"cancel", cancel}, {"never mind", cancel}, {"nevermind", cancel}, {"forget it", cancel}, {"forget about it", cancel}, {"stop", cancel},
    {"start over", cancel}, {"start again", cancel}, {"start from scratch", cancel}, {"begin again", cancel}, {"restart", cancel},
    {"don't want to book", cancel}, {"no longer interested", cancel}, {"quit", cancel}, {"changed my mind", cancel},

    {"cancel my booking", change_booking}, {"cancel my reservation", change_booking}, {"cancel a booking", change_booking},
    {"cancel a reservation", change_booking}, {"cancel the booking", change_booking}, {"cancel the reservation", change_booking},
    {"change my booking", change_booking}, {"change my reservation", change_booking}, {"modify my booking", change_booking},
    {"modify my reservation", change_booking}, {"move my booking", change_booking}, {"change the reservation", change_booking}, {"invoice", change_booking},

    {"is it booked", booking_status}, {"is it confirmed", booking_status}, {"is my booking", booking_status}, {"my booking", booking_status},
    {"my reservation", booking_status}, {"booking number", booking_status}, {"confirmation number", booking_status}, {"did it go through", booking_status},
    {"any news", booking_status},

    {"thanks", thanks}, {"thank you", thanks}, {"thx", thanks}, {"cheers", thanks}, {"much appreciated", thanks}, {"ty", thanks},
    {"bye", bye}, {"goodbye", bye}, {"see you", bye}, {"good night", bye}, {"take care", bye},

    {"agent", human}, {"human", human}, {"real person", human}, {"a person", human}, {"speak to someone", human}, {"talk to someone", human},
    {"speak with someone", human}, {"talk to a person", human}, {"speak to a person", human}, {"receptionist", human}, {"reception", human},
    {"front desk", human}, {"operator", human}, {"representative", human}, {"customer service", human}, {"live chat", human}, {"staff", human},
    {"somebody", human}, {"call me", human}, {"complaint", human}, {"complain", human}, {"manager", human}, {"talk to the hotel", human},
    {"assistant", assistant}, {"bot", assistant}, {"back to the assistant", assistant},

    {"help", help}, {"what can you do", help}, {"how does this work", help}, {"options", help}, {"menu", help}, {"who are you", help},
    {"are you a bot", help}, {"are you a robot", help}, {"are you human", help}, {"are you a person", help}, {"who am i talking to", help},
    {"try again", retry}, {"retry", retry}, {"once more", retry},

    {"check in time", hotel_times}, {"check out time", hotel_times}, {"checkin time", hotel_times}, {"checkout time", hotel_times},
    {"what time", hotel_times}, {"when is check in", hotel_times}, {"when is check out", hotel_times}, {"when is checkout", hotel_times},
    {"when can i check in", hotel_times}, {"when can we check in", hotel_times}, {"when do i have to check out", hotel_times},
    {"phone", hotel_contact}, {"phone number", hotel_contact}, {"telephone", hotel_contact}, {"call you", hotel_contact}, {"contact", hotel_contact},
    {"hotel's email", hotel_contact}, {"hotel email", hotel_contact}, {"your email", hotel_contact}, {"your number", hotel_contact},

    {"breakfast", hotel_other}, {"wifi", hotel_other}, {"wi fi", hotel_other}, {"internet", hotel_other}, {"pool", hotel_other},
    {"parking", hotel_other}, {"park my car", hotel_other}, {"pet", hotel_other}, {"pets", hotel_other}, {"dog", hotel_other}, {"gym", hotel_other},
    {"spa", hotel_other}, {"restaurant", hotel_other}, {"lunch", hotel_other}, {"dinner", hotel_other}, {"address", hotel_other},
    {"where are you", hotel_other}, {"location", hotel_other}, {"located", hotel_other}, {"directions", hotel_other}, {"airport", hotel_other}, {"shuttle", hotel_other},
    {"air conditioning", hotel_other}, {"heating", hotel_other}, {"crib", hotel_other}, {"laundry", hotel_other}, {"how do i pay", hotel_other},
    {"credit card", hotel_other}, {"discount", hotel_other}, {"cancellation policy", hotel_other}, {"photos", hotel_other}, {"view", hotel_other},

    {"joke", off_topic}, {"poem", off_topic}, {"weather", off_topic}, {"forecast", off_topic}, {"news", off_topic}, {"football", off_topic},
    {"who won", off_topic}, {"recipe", off_topic}, {"bitcoin", off_topic}, {"president", off_topic}, {"homework", off_topic},
    {"translate", off_topic}, {"python", off_topic}, {"horoscope", off_topic}, {"tell me a story", off_topic}, {"capital of", off_topic},
    {"write me a", off_topic}, {"write a", off_topic}, {"meaning of life", off_topic},

    {"other rooms", other_rooms}, {"another room", other_rooms}, {"different room", other_rooms}, {"change room", other_rooms},
    {"change the room", other_rooms}, {"other options", other_rooms}, {"what else", other_rooms}, {"something cheaper", other_rooms},
    {"anything cheaper", other_rooms}, {"cheaper", other_rooms}, {"other room", other_rooms},
    {"other dates", change_dates}, {"change dates", change_dates}, {"change the dates", change_dates}, {"different dates", change_dates},
    {"another date", change_dates}, {"different day", change_dates}, {"other days", change_dates}, {"change the date", change_dates},
    {"change guests", change_guests}, {"change the guests", change_guests}, {"change the number of", change_guests},
    {"change the name", change_name}, {"change name", change_name}, {"different name", change_name}, {"another name", change_name},
    {"change the email", change_email}, {"change email", change_email}, {"different email", change_email}, {"wrong email", change_email},
    {"another email", change_email}, {"email is wrong", change_email},
    {"english", speak_en}, {"in english", speak_en}, {"do you speak english", speak_en}, {"spanish", speak_es}, {"in spanish", speak_es},
};
// clang-format on

constexpr std::string_view common[] = {
    "hello",    "hi",          "good",     "morning",   "afternoon", "evening",      "the",
    "and",      "for",         "of",       "to",        "from",      "with",         "is",
    "are",      "we",          "i",        "you",       "your",      "my",           "would",
    "like",     "want",        "need",     "room",      "rooms",     "please",       "thanks",
    "thank",    "how",         "much",     "price",     "available", "availability", "book",
    "booking",  "reservation", "reserve",  "night",     "nights",    "people",       "adults",
    "adult",    "kids",        "children", "child",     "tomorrow",  "today",        "tonight",
    "week",     "weekend",     "next",     "this",      "january",   "february",     "march",
    "april",    "june",        "july",     "august",    "september", "october",      "november",
    "december", "monday",      "tuesday",  "wednesday", "thursday",  "friday",       "saturday",
    "sunday",   "yes",         "what",     "when",      "where",     "which",        "have",
    "do",       "does",        "there",    "name",      "it",        "that",         "two",
    "three",    "four",        "five",     "speak",     "talk",      "someone",      "person",
    "human",    "agent",       "until",    "on",        "in",        "at",           "can",
    "could",    "instead",     "double",   "single",    "any",       "one",          "looking",
    "stay",     "staying",     "day",      "days",      "be",        "am",           "i'm",
    "we're",    "old",         "year",     "years",     "help",      "change",       "about",
    "not",      "english",     "just",     "me",        "tell",      "never",        "start",
    "over",     "really",
};

constexpr std::string_view fillers[] = {
    "please",  "thanks", "thank",   "you",   "it",          "that", "that's", "the",   "this",
    "all",     "book",   "booking", "good",  "is",          "so",   "then",   "i",     "want",
    "confirm", "go",     "ahead",   "let's", "do",          "with", "very",   "much",  "now",
    "room",    "sounds", "looks",   "great", "reservation", "oh",   "well",   "would", "like",
    "to",      "yes",    "for",     "me",    "us",          "fine",
};

constexpr std::string_view name_openers[] = {
    "my name is", "my name's",         "name is",        "full name is",
    "full name",  "under the name of", "under the name", "in the name of",
    "name",       "call me mr",        "call me mrs",    "my names"};
constexpr std::string_view weak_name_openers[] = {"i am", "i'm", "im", "this is", "it's", "it is"};
constexpr std::string_view name_enders[] = {"and",      "with",    "my", "email", "mail", "phone",
                                            "for",      "from",    "i",  "i'd",   "we",   "please",
                                            "thanks",   "the",     "on", "at",    "want", "need",
                                            "arriving", "looking", "is", "in"};
constexpr std::string_view at_words[] = {"at"};
constexpr std::string_view dot_words[] = {"dot", "point", "period"};

}  // namespace

phrasebook const phrasebook_en{language::en,      false,       true,     lexemes,
                               phrases,           common,      fillers,  name_openers,
                               weak_name_openers, name_enders, at_words, dot_words};

}  // namespace agente::guest
