// Described structs as JSON. Used by typed endpoints and by whoever writes JSON of described
// structs.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "http/decode.hpp"

namespace agente::http {

boost::json::value encode_text(std::string_view s);  // bytes that are not UTF-8 become U+FFFD
boost::json::value encode_number(double d);          // null when JSON has no such number
boost::json::value encode_date(std::chrono::year_month_day date);
boost::json::value encode_time(time_point t);

// optional: null when empty. Enums: their described names. Dates "2026-11-24", times RFC 3339 in
// UTC.
template <class T>
boost::json::value encode(T const& from) {
    if constexpr (std::is_same_v<T, boost::json::value> || std::is_integral_v<T>) {
        return from;
    } else if constexpr (is_optional<T>) {
        return from ? encode(*from) : boost::json::value(nullptr);
    } else if constexpr (is_vector<T>) {
        boost::json::array list;
        list.reserve(from.size());
        for (auto const& item : from) list.push_back(encode<typename T::value_type>(item));
        return list;
    } else if constexpr (described_enum<T>) {
        return boost::json::string_view(boost::describe::enum_to_string(from, ""));
    } else if constexpr (described_struct<T>) {
        boost::json::object object;
        boost::mp11::mp_for_each<members_of<T>>(
            [&](auto d) { object.emplace(d.name, encode(from.*d.pointer)); });
        return object;
    } else if constexpr (std::is_floating_point_v<T>) {
        return encode_number(from);
    } else if constexpr (std::is_same_v<T, std::chrono::year_month_day>) {
        return encode_date(from);
    } else if constexpr (std::is_same_v<T, time_point>) {
        return encode_time(from);
    } else {
        return encode_text(from);
    }
}

}  // namespace agente::http
