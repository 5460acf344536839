#include "channels/turn_queue.hpp"

#include <algorithm>

namespace agente::channels {

void turn_queue::set_due(lanes::iterator at, time when) {
    clear_due(at);
    at->second.due = when;
    due_.emplace(when, at->first);
}

void turn_queue::clear_due(lanes::iterator at) {
    if (!at->second.due) return;
    due_.erase({*at->second.due, at->first});
    at->second.due.reset();
}

void turn_queue::drop_if_idle(lanes::iterator at) {
    if (at->second.running || !at->second.messages.empty()) return;
    clear_due(at);
    lanes_.erase(at);
}

bool turn_queue::note(conversation_key const& of, std::string message_id, std::string tenant,
                      bool bubble, time now) {
    auto at = lanes_.find(of);
    if (at != lanes_.end() && at->second.messages.contains(message_id)) return true;
    if (messages_ >= options_.most_messages) return false;
    if (at == lanes_.end()) at = lanes_.try_emplace(of).first;
    auto& l = at->second;
    l.messages.insert(std::move(message_id));
    l.tenant = std::move(tenant);
    ++messages_;
    if (bubble && !l.first_bubble) l.first_bubble = now;
    if (l.running) return true;  // end() looks at it
    auto when =
        bubble ? std::min(now + options_.debounce, *l.first_bubble + options_.most_debounce) : now;
    if (l.due && !bubble) when = std::min(when, *l.due);
    set_due(at, when);
    return true;
}

std::vector<turn_queue::begun> turn_queue::start(time now) {
    std::vector<begun> all;
    while (running_ < options_.most_running && !due_.empty() && due_.begin()->first <= now) {
        auto const at = lanes_.find(due_.begin()->second);
        clear_due(at);
        auto& l = at->second;
        l.running = true;
        l.in_turn = l.messages;
        l.first_bubble.reset();
        ++running_;
        all.push_back({at->first, l.tenant});
    }
    return all;
}

void turn_queue::took(conversation_key const& of, std::vector<std::string> const& message_ids) {
    auto const at = lanes_.find(of);
    if (at == lanes_.end() || !at->second.running) return;
    for (auto const& id : message_ids) {
        if (at->second.messages.insert(id).second) ++messages_;
        at->second.in_turn.insert(id);
    }
}

std::optional<turn_queue::time> turn_queue::next_due() const {
    if (due_.empty() || running_ >= options_.most_running) return std::nullopt;
    return due_.begin()->first;
}

void turn_queue::end(conversation_key const& of, std::vector<std::string> const& done, time now) {
    auto const at = lanes_.find(of);
    if (at == lanes_.end() || !at->second.running) return;
    auto& l = at->second;
    l.running = false;
    --running_;
    auto forget = [&](std::string const& id) { messages_ -= l.messages.erase(id); };
    for (auto const& id : done) forget(id);
    // What the turn was begun for and did not find open any more has been ended by another
    // instance.
    for (auto const& id : l.in_turn) forget(id);
    l.in_turn.clear();
    if (!l.messages.empty())
        set_due(at, l.first_bubble ? std::min(now + options_.debounce,
                                              *l.first_bubble + options_.most_debounce)
                                   : now);
    drop_if_idle(at);
}

void turn_queue::again(conversation_key const& of, std::vector<std::string> const& done,
                       std::chrono::milliseconds pause, time now) {
    auto const at = lanes_.find(of);
    if (at == lanes_.end() || !at->second.running) return;
    at->second.running = false;
    --running_;
    at->second.in_turn.clear();
    for (auto const& id : done) messages_ -= at->second.messages.erase(id);
    if (at->second.messages.empty()) return drop_if_idle(at);
    set_due(at, now + pause);
}

std::vector<std::string> turn_queue::messages() const {
    std::vector<std::string> all;
    all.reserve(messages_);
    for (auto const& [key, l] : lanes_) all.insert(all.end(), l.messages.begin(), l.messages.end());
    return all;
}

}  // namespace agente::channels
