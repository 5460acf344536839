// JSON Schemas (2020-12, as OpenAPI 3.1 uses it) and examples of described structs. Used by typed
// endpoints, at start only.
#pragma once

#include <boost/core/type_name.hpp>
#include <string>

#include "http/encode.hpp"

namespace agente::http {

// A request's schema forbids names it does not know, as the reading of requests does; an answer may
// grow.
enum class direction { request, answer };

// "agente::booking::order" -> "booking.order", with ".input" for requests; only characters that
// component names may have.
std::string component_name(std::string_view cxx_name, direction d);
boost::json::object reference_to(std::string_view component);

// No text of a request may hold NUL: PostgreSQL keeps none.
inline constexpr auto no_nul = R"(^[^\x00]*$)";

// Narrows the plain schema of a leaf by the rule, and adds its description.
boost::json::object narrow(boost::json::object schema, rule const& r);
boost::json::object nullable(boost::json::object schema);
boost::json::object list_of(boost::json::object item, rule const& r);
boost::json::value leaf_example(rule const& r, text_kind kind, std::string_view usual);

template <class T>
boost::json::object schema_of(rule const& r, direction d, boost::json::object& components);

// The schema of those members of T that `wanted` names: at the top a request's members also come
// from path and query.
template <described_struct T, class Wanted>
boost::json::object schema_of_members(direction d, boost::json::object& components, Wanted wanted) {
    boost::json::object properties;
    boost::json::array required;
    boost::mp11::mp_for_each<members_of<T>>([&](auto m) {
        using type = member_type<T, decltype(m)>;
        constexpr rule r = rule_of<T>(m.name);
        if (!wanted(r)) return;
        auto schema = schema_of<type>(r, d, components);
        if (d == direction::request && r.has_default) schema["default"] = encode(T{}.*m.pointer);
        properties[m.name] = std::move(schema);
        // An answer has every member, null or not; a request may leave out what is optional.
        if (d == direction::answer || (!is_optional<type> && !r.has_default))
            required.push_back(m.name);
    });
    boost::json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) schema["required"] = std::move(required);
    if (d == direction::request) schema["additionalProperties"] = false;
    return schema;
}

template <class T>
boost::json::object schema_of(rule const& r, direction d, boost::json::object& components) {
    if constexpr (std::is_same_v<T, boost::json::value>) {
        return narrow({}, r);
    } else if constexpr (is_optional<T>) {
        auto inner = schema_of<typename T::value_type>(r, d, components);
        if constexpr (is_optional<typename T::value_type>)
            return inner;  // nullable already
        else
            return nullable(std::move(inner));
    } else if constexpr (is_vector<T>) {
        return list_of(schema_of<typename T::value_type>(r, d, components), r);
    } else if constexpr (described_enum<T>) {
        boost::json::array names;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
            [&](auto e) { names.push_back(e.name); });
        return narrow({{"type", "string"}, {"enum", std::move(names)}}, r);
    } else if constexpr (described_struct<T>) {
        auto const name = component_name(boost::core::type_name<T>(), d);
        if (!components.contains(name)) {
            components[name] = boost::json::object{};  // a struct may hold lists of itself
            auto whole = schema_of_members<T>(d, components, every_member);
            components[name] = std::move(whole);
        }
        return narrow(reference_to(name), r);
    } else if constexpr (std::is_same_v<T, bool>) {
        return narrow({{"type", "boolean"}}, r);
    } else if constexpr (std::is_integral_v<T>) {
        boost::json::object schema{{"type", "integer"},
                                   {"format", sizeof(T) > 4 ? "int64" : "int32"},
                                   {"minimum", std::numeric_limits<T>::min()},
                                   {"maximum", std::numeric_limits<T>::max()}};
        return narrow(std::move(schema), r);
    } else if constexpr (std::is_floating_point_v<T>) {
        return narrow({{"type", "number"}}, r);
    } else if constexpr (std::is_same_v<T, std::chrono::year_month_day>) {
        return narrow({{"type", "string"}, {"format", "date"}}, r);
    } else if constexpr (std::is_same_v<T, time_point>) {
        return narrow({{"type", "string"}, {"format", "date-time"}}, r);
    } else {
        boost::json::object schema{{"type", "string"}};
        if (d == direction::request) schema["pattern"] = no_nul;
        return narrow(std::move(schema), r);
    }
}

template <class T>
boost::json::value example_of(rule const& r, int depth = 0);

template <described_struct T, class Wanted>
boost::json::object example_of_members(int depth, Wanted wanted) {
    boost::json::object example;
    boost::mp11::mp_for_each<members_of<T>>([&](auto m) {
        constexpr rule r = rule_of<T>(m.name);
        if (wanted(r)) example[m.name] = example_of<member_type<T, decltype(m)>>(r, depth + 1);
    });
    return example;
}

// The rule's own example, else the plainest value it lets through. Structs that hold themselves end
// after a few levels.
template <class T>
boost::json::value example_of(rule const& r, int depth) {
    constexpr int deep_enough = 4;
    if constexpr (std::is_same_v<T, boost::json::value>) {
        return boost::json::object{};
    } else if constexpr (is_optional<T>) {
        if (depth > deep_enough) return nullptr;
        return example_of<typename T::value_type>(r, depth);
    } else if constexpr (is_vector<T>) {
        boost::json::array items;
        auto wanted = r.fewest.value_or(0);
        if (wanted == 0 && depth <= deep_enough)
            wanted = std::min<std::size_t>(1, r.most_items.value_or(1));
        for (std::size_t i = 0; i < wanted; ++i)
            items.push_back(example_of<typename T::value_type>(r, depth + 1));
        return items;
    } else if constexpr (described_enum<T>) {
        std::string_view first;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto e) {
            if (first.empty()) first = e.name;
        });
        return from_text(r.written_example.empty() ? first : r.written_example, text_kind::text);
    } else if constexpr (described_struct<T>) {
        return example_of_members<T>(depth, every_member);
    } else if constexpr (std::is_same_v<T, std::chrono::year_month_day>) {
        return leaf_example(r, text_kind::text, "2026-11-24");
    } else if constexpr (std::is_same_v<T, time_point>) {
        return leaf_example(r, text_kind::text, "2026-11-24T09:15:00Z");
    } else {
        constexpr auto kind = kind_of<T>();
        return leaf_example(r, kind,
                            kind == text_kind::boolean ? "true"
                            : kind == text_kind::text  ? "text"
                                                       : "1");
    }
}

}  // namespace agente::http
