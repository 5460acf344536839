#include "qloapps/answer_document.hpp"

#include <boost/json/parse.hpp>
#include <charconv>
#include <cmath>

#include "base/text.hpp"

namespace agente::qloapps {

namespace json = boost::json;

namespace {

constexpr std::size_t most_message = 200;  // code points
constexpr std::size_t most_entries = 10'000;

std::optional<json::value> parse(pms_answer const& a) {
    if (!a.content_type.starts_with("application/json")) return std::nullopt;
    boost::system::error_code failed;
    auto parsed = json::parse(a.body, failed);
    if (failed) return std::nullopt;
    return parsed;
}

bool succeeded(pms_answer const& a) { return a.status == 200 || a.status == 201; }

std::string shown(std::string_view raw) {
    return text::shorten(text::scrub_utf8(raw.substr(0, 4 * most_message)), most_message);
}

}  // namespace

result<json::object> object_in(pms_answer const& a, std::string_view root) {
    if (!succeeded(a)) return error_of(a);
    auto const document = parse(a);
    auto const* top = document ? document->if_object() : nullptr;
    auto const* inside = top ? top->if_contains(root) : nullptr;
    if (!inside || !inside->is_object())
        return nonsense(a, fmt::format("expected JSON with \"{}\"", root));
    return inside->get_object();
}

result<json::array> list_in(pms_answer const& a, std::string_view root) {
    if (!succeeded(a)) return error_of(a);
    auto const document = parse(a);
    if (document && document->is_array() && document->get_array().empty()) return json::array();
    auto const* top = document ? document->if_object() : nullptr;
    auto const* inside = top ? top->if_contains(root) : nullptr;
    if (!inside || !inside->is_array())
        return nonsense(a, fmt::format("expected JSON with a list \"{}\"", root));
    if (inside->get_array().size() > most_entries)
        return nonsense(a, fmt::format("more than {} entries of \"{}\"", most_entries, root));
    return inside->get_array();
}

std::vector<pms_message> errors_in(pms_answer const& a) {
    std::vector<pms_message> found;
    auto const document = parse(a);
    auto const* top = document ? document->if_object() : nullptr;
    auto const* list = top ? top->if_contains("errors") : nullptr;
    if (!list || !list->is_array()) return found;
    for (auto const& entry : list->get_array()) {
        auto const* e = entry.if_object();
        if (!e || found.size() == 100) break;
        found.push_back({whole_in(*e, "code").value_or(0), shown(text_in(*e, "message"))});
    }
    return found;
}

error nonsense(pms_answer const& a, std::string_view why) {
    return error(error_kind::internal, "pms.nonsense",
                 fmt::format("the hotel system answered {} ({}), which cannot be used: {}",
                             a.status, shown(a.content_type), why));
}

error error_of(pms_answer const& a) {
    auto const said = errors_in(a);
    auto const reason = said.empty()
                            ? std::string("no reason given")
                            : fmt::format("{} (code {})", said.back().message, said.back().code);
    switch (a.status) {
        case 502:
        case 503:
        case 504:
            return error(error_kind::unavailable, "pms.unavailable",
                         fmt::format("the hotel system is overloaded or switched off: {}", reason));
        case 401:
        case 405:
            return error(error_kind::forbidden, "pms.denied",
                         fmt::format("the hotel system refused our key or its rights: {}", reason));
        case 301:
        case 302:
        case 307:
        case 308:
            return error(
                error_kind::forbidden, "pms.denied",
                "the hotel system redirected us: the Host we send is not the shop's domain; correct the base URL or the host");
        case 404:
            return error(error_kind::not_found, "pms.not_found",
                         "the hotel system knows no such thing");
        default: return nonsense(a, reason);
    }
}

bool refused_before_doing(pms_answer const& a) {
    if (a.status == 302 && a.body.empty()) return true;
    auto const said = errors_in(a);
    if (a.status == 401) return !said.empty() || a.body == "401 Unauthorized";
    auto const is = [&](std::int64_t code) {
        return said.size() == 1 && said.front().code == code;
    };
    return (a.status == 405 && (is(23) || is(25) || is(101))) || (a.status == 503 && is(22));
}

std::string text_in(json::object const& from, std::string_view key) {
    auto const* v = from.if_contains(key);
    if (!v) return {};
    switch (v->kind()) {
        case json::kind::string:
            return text::scrub_utf8(
                {v->get_string().data(), v->get_string().size()});  // also without NUL
        case json::kind::int64: return fmt::format("{}", v->get_int64());
        case json::kind::uint64: return fmt::format("{}", v->get_uint64());
        case json::kind::double_: return fmt::format("{}", v->get_double());
        default: return {};
    }
}

std::optional<std::int64_t> whole_in(json::object const& from, std::string_view key) {
    auto const* v = from.if_contains(key);
    if (!v) return std::nullopt;
    if (v->is_int64()) return v->get_int64();
    auto const* text = v->if_string();
    if (!text) return std::nullopt;
    std::int64_t number = 0;
    auto const [end, failed] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (failed != std::errc() || end != text->data() + text->size()) return std::nullopt;
    return number;
}

std::optional<std::int64_t> micros_in(json::object const& from, std::string_view key) {
    constexpr double most = 1e9;
    auto const* v = from.if_contains(key);
    if (!v) return std::nullopt;
    if (v->is_int64() && v->get_int64() >= 0 && v->get_int64() <= static_cast<std::int64_t>(most))
        return v->get_int64() * 1'000'000;
    if (v->is_double() && v->get_double() >= 0 && v->get_double() <= most)
        return std::llround(v->get_double() * 1e6);
    auto const* text = v->if_string();
    if (!text) return std::nullopt;
    auto const parsed = hotel::parse_money({text->data(), text->size()}, "");
    if (parsed.has_error() || parsed->micros < 0) return std::nullopt;
    return parsed->micros;
}

bool flag_in(json::object const& from, std::string_view key) {
    auto const* v = from.if_contains(key);
    return v && ((v->is_bool() && v->get_bool()) || whole_in(from, key) == 1);
}

json::object const& child_of(json::object const& from, std::string_view key) {
    static json::object const none;
    auto const* v = from.if_contains(key);
    return v && v->is_object() ? v->get_object() : none;
}

}  // namespace agente::qloapps
