#include "qloapps/pms_write_test.hpp"

#include <fmt/format.h>

#include "base/ids.hpp"
#include "net/gate.hpp"

namespace agente::qloapps {
namespace {

using weight = pms_observation::weight;

constexpr auto ahead = std::chrono::days(700);
constexpr int nights_tried = 14;
constexpr int looks = 3;
constexpr auto between_looks = std::chrono::seconds(1);

constexpr auto by_hand =
    "look it up in QloApps under Orders (its source is the reference) and set its status to "
    "Canceled";

struct trial {
    hotel::property_system& pms;
    clock const& time;
    pms_observations out{};

    void add(std::string check, weight level, std::string what, std::string cure = {}) {
        out.push_back({std::move(check), level, std::move(what), std::move(cure)});
    }

    task<std::optional<hotel::offer>> bookable_night() {
        auto const first = std::chrono::floor<std::chrono::days>(time.now()) + ahead;
        for (int i = 0; i < nights_tried; ++i) {
            auto const day = first + std::chrono::days(i);
            auto const night = hotel::stay::make(day, day + std::chrono::days(1)).value();
            auto const offers =
                co_await pms.availability(night, {.adults = 1, .child_ages = {}}, 1);
            if (offers.has_error()) {
                add("pms.write.offer", weight::fault, offers.error().message(),
                    "mend what the other findings say first");
                co_return std::nullopt;
            }
            auto const found = std::ranges::find_if(*offers, &hotel::offer::bookable);
            if (found != offers->end()) co_return *found;
        }
        add("pms.write.offer", weight::warning,
            fmt::format("no room can be booked for one night in two years' time ({} nights tried), "
                        "so nothing was tried",
                        nights_tried),
            "open a night there in QloApps, or try a booking by hand");
        co_return std::nullopt;
    }

    // What became of a booking whose answer was lost.
    task<std::optional<hotel::booking>> look_for(std::string reference) {
        for (int i = 0; i < looks; ++i) {
            auto const found = co_await pms.find_by_reference(reference);
            if (found.has_value() && found->has_value()) co_return **found;
            co_await net::pause(between_looks);
        }
        co_return std::nullopt;
    }

    task<std::optional<hotel::booking>> book(hotel::offer of, std::string reference) {
        auto const made = co_await pms.create(
            {.reference = reference,
             .stay = of.stay,
             .room_type_id = of.room_type_id,
             .rooms = 1,
             .occupancy = {.adults = 1, .child_ages = {}},
             .guest = {"Agente", "Prueba", "agente-check@example.com", "+10000000000"},
             .extras = of.extras,
             .expected_total = of.total_with_tax,
             .remark = "Test of the connection by agente-hotel pms check; cancelled at once."});
        if (made.has_value()) {
            add("pms.write.book", weight::ok,
                fmt::format("order {} booked: {}, one night from {}, {} {}", made->pms_id, of.name,
                            hotel::to_iso(of.stay.arrival()),
                            hotel::to_decimal(made->total_with_tax),
                            made->total_with_tax.currency));
            if (made->total_differs)
                add("pms.write.price", weight::warning,
                    fmt::format("quoted {}, but the order says {}",
                                hotel::to_decimal(of.total_with_tax),
                                hotel::to_decimal(made->total_with_tax)),
                    "look at the forced services and taxes of this room type in QloApps");
            co_return *made;
        }
        if (made.error().kind() != error_kind::in_doubt) {
            add("pms.write.book", weight::fault, made.error().message(),
                "nothing was booked; mend what the message says, then run this again");
            co_return std::nullopt;
        }
        auto found = co_await look_for(reference);
        if (found) {
            add("pms.write.book", weight::fault,
                fmt::format("order {} was booked, but the answer was none: {}", found->pms_id,
                            made.error().message()),
                "look at PHP's error log; usual: a customer group that shows prices without tax "
                "(Customers > Groups: Tax included), or a mail server that does not answer");
            co_return found;
        }
        add("pms.write.book", weight::fault,
            fmt::format("whether {} was booked is unknown, and it was not found: {}", reference,
                        made.error().message()),
            by_hand);
        co_return std::nullopt;
    }

    task<> cancel_and_prove(hotel::booking made) {
        auto cancelled = co_await pms.cancel(made.pms_id);
        for (int i = 1; cancelled.has_error() && i < looks; ++i) {
            co_await net::pause(between_looks);
            cancelled = co_await pms.cancel(made.pms_id);
        }
        auto const now = co_await pms.read(made.pms_id);
        bool const released =
            now.has_value() && std::ranges::none_of(now->rooms, &hotel::booked_room::live);
        if (released && !now->live) {
            add("pms.write.cancel", weight::ok,
                fmt::format("order {} was cancelled, and read again: its room is free",
                            made.pms_id));
            co_return;
        }
        auto const why = now.has_error()         ? now.error().message()
                         : cancelled.has_error() ? cancelled.error().message()
                                                 : std::string("its room is still held");
        add("pms.write.cancel", weight::fault,
            fmt::format("ORDER {} ({}) MAY STILL BE BOOKED for {}: {}", made.pms_id, made.reference,
                        hotel::to_iso(made.stay.arrival()), why),
            by_hand);
    }
};

}  // namespace

task<pms_observations> try_a_booking(hotel::property_system& pms, clock const& time) {
    trial t{pms, time};
    auto const night = co_await t.bookable_night();
    if (night) {
        auto const reference = "agente-check:" + random_hex(8);
        auto const made = co_await t.book(*night, reference);
        if (made) co_await t.cancel_and_prove(*made);
    }
    co_return std::move(t.out);
}

}  // namespace agente::qloapps
