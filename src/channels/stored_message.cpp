#include "channels/stored_message.hpp"

#include <algorithm>
#include <boost/json/object.hpp>

namespace agente::channels {
namespace {

namespace json = boost::json;

std::string text_at(json::value const& body, std::string_view name) {
    auto const* object = body.if_object();
    auto const* found = object ? object->if_contains(name) : nullptr;
    auto const* s = found ? found->if_string() : nullptr;
    return s ? std::string(*s) : std::string();
}

void put(json::object& into, std::string_view name, std::string const& text) {
    if (!text.empty()) into[name] = text;
}

}  // namespace

json::value to_body(incoming_message const& m) {
    json::object body;
    put(body, "text", m.text);
    put(body, "choice", m.choice);
    put(body, "name", m.profile_name);
    put(body, "phone", m.phone);
    put(body, "user_id", m.user_id);
    if (!m.raw.is_null()) body["raw"] = m.raw;
    return body;
}

void read_body(incoming_message& into, json::value const& body) {
    into.text = text_at(body, "text");
    into.choice = text_at(body, "choice");
    into.profile_name = text_at(body, "name");
    into.phone = text_at(body, "phone");
    into.user_id = text_at(body, "user_id");
}

bool is_bubble(incoming_message const& m) { return m.kind != "choice"; }

bool is_silent(incoming_message const& m) {
    for (auto const* kind : {"reaction", "edited", "edit", "revoked", "revoke", "deleted", "system",
                             "group", "empty", "request_welcome", "ephemeral"})
        if (m.kind == kind) return true;
    return false;
}

std::vector<planned_turn> plan_turns(std::vector<stored_message> messages,
                                     bool (*answered_before)(void const*, std::string const&),
                                     void const* context) {
    std::stable_sort(messages.begin(), messages.end(), [](auto const& a, auto const& b) {
        return std::tie(a.message.sent_at, a.id) < std::tie(b.message.sent_at, b.id);
    });
    auto answered = [&](std::string const& id) { return answered_before(context, id); };
    std::vector<planned_turn> turns;
    std::vector<std::string> silent;
    bool last_was_tap = false, last_was_answered = false;
    for (auto& one : messages) {
        auto& m = one.message;
        if (is_silent(m)) {
            if (turns.empty())
                silent.push_back(one.id);
            else
                turns.back().ids.push_back(one.id);
            continue;
        }
        bool const tap = m.kind == "choice", done = answered(one.id);
        bool const joins =
            !turns.empty() && done == last_was_answered && (done || (!tap && !last_was_tap));
        if (!joins) {
            turns.push_back({.said = guest::turn{.id = one.id,
                                                 .guest = m.phone.empty() ? m.guest : m.phone,
                                                 .recipient = m.number_id,
                                                 .text = tap ? std::string() : m.text,
                                                 .choice = m.choice,
                                                 .readable = m.answerable(),
                                                 .at = m.sent_at}});
        } else {
            auto& turn = *turns.back().said;
            turn.also.push_back(one.id);
            if (!turn.text.empty() && !m.text.empty()) turn.text += '\n';
            turn.text += m.text;
            turn.readable = turn.readable || m.answerable();
            turn.at = std::max(turn.at, m.sent_at);
        }
        auto& turn = *turns.back().said;
        if (!m.profile_name.empty()) turn.profile_name = m.profile_name;
        turns.back().ids.push_back(one.id);
        last_was_tap = tap;
        last_was_answered = done;
    }
    if (!silent.empty()) {
        if (turns.empty()) turns.push_back({});
        turns.front().ids.insert(turns.front().ids.end(), silent.begin(), silent.end());
    }
    return turns;
}

}  // namespace agente::channels
