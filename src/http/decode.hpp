// JSON values and query texts into described structs, with every mistake collected. Used by typed
// endpoints and settings.
#pragma once

#include <boost/describe.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/algorithm.hpp>
#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/clock.hpp"
#include "http/field_errors.hpp"
#include "http/rule.hpp"

namespace agente::http {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
concept described_struct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;
template <class T>
concept described_enum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;
template <class T, class Member>
using member_type = std::remove_cvref_t<decltype(std::declval<T&>().*Member::pointer)>;

// The leaves. On a mistake they add to `errors` and leave `out` alone.
void read(boost::json::value const& v, bool& out, rule const& r, place const& at,
          field_errors& errors);
void read(boost::json::value const& v, double& out, rule const& r, place const& at,
          field_errors& errors);
void read(boost::json::value const& v, std::string& out, rule const& r, place const& at,
          field_errors& errors);
void read(boost::json::value const& v, std::chrono::year_month_day& out, rule const& r,
          place const& at, field_errors& errors);  // 2026-11-24
void read(boost::json::value const& v, time_point& out, rule const& r, place const& at,
          field_errors& errors);  // RFC 3339
std::optional<std::int64_t> read_integer(boost::json::value const& v, std::int64_t least,
                                         std::int64_t most, rule const& r, place const& at,
                                         field_errors& errors);
std::optional<std::uint64_t> read_unsigned(boost::json::value const& v, std::uint64_t most,
                                           rule const& r, place const& at, field_errors& errors);
bool check_items(boost::json::value const& v, rule const& r, place const& at, field_errors& errors);
boost::json::object const* check_object(boost::json::value const& v, place const& at,
                                        field_errors& errors);

template <class T>
void decode(boost::json::value const& v, T& out, rule const& r, place const& at,
            field_errors& errors);

// Reads the members that `wanted` names from the object; any other name in it is a mistake.
template <described_struct T, class Wanted>
void decode_members(boost::json::object const& from, T& out, place const& at, field_errors& errors,
                    Wanted wanted) {
    std::size_t known = 0;
    boost::mp11::mp_for_each<members_of<T>>([&](auto d) {
        using type = member_type<T, decltype(d)>;
        constexpr rule r = rule_of<T>(d.name);
        if (!wanted(r)) return;
        place const here = at[std::string_view(d.name)];
        if (auto const* const value = from.if_contains(d.name)) {
            ++known;
            decode(*value, out.*d.pointer, r, here, errors);
        } else if (!is_optional<type> && !r.has_default) {
            errors.add(here, "missing", "is required");
        }
    });
    if (known == from.size()) return;
    for (auto const& member : from) {
        std::string_view const key(member.key().data(), member.key().size());
        bool found = false;
        boost::mp11::mp_for_each<members_of<T>>([&](auto d) {
            constexpr rule r = rule_of<T>(d.name);
            found = found || (key == d.name && wanted(r));
        });
        if (!found) errors.add(at[key], "unknown", "is not a field of this request");
    }
}

inline constexpr auto every_member = [](rule const&) { return true; };

template <described_enum T>
void decode_enum(boost::json::value const& v, T& out, place const& at, field_errors& errors) {
    std::string choices;
    bool found = false;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto d) {
        if (v.is_string() && v.get_string() == d.name) {
            out = d.value;
            found = true;
        }
        choices += choices.empty() ? "" : ", ";
        choices += d.name;
    });
    if (!found) errors.add(at, v.is_string() ? "not_one_of" : "type", "must be one of " + choices);
}

template <class T>
void decode(boost::json::value const& v, T& out, rule const& r, place const& at,
            field_errors& errors) {
    if constexpr (std::is_same_v<T, boost::json::value>) {
        out = v;
    } else if constexpr (is_optional<T>) {
        out.reset();
        // An optional optional tells null (the inner one is empty) from a missing member (the outer
        // one): a PATCH clears the one and leaves the other alone.
        if (v.is_null() && !is_optional<typename T::value_type>) return;
        typename T::value_type inner{};
        decode(v, inner, r, at, errors);
        out = std::move(inner);
    } else if constexpr (is_vector<T>) {
        out.clear();
        if (!check_items(v, r, at, errors)) return;
        for (std::size_t i = 0; i < v.get_array().size(); ++i) {
            typename T::value_type item{};
            decode(v.get_array()[i], item, r, at[i], errors);
            out.push_back(std::move(item));
        }
    } else if constexpr (described_enum<T>) {
        decode_enum(v, out, at, errors);
    } else if constexpr (described_struct<T>) {
        if (auto const* const object = check_object(v, at, errors))
            decode_members(*object, out, at, errors, every_member);
    } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
        using limits = std::numeric_limits<T>;
        if constexpr (std::is_unsigned_v<T>) {
            if (auto const n = read_unsigned(v, limits::max(), r, at, errors))
                out = static_cast<T>(*n);
        } else {
            if (auto const n = read_integer(v, limits::min(), limits::max(), r, at, errors))
                out = static_cast<T>(*n);
        }
    } else {
        read(v, out, r, at, errors);
    }
}

// A whole value at once. Throws invalid_fields.
template <class T>
T decode(boost::json::value const& v) {
    T out{};
    field_errors errors;
    place const root;
    decode(v, out, rule(), root, errors);
    errors.throw_if_any();
    return out;
}

// How the text of a query or path parameter is to be understood.
enum class text_kind { text, integer, number, boolean };

template <class T>
constexpr text_kind kind_of() {
    if constexpr (is_optional<T> || is_vector<T>)
        return kind_of<typename T::value_type>();
    else if constexpr (std::is_same_v<T, bool>)
        return text_kind::boolean;
    else if constexpr (std::is_integral_v<T>)
        return text_kind::integer;
    else if constexpr (std::is_floating_point_v<T>)
        return text_kind::number;
    else
        return text_kind::text;
}

template <class T>
constexpr bool fits_a_parameter() {
    if constexpr (is_optional<T> || is_vector<T>)
        return fits_a_parameter<typename T::value_type>();
    else
        return !described_struct<T> && !std::is_same_v<T, boost::json::value>;
}

// The JSON value the text stands for; a text that is no number stays a text, which decode() then
// refuses with the reason.
boost::json::value from_text(std::string_view text, text_kind kind);

}  // namespace agente::http
