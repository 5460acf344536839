#include "channels/delivery_state.hpp"

#include <map>
#include <tuple>

#include "base/text.hpp"

namespace agente::channels {
namespace {

bool is_uuid(std::string_view s) noexcept {
    if (s.size() != 36) return false;
    for (std::size_t i = 0; i < s.size(); ++i) {
        bool const dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool const hex = (s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'f') ||
                         (s[i] >= 'A' && s[i] <= 'F');
        if (dash ? s[i] != '-' : !hex) return false;
    }
    return true;
}

void earliest(std::optional<time_point>& at, time_point candidate) {
    if (!at || candidate < *at) at = candidate;
}

}  // namespace

int rank(delivery state) noexcept {
    switch (state) {
        case delivery::sent: return 1;
        case delivery::failed: return 2;
        case delivery::delivered: return 3;
        case delivery::read: return 4;
    }
    return 0;
}

std::vector<delivery_summary> summarise(std::vector<delivery_update> const& updates) {
    std::map<std::tuple<std::string, std::string, std::string>, delivery_summary> by_message;
    for (auto const& u : updates) {
        auto const reference = is_uuid(u.reference) ? text::lower(u.reference) : std::string();
        if (reference.empty() && u.provider_message_id.empty()) continue;
        auto const key =
            std::tuple(reference, reference.empty() ? u.provider_message_id : "", u.number_id);
        auto [at, fresh] = by_message.try_emplace(key);
        auto& s = at->second;
        if (fresh) {
            s.number_id = u.number_id;
            s.reference = reference;
            s.state = u.state;
        }
        if (!u.provider_message_id.empty()) s.provider_message_id = u.provider_message_id;
        if (rank(u.state) > rank(s.state)) s.state = u.state;
        switch (u.state) {
            case delivery::sent: earliest(s.sent_at, u.at); break;
            case delivery::delivered: earliest(s.delivered_at, u.at); break;
            case delivery::read: earliest(s.read_at, u.at); break;
            case delivery::failed:
                earliest(s.failed_at, u.at);
                s.error_code = u.error_code;
                s.error = u.error;
                break;
        }
    }
    std::vector<delivery_summary> all;
    all.reserve(by_message.size());
    for (auto& [key, s] : by_message) all.push_back(std::move(s));
    return all;
}

}  // namespace agente::channels
