#include "qloapps/simulator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>

#include "bench_hotel.hpp"

namespace agente::qloapps::test {

namespace json = boost::json;

namespace {

std::string order(std::string_view source, int type, std::string_view from, std::string_view to,
                  int rooms = 1) {
    return fmt::format(
        R"({{"booking":{{"id_property":1,"currency":"USD","source":"{}","associations":{{"customer_detail":{{"firstname":"Ann",
        "lastname":"Guest","email":"ann@example.test","phone":"5550100"}},"room_types":[{{"id_room_type":{},"checkin_date":"{}",
        "checkout_date":"{}","number_of_rooms":{}}}]}}}}}})",
        source, type, from, to, rooms);
}

// One room of type 3 on these nights, instead of what the booking has.
std::string move_to(std::int64_t id, std::string_view from, std::string_view to,
                    std::string_view more = {}) {
    auto body = order("agent", 3, from, to);
    auto const head = std::string_view(R"({"booking":{)").size();
    return body.insert(head, fmt::format(R"("id":{},{})", id, more));
}

struct call {
    std::string method, path, body;
};

// All at once, in this order; their statuses.
std::vector<int> together(bench_hotel& hotel, std::vector<call> const& calls) {
    std::vector<int> statuses(calls.size());
    std::size_t left = calls.size();
    for (std::size_t i = 0; i < calls.size(); ++i) {
        http::request r;
        r.method = calls[i].method;
        r.path = r.target = calls[i].path;
        r.headers = {{"Host", hotel.simulator.shop().domain},
                     {"Authorization", "Basic VEVTVEtFWTo="},
                     {"Output-Format", "JSON"}};
        r.body = calls[i].body;
        asio::co_spawn(hotel.loop, hotel.simulator.answer(std::move(r)),
                       [&, i](std::exception_ptr, http::response answer) {
                           statuses[i] = answer.status;
                           if (--left == 0) hotel.loop.stop();
                       });
    }
    hotel.loop.restart();
    hotel.loop.run();
    return statuses;
}

std::int64_t booked(bench_hotel& hotel, std::string_view from, std::string_view to, int rooms = 1) {
    auto const answer = hotel.send("POST /api/bookings", order("agent", 3, from, to, rooms));
    EXPECT_EQ(answer.status(), 200) << answer.body;
    return hotel.simulator.state().orders.back().id;
}

std::vector<simulation::room_row> rows_of(bench_hotel& hotel, std::int64_t id) {
    std::vector<simulation::room_row> all;
    for (auto const* row : hotel.simulator.state().rows_of(id)) all.push_back(*row);
    return all;
}

// How long a window stays open that nobody is to wait for.
constexpr std::chrono::milliseconds ages{60'000};

}  // namespace

TEST(simulator, control_routes_inject_faults_and_show_the_state) {
    bench_hotel hotel;
    EXPECT_EQ(hotel
                  .send("POST /_simulator/faults",
                        R"({"method":"POST","resource":"bookings","action":"fatal","after":true})")
                  .status(),
              204);
    auto const answer =
        hotel.send("POST /api/bookings", order("agent:1", 1, "2027-01-10", "2027-01-12"));
    EXPECT_EQ(answer.status(), 500);
    EXPECT_EQ(answer.body, "");
    auto const state = json::parse(hotel.send("GET /_simulator/state").body);
    EXPECT_EQ(state.at("orders").as_array().size(), 1u) << "done in spite of the 500";
    EXPECT_EQ(
        hotel.send("POST /api/bookings", order("agent:2", 1, "2027-01-10", "2027-01-12")).status(),
        200)
        << "one request only";
    EXPECT_EQ(hotel.send("POST /_simulator/reset").status(), 204);
    EXPECT_EQ(hotel.send("GET /api/bookings").body, "[]");
}

TEST(simulator, a_fault_it_does_not_know_is_refused_with_what_it_knows) {
    bench_hotel hotel;
    auto const answer = hotel.send("POST /_simulator/faults", R"({"action":"explode"})");
    EXPECT_EQ(answer.status(), 400);
    EXPECT_NE(answer.body.find("switched_off"), std::string::npos);
    EXPECT_EQ(hotel.send("POST /_simulator/race", "[]").status(), 400);
    EXPECT_EQ(hotel.send("GET /_simulator/elsewhere").status(), 404);
}

