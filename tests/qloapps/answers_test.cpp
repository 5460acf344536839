#include "qloapps/answers.hpp"

#include <gtest/gtest.h>

#include "qloapps/requests.hpp"

namespace agente::qloapps {

namespace {

pms_answer json(std::string body, int status = 200) {
    return {status, "application/json", std::move(body)};
}
template <class T>
std::string code(result<T> const& r) {
    return r.has_error() ? std::string(r.error().code()) : "fine";
}

constexpr auto booked =
    R"({"booking":{"id":2,"currency":"USD","source":"AH-1","associations":{"price_details":)";

}  // namespace

TEST(answers, numbers_come_as_numbers_and_as_texts) {
    auto const orders =
        read_orders(
            json(
                R"({"orders":[{"id":"7","current_state":"1","source":"AH-1","total_paid_tax_incl":"346.656800"},
                                                       {"id":8,"current_state":4,"source":"AH-2","total_paid_tax_incl":2080.5}]})"))
            .value();
    EXPECT_EQ(orders[0].id, 7);
    EXPECT_EQ(orders[0].total_micros, 346'656'800);
    EXPECT_EQ(orders[1].total_micros, 2'080'500'000);
}

TEST(answers, an_empty_list_is_a_bare_pair_of_brackets) {
    EXPECT_TRUE(read_orders(json("[]"))->empty());
    EXPECT_TRUE(read_rows(json("[]"))->empty());
    EXPECT_EQ(code(read_orders(json("{}"))), "pms.nonsense");
    EXPECT_EQ(code(read_orders(json("[1]"))), "pms.nonsense");
}

TEST(answers, a_success_needs_its_content_type_and_its_root) {
    EXPECT_EQ(code(read_orders({200, "text/html; charset=utf-8", "[]"})), "pms.nonsense");
    EXPECT_EQ(code(read_hotels(json(R"({"rooms":[]})"))), "pms.nonsense");
    EXPECT_EQ(code(read_hotels(json("{\"hotels\":[{\"id\":1}"))), "pms.nonsense");
    EXPECT_EQ(code(read_hotels({404, "", ""})), "pms.not_found");
}

TEST(answers, an_unknown_hotel_has_no_room_types_at_all) {
    auto const answer =
        read_ari(
            json(
                R"({"hotel_ari":{"id_hotel":"77","date_from":"2027-01-10","date_to":"2027-01-12","currency":"USD"}})"))
            .value();
    EXPECT_FALSE(answer.known);
    EXPECT_EQ(answer.currency, "USD");
}

TEST(answers, free_rooms_are_counted_in_both_forms_and_a_type_without_them_is_nonsense) {
    auto const with = [](std::string_view rooms) {
        return json(fmt::format(
            R"({{"hotel_ari":{{"currency":"USD","room_types":[{{"id_room_type":1,"name":"A","total_price_with_tax":1300,"rooms":{}}}]}}}})",
            rooms));
    };
    EXPECT_EQ(read_ari(with(R"({"available":{"3":{"id_room":3},"4":{"id_room":4}}})"))
                  ->types.at(0)
                  .available,
              2);
    EXPECT_EQ(read_ari(with(R"({"available":[]})"))->types.at(0).available, 0);
    EXPECT_EQ(code(read_ari(with("{}"))), "pms.nonsense");
    EXPECT_EQ(code(read_ari(with(R"({"available":7})"))), "pms.nonsense");
}

TEST(answers, a_row_without_its_marks_is_nonsense_not_a_live_room) {
    EXPECT_EQ(
        code(read_rows(json(
            R"({"bookings":[{"id":1,"id_order":1,"id_room":1,"date_from":"2027-01-10 00:00:00","date_to":"2027-01-12 00:00:00"}]})"))),
        "pms.nonsense");
}

TEST(answers, a_created_booking_has_net_and_tax_added) {
    auto const made =
        read_created(json(std::string(booked) +
                          R"({"total_price_without_tax":333.33,"total_tax":13.33}}}})"))
            .value();
    EXPECT_EQ(made.id, 2);
    EXPECT_EQ(made.total_with_tax, (hotel::money{346'660'000, "USD"}));
}

TEST(answers, only_a_400_with_a_reason_says_that_nothing_was_booked) {
    auto const refusal = [](std::string_view message) {
        return json(
            fmt::format(
                R"({{"errors":[{{"code":3,"message":"[PHP Warning #2] x"}},{{"code":404,"message":"{}"}}]}})",
                message),
            400);
    };
    EXPECT_EQ(code(read_created(refusal("Requested room(s) not available."))), "pms.not_available");
    EXPECT_EQ(code(read_created(refusal("Requested room(s) not available"))), "pms.not_available");
    EXPECT_EQ(code(read_created(refusal("Please provide valid currency."))), "pms.refused");
    EXPECT_EQ(code(read_created({400, "text/html", "Bad Request"})), "pms.outcome_unknown")
        << "some proxy's 400";
    EXPECT_EQ(code(read_created({200, "text/html; charset=utf-8", "Fatal error"})),
              "pms.outcome_unknown");
    EXPECT_EQ(code(read_created({500, "text/html; charset=utf-8", ""})), "pms.outcome_unknown");
    EXPECT_EQ(code(read_created({504, "text/html", "Gateway Timeout"})), "pms.outcome_unknown");
    EXPECT_EQ(code(read_created(json(R"({"errors":[{"code":3,"message":"Undefined"}]})", 500))),
              "pms.outcome_unknown");
    EXPECT_EQ(code(read_created(json(std::string(booked) + R"({"total_tax":1}}}})"))),
              "pms.outcome_unknown");
    EXPECT_EQ(code(read_created(json(R"({"errors":[{"code":26,"message":"not allowed"}]})", 401))),
              "pms.denied");
    EXPECT_EQ(code(read_created({302, "text/html; charset=utf-8", ""})), "pms.denied");
}

TEST(answers, hostile_texts_come_out_clean_and_short) {
    auto const hotel =
        read_hotels(json("{\"hotels\":[{\"id\":1,\"hotel_name\":\"a\\u0000b\"}]}")).value().at(0);
    EXPECT_EQ(hotel.name,
              "a\xEF\xBF\xBD"
              "b");
    auto const refused = read_created(json(
        fmt::format(R"({{"errors":[{{"code":404,"message":"{}"}}]}})", std::string(100'000, 'x')),
        400));
    EXPECT_LT(refused.error().message().size(), 400u);
}

TEST(requests, a_filter_is_percent_encoded_as_a_whole) {
    EXPECT_EQ(
        list_target("orders", {{"source", "[AH-1]"}}, "id,source", 5),
        "orders?filter%5Bsource%5D=%5BAH-1%5D&display=%5Bid%2Csource%5D&sort=%5Bid_ASC%5D&limit=5");
}

TEST(requests, a_reference_cannot_smuggle_list_syntax) {
    for (auto bad : {"a|b", "a,b", "[a]", "a%", "a b", "", "ñ", "a\nb"})
        EXPECT_FALSE(acceptable_reference(bad)) << bad;
    EXPECT_TRUE(acceptable_reference("AH-7Q2X:4.1_z"));
    EXPECT_FALSE(acceptable_reference(std::string(256, 'a')));
}

}  // namespace agente::qloapps
