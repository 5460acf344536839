// C++ values <-> PostgreSQL's text format, with the type's OID. Used by query.hpp (parameters) and
// rows.hpp (results). A type is usable as a parameter or a row member when value<T> exists. Throws
// bad_value; callers add names and positions.
#pragma once

#include <boost/describe/enum.hpp>
#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"

namespace agente::postgres {

using type_oid = unsigned;  // libpq's Oid

// pg_type.dat of the server; these have never changed.
namespace oid {
inline constexpr type_oid boolean = 16, bytea = 17, int8 = 20, int2 = 21, int4 = 23, text = 25,
                          json = 114, float4 = 700, float8 = 701, varchar = 1043, date = 1082,
                          timestamptz = 1184, uuid = 2950, jsonb = 3802;
inline constexpr type_oid boolean_array = 1000, int2_array = 1005, int4_array = 1007,
                          text_array = 1009, varchar_array = 1015, int8_array = 1016,
                          float8_array = 1022, date_array = 1182, timestamptz_array = 1185,
                          uuid_array = 2951, jsonb_array = 3807;
}  // namespace oid

// What is wrong with a value, without the value: "is not valid UTF-8 or holds a NUL byte".
class bad_value : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// value<T>: type (sent with a parameter), array (for vector<T>), append(out, value), parse(text),
// reads(column type).
template <class T>
struct value;

template <class T>
concept plain_value = requires(std::string& out, T const& v) {
    { value<T>::type } -> std::convertible_to<type_oid>;
    value<T>::append(out, v);
};

template <>
struct value<bool> {
    static constexpr type_oid type = oid::boolean, array = oid::boolean_array;
    static void append(std::string& out, bool v) { out += v ? 't' : 'f'; }
    static bool parse(std::string_view text);
    static bool reads(type_oid column) { return column == oid::boolean; }
};

namespace detail {
void append_integer(std::string& out, std::int64_t v);
std::int64_t parse_integer(std::string_view text, std::int64_t least, std::int64_t most);
void check_text(std::string_view text);  // throws bad_value
}  // namespace detail

template <class Integer, type_oid Type, type_oid Array>
struct integer_value {
    static constexpr type_oid type = Type, array = Array;
    static void append(std::string& out, Integer v) { detail::append_integer(out, v); }
    static Integer parse(std::string_view text) {
        return static_cast<Integer>(detail::parse_integer(text, std::numeric_limits<Integer>::min(),
                                                          std::numeric_limits<Integer>::max()));
    }
    // A wider member takes a narrower column, never the other way round.
    static bool reads(type_oid column) {
        return column == Type || column == oid::int2 ||
               (column == oid::int4 && sizeof(Integer) > 2);
    }
};
template <>
struct value<std::int16_t> : integer_value<std::int16_t, oid::int2, oid::int2_array> {};
template <>
struct value<std::int32_t> : integer_value<std::int32_t, oid::int4, oid::int4_array> {};
template <>
struct value<std::int64_t> : integer_value<std::int64_t, oid::int8, oid::int8_array> {};

template <>
struct value<double> {
    static constexpr type_oid type = oid::float8, array = oid::float8_array;
    static void append(std::string& out, double v);
    static double parse(std::string_view text);
    static bool reads(type_oid column) { return column == oid::float8 || column == oid::float4; }
};

// Text goes to a uuid, date or enum column with a cast in the statement ($1::uuid), and reads any
// column's text.
template <>
struct value<std::string_view> {
    static constexpr type_oid type = oid::text, array = oid::text_array;
    static void append(std::string& out, std::string_view v) {
        detail::check_text(v);
        out += v;
    }
};
template <>
struct value<std::string> : value<std::string_view> {
    static std::string parse(std::string_view text) { return std::string(text); }
    static bool reads(type_oid) { return true; }
};
template <>
struct value<secret> {
    static constexpr type_oid type = oid::text, array = oid::text_array;
    static void append(std::string& out, secret const& v) {
        value<std::string_view>::append(out, v.reveal());
    }
    static secret parse(std::string_view text) { return secret(std::string(text)); }
    static bool reads(type_oid column) { return column == oid::text || column == oid::varchar; }
};

// timestamptz. Years 1 to 9999; infinity and dates before Christ are refused.
template <>
struct value<time_point> {
    static constexpr type_oid type = oid::timestamptz, array = oid::timestamptz_array;
    static void append(std::string& out, time_point v);
    static time_point parse(
        std::string_view text);  // any offset; DateStyle must be ISO (the server's default)
    static bool reads(type_oid column) { return column == oid::timestamptz; }
};

template <>
struct value<std::chrono::year_month_day> {
    static constexpr type_oid type = oid::date, array = oid::date_array;
    static void append(std::string& out, std::chrono::year_month_day v);
    static std::chrono::year_month_day parse(std::string_view text);
    static bool reads(type_oid column) { return column == oid::date; }
};

// jsonb cannot hold U+0000: refused here, because the server would only say 22P05.
template <>
struct value<boost::json::value> {
    static constexpr type_oid type = oid::jsonb, array = oid::jsonb_array;
    static void append(std::string& out, boost::json::value const& v);
    static boost::json::value parse(std::string_view text);
    static bool reads(type_oid column) { return column == oid::jsonb || column == oid::json; }
};

// An enum described with BOOST_DESCRIBE_ENUM travels as the name of its value, in a text column.
template <class Enum>
    requires(std::is_enum_v<Enum> && boost::describe::has_describe_enumerators<Enum>::value)
struct value<Enum> {
    static constexpr type_oid type = oid::text, array = oid::text_array;
    static void append(std::string& out, Enum v) {
        auto const* name = boost::describe::enum_to_string(v, static_cast<char const*>(nullptr));
        if (name == nullptr) throw bad_value("is not a value of its enum");
        out += name;
    }
    static Enum parse(std::string_view text) {
        Enum v{};
        if (!boost::describe::enum_from_string(std::string(text).c_str(), v))
            throw bad_value("is not one of the values its enum has");
        return v;
    }
    static bool reads(type_oid column) { return column == oid::text || column == oid::varchar; }
};

// Arrays of one dimension, whose elements may be NULL when they are optional. Every element is
// quoted, so that no content is mistaken for syntax or NULL.
namespace detail {
void append_element(std::string& out, std::string_view text);
// Calls take(text or nullopt for NULL) for each element; throws bad_value on anything but one
// dimension.
class array_reader {
public:
    explicit array_reader(std::string_view text);
    bool next(std::optional<std::string>& element);  // false: the end

private:
    std::string_view rest_;
    bool first_{true};
};

template <class T>
struct array_element {
    using type = T;
    static constexpr bool nullable = false;
};
template <class T>
struct array_element<std::optional<T>> {
    using type = T;
    static constexpr bool nullable = true;
};
}  // namespace detail

template <class Element>
struct value<std::vector<Element>> {
    static constexpr bool nullable = detail::array_element<Element>::nullable;
    using plain = typename detail::array_element<Element>::type;

    static constexpr type_oid type = value<plain>::array;
    static void append(std::string& out, std::vector<Element> const& all) {
        out += '{';
        std::string text;
        bool first = true;
        for (auto const& one : all) {
            if (!std::exchange(first, false)) out += ',';
            text.clear();
            if constexpr (nullable) {
                if (!one) {
                    out += "NULL";
                    continue;
                }
                value<plain>::append(text, *one);
            } else {
                value<plain>::append(text, one);
            }
            detail::append_element(out, text);
        }
        out += '}';
    }
    static std::vector<Element> parse(std::string_view text) {
        detail::array_reader elements(text);
        std::vector<Element> all;
        for (std::optional<std::string> one; elements.next(one);) {
            if (one)
                all.push_back(value<plain>::parse(*one));
            else if constexpr (nullable)
                all.push_back(std::nullopt);
            else
                throw bad_value("holds a NULL element");
        }
        return all;
    }
    static bool reads(type_oid column) {
        return column == type || (type == oid::text_array && column == oid::varchar_array);
    }
};

}  // namespace agente::postgres
