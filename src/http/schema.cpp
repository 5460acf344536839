#include "http/schema.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace agente::http {
namespace {

namespace json = boost::json;

json::string_view view(std::string_view s) { return {s.data(), s.size()}; }

void erase_all(std::string& from, std::string_view what) {
    for (auto at = from.find(what); at != std::string::npos; at = from.find(what, at))
        from.erase(at, what.size());
}

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

// What describes a member stands beside a list or a choice, not inside it.
void move_description(json::object& from, json::object& to) {
    auto const* const words = from.if_contains("description");
    if (!words) return;
    to["description"] = *words;
    from.erase("description");
}

}  // namespace

std::string component_name(std::string_view cxx_name, direction d) {
    std::string name(cxx_name);
    erase_all(name, "(anonymous namespace)::");
    erase_all(name, "agente::");
    std::string clean;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (is_name_character(name[i])) {
            clean += name[i];
        } else if (name.compare(i, 2, "::") == 0) {
            clean += '.';
            ++i;
        } else if (!clean.empty() && clean.back() != '_') {
            clean += '_';
        }
    }
    return d == direction::request ? clean + ".input" : clean;
}

json::object reference_to(std::string_view component) {
    return {{"$ref", "#/components/schemas/" + std::string(component)}};
}

json::object narrow(json::object schema, rule const& r) {
    auto const* const type = schema.if_contains("type");
    bool const numeric = type && (*type == "integer" || *type == "number");
    bool const text = type && *type == "string" && !schema.contains("enum");
    if (numeric) {
        auto const* const least = schema.if_contains("minimum");
        auto const* const most = schema.if_contains("maximum");
        // A type's own bounds stay where the rule's are wider.
        auto const less = [](std::int64_t a, json::value const& b) {
            return b.is_uint64() ? std::cmp_less(a, b.get_uint64()) : a < b.get_int64();
        };
        bool const raises =
            r.least && (!least || (!less(*r.least, *least) && *least != json::value(*r.least)));
        bool const lowers = r.most && (!most || less(*r.most, *most));
        if (raises) schema["minimum"] = *r.least;
        if (lowers) schema["maximum"] = *r.most;
    }
    if (text) {
        if (r.shortest) schema["minLength"] = *r.shortest;
        if (r.longest) schema["maxLength"] = *r.longest;
        if (!r.format_name.empty()) schema["format"] = view(r.format_name);
        if (!r.documented_pattern.empty()) schema["pattern"] = view(r.documented_pattern);
    }
    if (!r.description.empty()) schema["description"] = view(r.description);
    return schema;
}

json::object nullable(json::object schema) {
    if (auto const* const type = schema.if_contains("type"); type && type->is_string()) {
        json::value const plain = *type;
        schema["type"] = json::array{plain, "null"};
        if (auto* const names = schema.if_contains("enum")) names->as_array().push_back(nullptr);
        return schema;
    }
    if (!schema.contains("$ref")) return schema;  // any value: null is among them
    json::object either;
    move_description(schema, either);
    either["anyOf"] = json::array{std::move(schema), json::object{{"type", "null"}}};
    return either;
}

json::object list_of(json::object item, rule const& r) {
    json::object list{{"type", "array"}};
    move_description(item, list);
    list["items"] = std::move(item);
    if (r.fewest) list["minItems"] = *r.fewest;
    if (r.most_items) list["maxItems"] = *r.most_items;
    return list;
}

json::value leaf_example(rule const& r, text_kind kind, std::string_view usual) {
    if (r.make_example) return from_text(r.make_example(), kind);
    if (!r.written_example.empty()) return from_text(r.written_example, kind);
    if (kind == text_kind::text) {
        std::string text(usual);
        while (r.shortest && text.size() < *r.shortest) text += 'x';
        if (r.longest && text.size() > *r.longest) text.resize(*r.longest);
        return json::value(view(text));
    }
    auto value = from_text(usual, kind);
    if (kind == text_kind::boolean) return value;
    auto n = value.to_number<std::int64_t>();
    if (r.least) n = std::max(n, *r.least);
    if (r.most) n = std::min(n, *r.most);
    return n;
}

}  // namespace agente::http
