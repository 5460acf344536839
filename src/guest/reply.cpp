#include "guest/reply.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace agente::guest {
namespace {

constexpr std::string_view kind_names[] = {"text", "buttons", "list"};

error malformed(std::string what) {
    return error(error_kind::invalid, "reply.malformed", "not a reply: " + std::move(what));
}

// Cuts the titles and keeps them different: channels refuse two equal ones.
void fit_titles(std::vector<option>& options, std::size_t most) {
    std::vector<std::string> taken;
    for (std::size_t i = 0; i < options.size(); ++i) {
        auto title = text::shorten(options[i].title, most);
        if (std::ranges::find(taken, title) != taken.end())
            title = text::shorten(fmt::format("{}. {}", i + 1, options[i].title), most);
        taken.push_back(title);
        options[i].title = std::move(title);
    }
}

std::string string_at(boost::json::object const& object, std::string_view name) {
    auto const* v = object.if_contains(name);
    return v && v->is_string() ? std::string(v->get_string()) : std::string();
}

bool within_limits(reply const& r) {
    bool const list = r.kind == reply::kind::list;
    if (r.kind == reply::kind::text)
        return r.options.empty() && text::code_points(r.text) <= limits::text;
    if (r.options.empty() || r.options.size() > (list ? limits::rows : limits::buttons))
        return false;
    if (text::code_points(r.text) > limits::interactive ||
        text::code_points(r.list_button) > limits::list_button)
        return false;
    return std::ranges::all_of(r.options, [&](option const& o) {
        return !o.id.empty() && o.id.size() <= limits::option_id &&
               text::code_points(o.title) <= (list ? limits::row_title : limits::button_title) &&
               text::code_points(o.description) <= limits::row_description;
    });
}

}  // namespace

reply make_reply(std::string words, std::vector<option> options, std::string list_button) {
    reply r;
    if (options.size() > limits::rows) options.resize(limits::rows);
    bool const described =
        std::ranges::any_of(options, [](option const& o) { return !o.description.empty(); });
    if (options.empty())
        r.kind = reply::kind::text;
    else
        r.kind = options.size() <= limits::buttons && !described ? reply::kind::buttons
                                                                 : reply::kind::list;

    r.text = text::shorten(words, r.kind == reply::kind::text ? limits::text : limits::interactive);
    for (auto& o : options) o.description = text::shorten(o.description, limits::row_description);
    fit_titles(options, r.kind == reply::kind::list ? limits::row_title : limits::button_title);
    r.options = std::move(options);
    if (r.kind == reply::kind::list)
        r.list_button = text::shorten(list_button, limits::list_button);
    return r;
}

std::string as_plain_text(reply const& r) {
    auto all = r.text;
    for (std::size_t i = 0; i < r.options.size(); ++i) {
        all += fmt::format("\n{}. {}", i + 1, r.options[i].title);
        if (!r.options[i].description.empty()) all += " – " + r.options[i].description;
    }
    return text::shorten(all, limits::text);
}

boost::json::value to_json(reply const& r) {
    boost::json::object o;
    o["kind"] = kind_names[static_cast<std::size_t>(r.kind)];
    o["text"] = r.text;
    if (r.options.empty()) return o;
    auto& options = (o["options"] = boost::json::array()).get_array();
    for (auto const& one : r.options) {
        boost::json::object row{{"id", one.id}, {"title", one.title}};
        if (!one.description.empty()) row["description"] = one.description;
        options.push_back(std::move(row));
    }
    if (!r.list_button.empty()) o["list_button"] = r.list_button;
    return o;
}

result<reply> reply_from_json(boost::json::value const& v) {
    auto const* o = v.if_object();
    if (!o) return malformed("an object was expected");
    reply r;
    auto const name = string_at(*o, "kind");
    auto const found = std::ranges::find(kind_names, name);
    if (found == std::end(kind_names)) return malformed("its kind is none of text, buttons, list");
    r.kind = static_cast<enum reply::kind>(found - std::begin(kind_names));
    r.text = string_at(*o, "text");
    r.list_button = string_at(*o, "list_button");
    if (auto const* options = o->if_contains("options")) {
        auto const* rows = options->if_array();
        if (!rows || rows->size() > limits::rows)
            return malformed("its options are not a list of at most ten");
        for (auto const& row : *rows) {
            auto const* fields = row.if_object();
            if (!fields) return malformed("an option is not an object");
            r.options.push_back({string_at(*fields, "id"), string_at(*fields, "title"),
                                 string_at(*fields, "description")});
        }
    }
    if (r.text.empty() || !within_limits(r))
        return malformed("a text is missing or longer than its limit");
    return r;
}

}  // namespace agente::guest
