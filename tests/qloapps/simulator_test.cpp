#include "qloapps/simulator.hpp"

#include <gtest/gtest.h>

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
