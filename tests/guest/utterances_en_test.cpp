// What English messages tell, said on Tuesday 2026-11-24 in the hotel.
#include <gtest/gtest.h>

#include "guest/understood.hpp"

namespace agente::guest {

TEST(understanding, english_dates) {
    expect_told({
        {"hi, do you have a room for next friday for two nights?",
         "in=2026-11-27 out=2026-11-29 rooms=1"},
        {"from March 3 to 5", "in=2027-03-03 out=2027-03-05"},
        {"March 3-5", "in=2027-03-03 out=2027-03-05"},
        {"from March 12th to March 15th, 2027", "in=2027-03-12 out=2027-03-15"},
        {"from 3/12 to 3/15 please", "in=2027-03-12 out=2027-03-15"},
        {"12/25/2026", "in=2026-12-25"},
        {"13/3", "in=2027-03-13"},
        {"tomorrow for 2 nights", "in=2026-11-25 out=2026-11-27"},
        {"tonight", "in=2026-11-24"},
        {"day after tomorrow", "in=2026-11-26"},
        {"this weekend", "in=2026-11-27 out=2026-11-29"},
        {"next weekend", "in=2026-12-04 out=2026-12-06"},
        {"next friday", "in=2026-11-27"},
        {"from friday to sunday", "in=2026-11-27 out=2026-11-29"},
        {"the 12th to the 15th of March", "in=2027-03-12 out=2027-03-15"},
        {"12 March for a week", "in=2027-03-12 out=2027-03-19"},
        {"arriving on March 12, leaving on March 15", "in=2027-03-12 out=2027-03-15"},
        {"in two weeks for 3 nights", "in=2026-12-08 out=2026-12-11"},
        {"from december 30 to january 2", "in=2026-12-30 out=2027-01-02"},
        {"January 5 through January 8", "in=2027-01-05 out=2027-01-08"},
        {"the third of march", "in=2027-03-03"},
        {"the twenty-third of march", "in=2027-03-23"},
        {"between the 3rd and the 5th of January", "in=2027-01-03 out=2027-01-05"},
    });
}

TEST(understanding, english_parties_rooms_names_and_addresses) {
    expect_told({
        {"I need a room for 2 adults and 2 kids aged 5 and 8",
         "adults=2 children=2 ages=5,8 rooms=1"},
        {"2 adults and a 7 year old", "adults=2 children=1 ages=7"},
        {"two adults, one child (6)", "adults=2 children=1 ages=6"},
        {"for two people", "adults=2"},
        {"for 2", "adults=2"},
        {"there are 3 of us", "adults=3"},
        {"we're 4, including 2 kids", "adults=2 children=2"},
        {"my wife and I", "adults=2"},
        {"just me", "adults=1"},
        {"a couple with a baby", "adults=2 children=1 ages=0"},
        {"just the two of us with our son who is 9", "adults=2 children=1 ages=9"},
        {"2 rooms for 4 adults", "adults=4 rooms=2"},
        {"party of 5", "adults=5"},
        {"a double room please", "rooms=1 room=5"},
        {"the luxury one", "room=4"},
        {"an executive room", "rooms=1 room=3"},
        {"presidential suite", "unknown_room=presidential suite"},
        {"my name is John Smith", "name=John/Smith"},
        {"I'm Mary O'Brien and my email is mary@example.org",
         "name=Mary/O'Brien mail=mary@example.org"},
        {"I'm looking for a room", "rooms=1"},
        {"my name is Jean-Luc Picard", "name=Jean-Luc/Picard"},
        {"how much for 3 nights from March 12 for two?", "in=2027-03-12 out=2027-03-15 adults=2"},
        {"I want to book from 12 to 15 march a deluxe room for 2 adults, my name is Ann Lee, email ann.lee@example.com",
         "in=2027-03-12 out=2027-03-15 adults=2 rooms=1 room=2 name=Ann/Lee mail=ann.lee@example.com"},
        {"for 40 people", "adults=40"},
        {"room for one", "adults=1"},
        {"we are 2 adults and our kids are 5 and 8", "adults=2 children=2 ages=5,8"},
        {"May 5 to May 8", "in=2027-05-05 out=2027-05-08"},
        {"may i book a room?", "rooms=1"},
        {"2 nights please", "nights=2"},
        {"in march for 2", "month=2027-03 adults=2"},
        {"6-month-old baby and 2 adults", "adults=2 children=1 ages=0"},
        {"february 30", "no_such_day"},
    });
}

}  // namespace agente::guest