TEST(simulator, a_switched_off_webservice_says_so_and_a_cut_says_nothing) {
    bench_hotel hotel;
    ASSERT_TRUE(hotel.simulator.faults()
                    .add({.what = simulation::fault::action::switched_off})
                    .has_value());
    auto const off = hotel.send("GET /api/hotels");
    EXPECT_EQ(off.status(), 503);
    EXPECT_EQ(json::parse(off.body).at("errors").at(0).at("code"), 22);
    ASSERT_TRUE(hotel.simulator.faults().add({.what = simulation::fault::action::cut}).has_value());
    EXPECT_EQ(hotel.send("GET /api/hotels").first_line, "");
}

TEST(simulator, sells_a_room_once_when_nobody_races) {
    bench_hotel hotel;
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(hotel.send("POST /api/bookings", order("agent", 3, "2027-08-01", "2027-08-02"))
                      .status(),
                  200);
    auto const refused =
        hotel.send("POST /api/bookings", order("agent", 3, "2027-08-01", "2027-08-02"));
    EXPECT_EQ(refused.status(), 400);
    EXPECT_EQ(refused.body,
              R"({"errors":[{"code":404,"message":"Requested room(s) not available."}]})")
        << "recording 101, second-rejected";
}

// CONTRACT.md 8: "PUT date changes never flag".
TEST(simulator, changes_that_race_for_the_last_room_both_get_it_and_none_is_flagged) {
    bench_hotel hotel;
    booked(hotel, "2027-08-01", "2027-08-02", 4);
    auto const one = booked(hotel, "2027-09-01", "2027-09-02"),
               other = booked(hotel, "2027-10-01", "2027-10-02"),
               late = booked(hotel, "2027-11-01", "2027-11-02");
    hotel.simulator.set_race(
        {.window = ages, .racers = 2, .loser = simulation::race_outcome::flag_loser});
    EXPECT_EQ(
        together(hotel, {{"PUT", "/api/bookings/1", move_to(one, "2027-08-01", "2027-08-02")},
                         {"PUT", "/api/bookings/1", move_to(other, "2027-08-01", "2027-08-02")}}),
        (std::vector{200, 200}));
    auto const a = rows_of(hotel, one), b = rows_of(hotel, other);
    ASSERT_EQ(a.size(), 1u);
    ASSERT_EQ(b.size(), 1u);
    EXPECT_EQ(a[0].room, b[0].room);
    for (auto const& row : {a[0], b[0]}) {
        EXPECT_EQ(row.from, "2027-08-01");
        EXPECT_FALSE(row.back_order || row.cancelled || row.refunded);
    }
    hotel.simulator.set_race({});
    auto const refused =
        hotel.send("PUT /api/bookings/1", move_to(late, "2027-08-01", "2027-08-02"));
    EXPECT_EQ(refused.status(), 400) << "who comes after the window finds it taken";
    EXPECT_NE(refused.body.find("Requested room(s) not available\""), std::string::npos);
    EXPECT_EQ(rows_of(hotel, late).at(0).from, "2027-11-01");
}

TEST(simulator, a_change_races_with_a_new_booking_and_one_that_wants_no_other_room_does_not) {
    bench_hotel hotel;
    booked(hotel, "2027-08-01", "2027-08-02", 4);
    booked(hotel, "2027-08-11", "2027-08-12", 4);
    auto const first = booked(hotel, "2027-09-01", "2027-09-02"),
               second = booked(hotel, "2027-09-02", "2027-09-03"),
               cancelled = booked(hotel, "2027-10-01", "2027-10-02");
    hotel.simulator.set_race(
        {.window = ages, .racers = 2, .loser = simulation::race_outcome::flag_loser});
    auto const cancel = move_to(cancelled, "2027-10-01", "2027-10-02", R"("booking_status":3,)");
    auto const made = [&] { return rows_of(hotel, hotel.simulator.state().orders.back().id); };

    // Who closes the window inserts first. Were the cancellation one of the two racers, who comes
    // last would find the room taken.
    EXPECT_EQ(
        together(hotel, {{"POST", "/api/bookings", order("new", 3, "2027-08-01", "2027-08-02")},
                         {"PUT", "/api/bookings/1", cancel},
                         {"PUT", "/api/bookings/1", move_to(first, "2027-08-01", "2027-08-02")}}),
        (std::vector{200, 200, 200}));
    EXPECT_TRUE(rows_of(hotel, cancelled).at(0).cancelled);
    EXPECT_EQ(rows_of(hotel, first).at(0).room, made().at(0).room);
    EXPECT_FALSE(rows_of(hotel, first).at(0).back_order);
    EXPECT_TRUE(made().at(0).back_order) << "a POST that comes second is flagged";

    EXPECT_EQ(
        together(hotel, {{"PUT", "/api/bookings/1", move_to(second, "2027-08-11", "2027-08-12")},
                         {"POST", "/api/bookings", order("new", 3, "2027-08-11", "2027-08-12")}}),
        (std::vector{200, 200}));
    EXPECT_EQ(rows_of(hotel, second).at(0).room, made().at(0).room);
    EXPECT_FALSE(rows_of(hotel, second).at(0).back_order) << "a PUT never is";
    EXPECT_FALSE(made().at(0).back_order);
}

