#include "postgres/value.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "postgres/query.hpp"
#include "postgres/sqlstate.hpp"

namespace agente::postgres {
namespace {

using namespace std::chrono;
using namespace std::string_literals;
using namespace std::string_view_literals;

enum class colour { red, dark_blue };
BOOST_DESCRIBE_ENUM(colour, red, dark_blue)

template <class T>
std::string sent(T const& v) {
    std::string out;
    value<T>::append(out, v);
    return out;
}

template <class T>
T back(T const& v) {
    return value<T>::parse(sent(v));
}

TEST(value, integers_are_checked_against_the_range_of_their_member) {
    EXPECT_EQ(sent(std::int64_t{-9223372036854775807 - 1}), "-9223372036854775808");
    EXPECT_EQ(value<std::int64_t>::parse("-9223372036854775808"),
              std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(value<int>::parse("2147483647"), 2147483647);
    EXPECT_THROW(value<int>::parse("2147483648"), bad_value);
    EXPECT_THROW(value<std::int16_t>::parse("40000"), bad_value);
    EXPECT_THROW(value<int>::parse(""), bad_value);
    EXPECT_THROW(value<int>::parse("12x"), bad_value);
}

TEST(value, a_wider_member_reads_a_narrower_column_only) {
    EXPECT_TRUE(value<std::int64_t>::reads(oid::int4));
    EXPECT_TRUE(value<int>::reads(oid::int2));
    EXPECT_FALSE(value<int>::reads(oid::int8));
    EXPECT_FALSE(value<std::int16_t>::reads(oid::int4));
    EXPECT_FALSE(value<time_point>::reads(1114)) << "timestamp without time zone has no instant";
}

TEST(value, doubles_come_back_as_the_same_number) {
    for (double const v : {0.0, -0.1, 1e300, 5e-324, 123456789.123456789}) EXPECT_EQ(back(v), v);
    EXPECT_EQ(sent(std::numeric_limits<double>::infinity()), "Infinity");
    EXPECT_EQ(value<double>::parse("-Infinity"), -std::numeric_limits<double>::infinity());
    EXPECT_TRUE(std::isnan(value<double>::parse("NaN")));
    EXPECT_THROW(value<double>::parse("1,5"), bad_value);
}

TEST(value, times_are_read_with_any_offset_and_fraction) {
    time_point const t = sys_days(2026y / November / 24) + 9h + 15min + 1s + 123456us;
    EXPECT_EQ(sent(t), "2026-11-24T09:15:01.123456Z");
    EXPECT_EQ(value<time_point>::parse("2026-11-24 09:15:01.123456+00"), t);
    EXPECT_EQ(value<time_point>::parse("2026-11-24 06:15:01.123456-03"), t);
    EXPECT_EQ(value<time_point>::parse("2026-11-24 14:45:01.123456+05:30"), t);
    EXPECT_EQ(value<time_point>::parse("1890-01-01 00:00:00-04:16:48"),
              sys_days(1890y / January / 1) + 4h + 16min + 48s);
    EXPECT_EQ(value<time_point>::parse("2026-11-24 09:15:01.5+00"), t - 123456us + 500ms);
}

TEST(value, times_that_are_no_instants_of_the_calendar_are_refused) {
    for (auto text :
         {"infinity", "-infinity", "0044-03-15 00:00:00+00 BC", "10000-01-01 00:00:00+00",
          "24/11/2026 09:15:00 UTC", "2026-11-24 09:15:00", "2026-02-30 00:00:00+00", ""})
        EXPECT_THROW(value<time_point>::parse(text), bad_value) << text;
    EXPECT_THROW(sent(time_point::max()), bad_value);
}

TEST(value, dates) {
    EXPECT_EQ(sent(2027y / February / 3), "2027-02-03");
    EXPECT_EQ(back(2028y / February / 29), 2028y / February / 29);
    EXPECT_THROW(sent(2027y / February / 29), bad_value);
    EXPECT_THROW(value<year_month_day>::parse("infinity"), bad_value);
}

TEST(value, text_that_the_server_cannot_hold_is_refused) {
    EXPECT_EQ(sent("mañana 👋"s), "mañana 👋");
    EXPECT_THROW(sent("a\0b"s), bad_value);
    EXPECT_THROW(sent("\xc3"s), bad_value);
    EXPECT_THROW(sent("\xed\xa0\x80"s), bad_value) << "a surrogate";
    EXPECT_THROW(sent(std::vector{"ok"s, "\xff"s}), bad_value);
}

TEST(value, json_with_an_escaped_nul_is_refused_and_a_written_backslash_is_not) {
    EXPECT_THROW(sent(boost::json::value("a\0b"sv)), bad_value);
    EXPECT_EQ(sent(boost::json::value("\\u0000"sv)), R"("\\u0000")");
    EXPECT_EQ(value<boost::json::value>::parse(R"({"a": [1, null]})").at("a").as_array().size(),
              2u);
    EXPECT_THROW(value<boost::json::value>::parse("{"), bad_value);
}

TEST(value, array_elements_are_all_quoted_and_come_back_unchanged) {
    std::vector const hard{""s,   "NULL"s, "a,b"s,      "{}"s,          "\\"s,
                           "\""s, "\\\""s, " spaces "s, "línea\nnueva"s};
    EXPECT_EQ(sent(std::vector{"NULL"s, "a\"b\\"s}), R"({"NULL","a\"b\\"})");
    EXPECT_EQ(back(hard), hard);
    EXPECT_EQ(sent(std::vector<std::string>{}), "{}");
    EXPECT_EQ(back(std::vector<std::string>{}), std::vector<std::string>{});
    EXPECT_EQ(back(std::vector<std::string>{""}), std::vector<std::string>{""});
    EXPECT_EQ(value<std::vector<int>>::parse("{1,2,-3}"), (std::vector{1, 2, -3}));
    EXPECT_EQ(back(std::vector<bool>{true, false}), (std::vector<bool>{true, false}));
}

TEST(value, null_elements_need_an_optional_element_type) {
    std::vector<std::optional<std::string>> const some{"a"s, std::nullopt, "NULL"s};
    EXPECT_EQ(sent(some), R"({"a",NULL,"NULL"})");
    EXPECT_EQ(back(some), some);
    EXPECT_THROW(value<std::vector<std::string>>::parse("{a,NULL}"), bad_value);
    EXPECT_THROW(value<std::vector<int>>::parse("{{1,2},{3,4}}"), bad_value);
    EXPECT_THROW(value<std::vector<int>>::parse("[0:1]={1,2}"), bad_value);
    EXPECT_THROW(value<std::vector<std::string>>::parse(R"({"a)"), bad_value);
    EXPECT_THROW(value<std::vector<std::string>>::parse(R"({"a"b})"), bad_value);
}

TEST(value, described_enums_travel_by_name) {
    EXPECT_EQ(sent(colour::dark_blue), "dark_blue");
    EXPECT_EQ(value<colour>::parse("red"), colour::red);
    EXPECT_THROW(value<colour>::parse("green"), bad_value);
    EXPECT_THROW(sent(static_cast<colour>(7)), bad_value);
}

TEST(parameters, carry_explicit_types_and_null_pointers_for_null) {
    auto const p = parameters::of("q", "uno"sv, std::optional<int>(),
                                  std::optional<std::string>("dos"), true, ""s);
    ASSERT_EQ(p.size(), 5);
    EXPECT_EQ((std::vector<type_oid>(p.types(), p.types() + p.size())),
              (std::vector{oid::text, oid::int4, oid::text, oid::boolean, oid::text}));
    auto const at = p.pointers();
    EXPECT_STREQ(at[0], "uno");
    EXPECT_EQ(at[1], nullptr);
    EXPECT_STREQ(at[2], "dos");
    EXPECT_STREQ(at[3], "t");
    EXPECT_STREQ(at[4], "");
}

TEST(parameters, an_error_names_the_query_and_the_position_but_not_the_value) {
    try {
        parameters::of("inbox.add", 1, "geheim\xff"sv);
        FAIL();
    } catch (error const& e) {
        EXPECT_EQ(e.reason().kind(), error_kind::invalid);
        EXPECT_EQ(e.reason().message(),
                  "inbox.add: parameter 2 is not valid UTF-8 or holds a NUL byte");
    }
}

TEST(query, its_description_lists_the_parameter_types) {
    constexpr query<void, std::string, std::optional<std::vector<int>>, colour> q{"a.b",
                                                                                  "select $1"};
    auto const d = describe(q);
    EXPECT_EQ(d.types, (std::vector{oid::text, oid::int4_array, oid::text}));
    EXPECT_EQ(d.share, sharing::alone);
}

TEST(sqlstate, an_exact_code_stands_before_its_class) {
    EXPECT_EQ(meaning_of("23505").code, "postgres.unique_violation");
    EXPECT_EQ(meaning_of("23000").code, "postgres.constraint_violation");
    EXPECT_EQ(meaning_of("40P01").kind, error_kind::conflict);
    EXPECT_EQ(meaning_of("40003").kind, error_kind::in_doubt);
    EXPECT_EQ(meaning_of("57014").kind, error_kind::timeout);
    EXPECT_EQ(meaning_of("57P01").kind, error_kind::unavailable);
    EXPECT_EQ(meaning_of("53300").kind, error_kind::unavailable);
    EXPECT_EQ(meaning_of("08006").kind, error_kind::unavailable);
    EXPECT_EQ(meaning_of("08P01").kind, error_kind::internal);
    EXPECT_EQ(meaning_of("28P01").kind, error_kind::unavailable);
    EXPECT_EQ(meaning_of("22P02").kind, error_kind::invalid);
    EXPECT_EQ(meaning_of("42501").kind, error_kind::internal);
    EXPECT_EQ(meaning_of("XX000").kind, error_kind::internal);
    EXPECT_EQ(meaning_of("").kind, error_kind::internal);
}

TEST(error, a_server_report_keeps_state_and_constraint_and_drops_the_quoted_value) {
    auto const twice = server_error(
        "users.add", {"23505", "duplicate key value violates unique constraint \"users_email_key\"",
                      "users_email_key", "users"});
    EXPECT_EQ(twice.sqlstate(), "23505");
    EXPECT_EQ(twice.constraint(), "users_email_key");
    EXPECT_EQ(twice.reason().kind(), error_kind::conflict);
    EXPECT_FALSE(twice.in_doubt());
    auto const syntax = server_error(
        "a.b", {"22P02", "invalid input syntax for type uuid: \"4111111111111111\"", "", ""});
    EXPECT_EQ(syntax.reason().message(), "a.b: invalid input syntax for type uuid (22P02)");
}

TEST(error, a_cut_write_is_in_doubt_and_a_cut_read_unavailable) {
    EXPECT_TRUE(connection_error("q", true, "reset by peer").in_doubt());
    EXPECT_EQ(connection_error("q", false, "reset by peer").reason().kind(),
              error_kind::unavailable);
}

}  // namespace
}  // namespace agente::postgres
