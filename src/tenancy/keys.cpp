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

}  // namespace agente::tenancy
