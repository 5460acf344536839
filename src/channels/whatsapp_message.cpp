#include "channels/whatsapp_message.hpp"

#include <boost/json/array.hpp>
#include <set>

#include "base/text.hpp"

namespace agente::channels {
namespace {

namespace json = boost::json;
namespace limits = guest::limits;
using guest::reply;

constexpr std::size_t longest_button_id = 256;

// The options with titles that fit and differ, or nothing when that cannot be.
std::optional<std::vector<guest::option>> fitted(reply const& said) {
    bool const list = said.kind == reply::kind::list;
    auto options = said.options;
    if (options.empty() || options.size() > (list ? limits::rows : limits::buttons))
        return std::nullopt;
    std::set<std::string> ids, titles;
    for (std::size_t i = 0; i < options.size(); ++i) {
        auto& o = options[i];
        auto const most = list ? limits::row_title : limits::button_title;
        if (o.id.empty() || o.id.size() > (list ? limits::option_id : longest_button_id) ||
            !ids.insert(o.id).second)
            return std::nullopt;
        auto const title = std::string(text::trim(o.title));
        if (title.empty()) return std::nullopt;
        o.title = text::shorten(title, most);
        if (titles.contains(o.title))
            o.title = text::shorten(fmt::format("{}. {}", i + 1, title), most);
        if (!titles.insert(o.title).second) return std::nullopt;
        o.description = text::shorten(text::trim(o.description), limits::row_description);
    }
    return options;
}

json::object buttons(std::vector<guest::option> const& options) {
    json::array all;
    for (auto const& o : options)
        all.push_back(json::object{{"type", "reply"},
                                   {"reply", json::object{{"id", o.id}, {"title", o.title}}}});
    return {{"buttons", std::move(all)}};
}

json::object rows(std::vector<guest::option> const& options, std::string_view opens_with) {
    json::array all;
    for (auto const& o : options) {
        json::object row{{"id", o.id}, {"title", o.title}};
        if (!o.description.empty()) row["description"] = o.description;
        all.push_back(std::move(row));
    }
    auto const label = text::shorten(text::trim(opens_with), limits::list_button);
    return {{"button", label.empty() ? "…" : label},
            {"sections", json::array{json::object{{"rows", std::move(all)}}}}};
}

}  // namespace

json::object whatsapp_message(reply const& said, whatsapp_recipient const& to) {
    json::object message{{"messaging_product", "whatsapp"}, {"recipient_type", "individual"}};
    if (!to.phone.empty())
        message["to"] = to.phone.substr(to.phone.starts_with('+') ? 1 : 0);
    else
        message["recipient"] = to.user_id;

    auto const body = std::string(text::trim(said.text));
    if (said.kind != reply::kind::text && !body.empty() &&
        text::code_points(body) <= limits::interactive)
        if (auto const options = fitted(said)) {
            bool const list = said.kind == reply::kind::list;
            message["type"] = "interactive";
            message["interactive"] = json::object{
                {"type", list ? "list" : "button"},
                {"body", json::object{{"text", body}}},
                {"action", list ? rows(*options, said.list_button) : buttons(*options)}};
            return message;
        }
    auto words = text::shorten(text::trim(guest::as_plain_text(said)), limits::text);
    message["type"] = "text";
    message["text"] = json::object{{"preview_url", false}, {"body", words.empty() ? "…" : words}};
    return message;
}

std::vector<reply> joined(std::vector<reply> replies) {
    std::vector<reply> out;
    for (auto& next : replies) {
        auto const most = next.kind == reply::kind::text ? limits::text : limits::interactive;
        if (!out.empty() && out.back().kind == reply::kind::text &&
            text::code_points(out.back().text) + 2 + text::code_points(next.text) <= most) {
            next.text = out.back().text + "\n\n" + next.text;
            out.back() = std::move(next);
        } else {
            out.push_back(std::move(next));
        }
    }
    return out;
}

}  // namespace agente::channels
