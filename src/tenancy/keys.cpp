#include "tenancy/keys.hpp"

#include <fmt/format.h>

namespace agente::tenancy {
namespace {

// A ':' inside a part would let ("a:b", "c") and ("a", "b:c") meet in one key.
std::string part(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (char c : text) {
        if (c == ':')
            out += "%3A";
        else if (c == '%')
            out += "%25";
        else
            out.push_back(c);
    }
    return out;
}

std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const code = text.substr(i, 3);
        if (code == "%3A" || code == "%25") {
            out += code == "%3A" ? ':' : '%';
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

// Slugs hold nothing that a pattern gives a meaning to, but a scope may be made of anything.
std::string literal(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (std::string_view("*?[]\\^-").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

}  // namespace

keys::keys(scope const& of) : tenant_(part(of.slug())) {}

std::string keys::session(std::string_view guest) const {
    return fmt::format("session:{}:{}", tenant_, part(guest));
}

std::string keys::turn_lock(std::string_view guest) const {
    return fmt::format("lock:{}:turn:{}", tenant_, part(guest));
}

std::string keys::lock(std::string_view name) const {
    return fmt::format("lock:{}:{}", tenant_, name);
}

std::string keys::stay_lock(std::int64_t room_type, std::chrono::year_month_day night) const {
    return fmt::format("lock:{}:stay:{}:{:04}-{:02}-{:02}", tenant_, room_type,
                       static_cast<int>(night.year()), static_cast<unsigned>(night.month()),
                       static_cast<unsigned>(night.day()));
}

std::string keys::fence() const { return fmt::format("fence:{}", tenant_); }

std::string keys::hotel_choice(std::string_view channel, std::string_view number,
                               std::string_view guest) {
    return fmt::format("hotel_choice:{}:{}:{}", part(channel), part(number), part(guest));
}

std::string keys::rate(std::string_view route, std::string_view by, std::string_view whose) {
    return fmt::format("rate:{}:{}:{}", part(route), part(by), part(whose));
}

std::string keys::sign_in(std::string_view what, std::string_view of, std::string_view whose) {
    return fmt::format("signin:{}:{}:{}", part(what), part(of), part(whose));
}

std::string keys::feature_flags() { return "feature_flags"; }

std::string keys::upkeep(std::string_view what) { return "upkeep:" + std::string(what); }

std::string keys::locks_pattern() const { return "lock:" + literal(tenant_) + ":*"; }

std::string keys::all_locks_pattern() { return "lock:*"; }

std::optional<keys::lock_parts> keys::parse_lock(std::string_view key) {
    constexpr std::string_view prefix = "lock:";
    if (!key.starts_with(prefix)) return std::nullopt;
    key.remove_prefix(prefix.size());
    auto const colon = key.find(':');
    if (colon == 0 || colon == std::string_view::npos || colon + 1 == key.size())
        return std::nullopt;
    return lock_parts{.tenant = unescaped(key.substr(0, colon)),
                      .name = std::string(key.substr(colon + 1))};
}

}  // namespace agente::tenancy