TEST(simulator, two_changes_of_one_booking_know_nothing_of_each_other) {
    bench_hotel hotel;
    auto const id = booked(hotel, "2027-09-01", "2027-09-02", 2);
    hotel.simulator.set_race({.window = ages, .racers = 2, .loser = {}});
    EXPECT_EQ(
        together(hotel, {{"PUT", "/api/bookings/1", move_to(id, "2027-09-02", "2027-09-03")},
                         {"PUT", "/api/bookings/1", move_to(id, "2027-09-03", "2027-09-04")}}),
        (std::vector{200, 200}));
    std::vector<std::string> nights;
    for (auto const& row : rows_of(hotel, id)) nights.push_back(row.from);
    std::ranges::sort(nights);
    EXPECT_EQ(nights, (std::vector<std::string>{"2027-09-02", "2027-09-03"}))
        << "each adds its own and deletes what it found";
    hotel.simulator.set_race({.window = std::chrono::milliseconds(1), .racers = 0, .loser = {}});
    EXPECT_EQ(together(hotel, {{"PUT", "/api/bookings/1", move_to(id, "2027-12-01", "2027-12-02")},
                               {"POST", "/_simulator/reset", ""}}),
              (std::vector{400, 204}))
        << "a booking that is gone meanwhile";
}

TEST(simulator, a_checked_out_room_is_free_from_that_day_on) {
    bench_hotel hotel;
    ASSERT_EQ(
        hotel.send("POST /api/bookings", order("agent", 3, "2027-08-01", "2027-08-10", 5)).status(),
        200);
    auto& row = hotel.simulator.state().rows.front();
    row.status = 3;
    row.check_out = "2027-08-04 10:00:00";
    EXPECT_EQ(
        hotel.send("POST /api/bookings", order("agent", 3, "2027-08-03", "2027-08-05")).status(),
        400);
    EXPECT_EQ(
        hotel.send("POST /api/bookings", order("agent", 3, "2027-08-04", "2027-08-05")).status(),
        200);
}

TEST(simulator, keeps_its_bookings_in_the_snapshot) {
    auto const file = std::filesystem::temp_directory_path() /
                      ("agente-simulator-" + std::to_string(::getpid()) + ".json");
    std::filesystem::remove(file);
    {
        bench_hotel hotel(simulator_options{.snapshot = file});
        ASSERT_EQ(
            hotel.send("POST /api/bookings", order("agent:kept", 2, "2027-01-10", "2027-01-12"))
                .status(),
            200);
    }
    {
        bench_hotel hotel(simulator_options{.snapshot = file});
        auto const found = hotel.send("GET /api/orders?filter[source]=[agent:kept]&display=[id]");
        EXPECT_EQ(found.body, R"({"orders":[{"id":1}]})");
        EXPECT_EQ(
            hotel.send("POST /api/bookings", order("agent:next", 2, "2027-01-10", "2027-01-12"))
                .status(),
            200);
        EXPECT_EQ(hotel.simulator.state().rows.back().room, 7)
            << "room 6 is taken since before the restart";
    }
    std::ofstream(file) << "{\"half\":";
    EXPECT_THROW(bench_hotel(simulator_options{.snapshot = file}), failure);
    std::filesystem::remove(file);
}

TEST(simulator, xml_lists_have_their_empty_element) {
    bench_hotel hotel;
    auto const answer =
        hotel.send("GET /api/orders?filter[source]=[agent:none]&display=[id]", "", false);
    EXPECT_NE(answer.body.find("<orders>\n</orders>"), std::string::npos) << answer.body;
}

}  // namespace agente::qloapps::test
