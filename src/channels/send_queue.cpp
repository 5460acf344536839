#include "channels/send_queue.hpp"

#include <algorithm>

namespace agente::channels {

void send_queue::add(outgoing one) {
    auto& l = lanes_[one.to];
    if (l.waiting.empty() && l.under_way.empty()) order_.push_back(one.to);
    l.waiting.push_back(std::move(one));
    ++size_;
}

send_queue::number& send_queue::number_of(std::string const& id, time now) {
    auto& n = numbers_.try_emplace(id, number{options_.burst, now}).first->second;
    auto const passed = std::chrono::duration<double>(now - n.at).count();
    if (passed > 0) {
        n.tokens = std::min(options_.burst, n.tokens + passed * options_.rate);
        n.at = now;
    }
    return n;
}

std::vector<outgoing> send_queue::start(time now) {
    std::vector<outgoing> begun;
    std::deque<conversation_key> later;
    while (!order_.empty() && under_way_ < options_.most_under_way) {
        auto key = std::move(order_.front());
        order_.pop_front();
        auto& l = lanes_.at(key);
        auto& n = number_of(key.number_id, now);
        if (l.not_before > now || n.not_before > now || n.tokens < 1) {
            later.push_back(std::move(key));
            continue;
        }
        n.tokens -= 1;
        begun.push_back(std::move(l.waiting.front()));
        l.waiting.pop_front();
        l.under_way = begun.back().id;
        ++under_way_;
    }
    order_.insert(order_.begin(), std::make_move_iterator(later.begin()),
                  std::make_move_iterator(later.end()));
    return begun;
}

send_queue::time send_queue::earliest(conversation_key const& key, lane const& l, time now) const {
    auto when = std::max(now, l.not_before);
    auto const found = numbers_.find(key.number_id);
    if (found == numbers_.end()) return when;
    auto const& n = found->second;
    when = std::max(when, n.not_before);
    if (n.tokens < 1) {
        auto const wait = std::chrono::duration<double>((1 - n.tokens) / options_.rate);
        when = std::max(when, n.at + std::chrono::ceil<std::chrono::milliseconds>(wait));
    }
    return when;
}

std::optional<send_queue::time> send_queue::next_start(time now) const {
    if (under_way_ >= options_.most_under_way) return std::nullopt;
    std::optional<time> first;
    for (auto const& key : order_) {
        auto const when = earliest(key, lanes_.at(key), now);
        if (!first || when < *first) first = when;
        if (*first <= now) break;
    }
    return first;
}

void send_queue::done(conversation_key const& of) {
    auto const at = lanes_.find(of);
    if (at == lanes_.end() || at->second.under_way.empty()) return;
    at->second.under_way.clear();
    --under_way_;
    --size_;
    if (at->second.waiting.empty())
        lanes_.erase(at);
    else
        order_.push_back(of);
}

void send_queue::again(outgoing one, time when) {
    auto const at = lanes_.find(one.to);
    if (at == lanes_.end() || at->second.under_way != one.id) return;
    at->second.under_way.clear();
    --under_way_;
    at->second.not_before = when;
    order_.push_back(one.to);
    at->second.waiting.push_front(std::move(one));
}

void send_queue::hold(std::string const& number_id, time when) {
    auto& n = numbers_.try_emplace(number_id, number{options_.burst, {}}).first->second;
    n.not_before = std::max(n.not_before, when);
}

std::vector<std::string> send_queue::messages() const {
    std::vector<std::string> all;
    all.reserve(size_);
    for (auto const& [key, l] : lanes_) {
        if (!l.under_way.empty()) all.push_back(l.under_way);
        for (auto const& one : l.waiting) all.push_back(one.id);
    }
    return all;
}

std::vector<std::string> send_queue::waiting() const {
    std::vector<std::string> all;
    for (auto const& [key, l] : lanes_)
        for (auto const& one : l.waiting) all.push_back(one.id);
    return all;
}

}  // namespace agente::channels
