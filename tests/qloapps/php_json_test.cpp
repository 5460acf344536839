#include "qloapps/php_json.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace agente::qloapps {

namespace json = boost::json;

TEST(php_json, escapes_slashes_and_everything_beyond_ascii) {
    EXPECT_EQ(
        php_json(
            json::parse(R"({"a":"America/New_York","b":"Señor €","c":"😀","d":"q\"\\\n\u0001"})")),
        R"({"a":"America\/New_York","b":"Se\u00f1or \u20ac","c":"\ud83d\ude00","d":"q\"\\\n\u0001"})");
}

TEST(php_json, writes_whole_numbers_without_a_fraction_and_others_as_short_as_they_go) {
    EXPECT_EQ(php_json(json::parse(R"([1300.0,333.33,13.3,-2,0.0,18446744073709551615])")),
              "[1300,333.33,13.3,-2,0,18446744073709551615]");
}

TEST(php_json, keeps_the_order_of_keys_and_the_difference_of_empty_forms) {
    EXPECT_EQ(php_json(json::parse(R"({"z":[],"a":{},"m":"","n":null,"t":true})")),
              R"({"z":[],"a":{},"m":"","n":null,"t":true})");
}

TEST(php_json, never_writes_broken_utf8) {
    EXPECT_EQ(php_json(json::value(json::string("a\xff"))), R"("a\ufffd")");
}

}  // namespace agente::qloapps
