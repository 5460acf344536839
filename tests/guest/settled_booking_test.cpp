#include "guest/settled_booking.hpp"

#include <gmock/gmock.h>

namespace agente::guest {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

booking::settled settled(std::optional<std::string> language, bool confirmed) {
    booking::settled what;
    what.row.reference = "AH-7K2";
    what.row.arrival = 2027y / 3 / 12;
    what.row.departure = 2027y / 3 / 15;
    what.row.language = std::move(language);
    what.confirmed = confirmed;
    return what;
}

}  // namespace

TEST(settled_booking, is_told_in_the_guests_language) {
    auto const es = settled_booking_reply(settled("es", true)).text;
    EXPECT_THAT(
        es, AllOf(HasSubstr("está confirmada"), HasSubstr("AH-7K2"), Not(HasSubstr("confirmed"))));
    auto const en = settled_booking_reply(settled("en", false)).text;
    EXPECT_THAT(en, AllOf(HasSubstr("nothing is booked"), Not(HasSubstr("reserva"))));
}

TEST(settled_booking, is_told_in_both_when_nobody_knows_the_language) {
    for (auto const& language : {std::optional<std::string>(), std::optional<std::string>("xx")})
        EXPECT_THAT(settled_booking_reply(settled(language, true)).text,
                    AllOf(HasSubstr("está confirmada"), HasSubstr("is confirmed")));
}

TEST(settled_booking, has_the_hotels_own_number_once_it_is_known) {
    auto what = settled("en", true);
    what.row.pms_id = 42;
    EXPECT_THAT(settled_booking_reply(what).text, AllOf(HasSubstr("42"), Not(HasSubstr("AH-7K2"))));
}

}  // namespace agente::guest
