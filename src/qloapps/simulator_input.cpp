#include "qloapps/simulator_input.hpp"

#include <boost/json/parse.hpp>
#include <charconv>
#include <pugixml.hpp>

#include "base/text.hpp"
#include "hotel/money.hpp"

namespace agente::qloapps::simulation {

namespace json = boost::json;

namespace {

constexpr int deepest = 32;

bool is_list(std::string_view tag) {
    return tag == "room_types" || tag == "rooms" || tag == "services" || tag == "child_ages" ||
           tag == "room_occupancies";
}

bool has_elements(pugi::xml_node node) {
    return static_cast<bool>(
        node.find_child([](pugi::xml_node c) { return c.type() == pugi::node_element; }));
}

json::value to_tree(pugi::xml_node node, int depth) {
    if (depth > deepest) return {};
    if (is_list(node.name())) {
        json::array list;
        for (auto child : node.children())
            if (child.type() == pugi::node_element) list.push_back(to_tree(child, depth + 1));
        return list;
    }
    if (!has_elements(node)) return json::value(node.child_value());
    json::object object;
    for (auto child : node.children())
        if (child.type() == pugi::node_element) object[child.name()] = to_tree(child, depth + 1);
    return object;
}

// The innermost element still open at the end of `body`; empty when the text does not even begin
// with one.
std::string open_element(std::string_view body) {
    std::vector<std::string> open;
    for (std::size_t at = body.find('<'); at != std::string_view::npos;
         at = body.find('<', at + 1)) {
        auto const end = body.find('>', at);
        if (end == std::string_view::npos) break;
        auto const tag = body.substr(at + 1, end - at - 1);
        if (tag.empty() || tag.front() == '?' || tag.front() == '!' || tag.ends_with('/')) continue;
        if (tag.front() != '/')
            open.emplace_back(tag.substr(0, tag.find_first_of(" \t\n")));
        else if (!open.empty())
            open.pop_back();
    }
    return open.empty() ? std::string() : open.back();
}

}  // namespace

std::optional<json::object> parse_body(std::string_view body, std::string_view root) {
    if (text::trim(body).starts_with('{')) {
        boost::system::error_code failed;
        auto const parsed = json::parse(body, failed);
        auto const* document = failed ? nullptr : parsed.if_object();
        auto const* inside = document ? document->if_contains(root) : nullptr;
        if (!inside || !inside->is_object()) return std::nullopt;
        return inside->get_object();
    }
    pugi::xml_document document;
    if (!document.load_buffer(body.data(), body.size())) return std::nullopt;
    auto const inside = document.child("qloapps").child(std::string(root).c_str());
    if (!inside) return std::nullopt;
    auto tree = to_tree(inside, 0);
    return tree.is_object() ? tree.get_object() : json::object();
}

std::vector<problem> xml_warnings(std::string_view function, std::string_view body,
                                  std::string_view file, int line) {
    auto const open = open_element(body);
    bool const starts = text::trim(body).starts_with('<');
    auto const what = starts ? fmt::format("Premature end of data in tag {} line 1", open)
                             : std::string("Start tag expected, '<' not found");
    auto const caret = std::string(starts ? body.size() : 0, ' ') + "^";
    return {php_warning(fmt::format("{}: Entity: line 1: parser error : {}", function, what), file,
                        line),
            php_warning(fmt::format("{}: {}", function, body), file, line),
            php_warning(fmt::format("{}: {}", function, caret), file, line)};
}

std::string text_of(json::object const& from, std::string_view key) {
    auto const* found = from.if_contains(key);
    if (!found) return {};
    switch (found->kind()) {
        case json::kind::string: return std::string(found->get_string());
        case json::kind::int64: return fmt::format("{}", found->get_int64());
        case json::kind::uint64: return fmt::format("{}", found->get_uint64());
        case json::kind::double_: return fmt::format("{}", found->get_double());
        case json::kind::bool_: return found->get_bool() ? "1" : "";
        default: return {};
    }
}

std::optional<std::int64_t> number_of(json::object const& from, std::string_view key) {
    auto const text = text_of(from, key);
    std::int64_t number = 0;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc() || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return number;
}

std::optional<std::int64_t> micros_of(json::object const& from, std::string_view key) {
    auto const parsed = hotel::parse_money(text_of(from, key), "");
    if (parsed.has_error()) return std::nullopt;
    return parsed->micros;
}

bool has(json::object const& from, std::string_view key) {
    auto const* found = from.if_contains(key);
    if (!found || found->is_null()) return false;
    if (auto const* list = found->if_array()) return !list->empty();
    if (auto const* object = found->if_object()) return !object->empty();
    return !text_of(from, key).empty();
}

json::object const& object_of(json::object const& from, std::string_view key) {
    static json::object const none;
    auto const* found = from.if_contains(key);
    return found && found->is_object() ? found->get_object() : none;
}

json::array const& list_of(json::object const& from, std::string_view key) {
    static json::array const none;
    auto const* found = from.if_contains(key);
    return found && found->is_array() ? found->get_array() : none;
}

}  // namespace agente::qloapps::simulation
