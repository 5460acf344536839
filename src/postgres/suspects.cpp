#include "postgres/suspects.hpp"

namespace agente::postgres {

void suspects::timed_out(unit const& one, steady_time now) {
    std::erase_if(known_, [&](auto const& entry) {
        return now - entry.second.last > memory && entry.second.alone_until <= now;
    });
    auto key = std::pair(std::string(one.query), one.tenant);
    auto at = known_.find(key);
    if (at == known_.end()) {
        if (known_.size() >= most) return;
        at = known_.emplace(std::move(key), record{}).first;
    }
    auto& seen = at->second;
    seen.last = now;
    if (++seen.timeouts < 2) return;
    seen.timeouts = 1;  // one more after the sentence is enough
    seen.alone_until = now + sentence;
}

bool suspects::alone(unit const& one, steady_time now) const {
    if (known_.empty()) return false;
    auto const at = known_.find(std::pair(std::string(one.query), one.tenant));
    return at != known_.end() && at->second.alone_until > now;
}

}  // namespace agente::postgres
