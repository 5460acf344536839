#include "http/json_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <cmath>

#include "base/text.hpp"

namespace agente::http {
namespace {

namespace json = boost::json;
using boost::system::error_code;

constexpr std::size_t longest_quote = 60;  // of a client's own text, in an answer

// Builds the value as Boost.JSON's own parser does, and keeps track of where it is and which names
// each object has had: the library lets the last of equal names win silently.
class strict_handler {
public:
    static constexpr std::size_t max_object_size = json::object::max_size();
    static constexpr std::size_t max_array_size = json::array::max_size();
    static constexpr std::size_t max_key_size = json::string::max_size();
    static constexpr std::size_t max_string_size = json::string::max_size();

    strict_handler() { stack_.reset(json::storage_ptr()); }
    json::value release() { return stack_.release(); }
    std::string const& complaint() const noexcept { return complaint_; }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return begin(false); }
    bool on_array_begin(error_code&) { return begin(true); }
    bool on_object_end(std::size_t n, error_code& ec) {
        auto names = std::move(levels_.back().names);
        levels_.pop_back();
        std::sort(names.begin(), names.end());
        if (auto const twin = std::adjacent_find(names.begin(), names.end()); twin != names.end())
            return refuse(ec, fmt::format("the name \"{}\" is given twice at {}",
                                          text::shorten(*twin, longest_quote), where()));
        stack_.push_object(n);
        return value_done();
    }
    bool on_array_end(std::size_t n, error_code&) {
        levels_.pop_back();
        stack_.push_array(n);
        return value_done();
    }
    bool on_key_part(json::string_view part, std::size_t, error_code&) {
        name_.append(part.data(), part.size());
        stack_.push_chars(part);
        return true;
    }
    bool on_key(json::string_view rest, std::size_t, error_code& ec) {
        name_.append(rest.data(), rest.size());
        stack_.push_key(rest);
        bool const fine = name_.find('\0') == std::string::npos;
        if (!fine) return refuse(ec, fmt::format("a name at {} has a NUL character", where()));
        levels_.back().names.push_back(std::exchange(name_, {}));
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, error_code& ec) {
        stack_.push_chars(part);
        return without_nul(part, ec);
    }
    bool on_string(json::string_view rest, std::size_t, error_code& ec) {
        stack_.push_string(rest);
        return without_nul(rest, ec) && value_done();
    }
    bool on_number_part(json::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t i, json::string_view, error_code&) {
        stack_.push_int64(i);
        return value_done();
    }
    bool on_uint64(std::uint64_t u, json::string_view, error_code&) {
        stack_.push_uint64(u);
        return value_done();
    }
    bool on_double(double d, json::string_view, error_code& ec) {
        if (!std::isfinite(d))
            return refuse(ec, fmt::format("the number at {} is too large", where()));
        stack_.push_double(d);
        return value_done();
    }
    bool on_bool(bool b, error_code&) {
        stack_.push_bool(b);
        return value_done();
    }
    bool on_null(error_code&) {
        stack_.push_null();
        return value_done();
    }
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }

private:
    struct level {
        bool array;
        std::vector<std::string> names;
        std::size_t index{0};
    };

    bool begin(bool array) {
        levels_.push_back({array, {}, 0});
        return true;
    }
    bool value_done() {
        if (!levels_.empty() && levels_.back().array) ++levels_.back().index;
        return true;
    }
    bool without_nul(json::string_view s, error_code& ec) {
        return s.find('\0') == json::string_view::npos ||
               refuse(ec, fmt::format("the text at {} has a NUL character", where()));
    }
    bool refuse(error_code& ec, std::string why) {
        complaint_ = std::move(why);
        ec = json::error::syntax;
        return false;
    }
    std::string where() const {
        std::string pointer = "#";
        for (auto const& l : levels_) {
            pointer += '/';
            if (l.array)
                pointer += std::to_string(l.index);
            else if (!l.names.empty())
                pointer += text::shorten(l.names.back(), longest_quote);
        }
        return pointer;
    }

    json::value_stack stack_;
    std::vector<level> levels_;
    std::string name_;
    std::string complaint_;
};

}  // namespace

result<json::value> parse_json(std::string_view text) {
    if (text::trim(text).empty())
        return error(error_kind::invalid, "http.body_empty",
                     "The body is empty; a JSON document is wanted.");
    json::parse_options options;
    options.max_depth = most_json_depth;
    json::basic_parser<strict_handler> parser(options);
    error_code ec;
    auto const read = parser.write_some(false, text.data(), text.size(), ec);
    auto const& complaint = parser.handler().complaint();
    if (!complaint.empty())
        return error(error_kind::invalid, "http.body_ambiguous",
                     "The body cannot be used: " + complaint + ".");
    if (ec == json::error::too_deep)
        return error(error_kind::invalid, "http.body_too_deep",
                     fmt::format("The body is nested deeper than {} levels, at byte {}.",
                                 most_json_depth, read));
    if (!ec && read < text.size()) ec = json::error::extra_data;
    if (ec)
        return error(error_kind::invalid, "http.body_not_json",
                     fmt::format("The body is not JSON: {} at byte {}.", ec.message(), read));
    return parser.handler().release();
}

bool is_json_type(std::string_view content_type) noexcept {
    auto const semicolon = content_type.find(';');
    auto const type = text::trim(content_type.substr(0, semicolon));
    constexpr std::string_view family = "application/";
    constexpr std::string_view suffix = "+json";
    bool const json = same_name(type, "application/json") ||
                      (type.size() > family.size() + suffix.size() &&
                       same_name(type.substr(0, family.size()), family) &&
                       same_name(type.substr(type.size() - suffix.size()), suffix));
    if (!json || semicolon == std::string_view::npos) return json;
    for (auto rest = content_type.substr(semicolon + 1); !rest.empty();) {
        auto const end = rest.find(';');
        auto const parameter = text::trim(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        constexpr std::string_view name = "charset=";
        if (parameter.size() < name.size() || !same_name(parameter.substr(0, name.size()), name))
            continue;
        auto const charset = parameter.substr(name.size());
        if (!same_name(charset, "utf-8") && !same_name(charset, "\"utf-8\"")) return false;
    }
    return true;
}

json::value json_body(request const& r) {
    if (!is_json_type(r.header("content-type")))
        throw status_failure(
            415,
            error(error_kind::invalid, "http.content_type",
                  "The body must be JSON in UTF-8: send Content-Type: application/json."),
            {{"Accept", "application/json"}});
    return parse_json(r.body).value();
}

}  // namespace agente::http
