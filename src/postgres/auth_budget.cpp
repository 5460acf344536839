#include "postgres/auth_budget.hpp"

namespace agente::postgres {

std::optional<std::size_t> auth_budget::take(time_point now) noexcept {
    using std::chrono::duration_cast, std::chrono::milliseconds;
    auto const at = duration_cast<milliseconds>(now.time_since_epoch()).count() + 1;
    for (std::size_t place = 0; place < attempts; ++place) {
        auto seen = taken_[place].load();
        if (seen != 0 && at - seen < duration_cast<milliseconds>(window).count()) continue;
        if (taken_[place].compare_exchange_strong(seen, at)) return place;
    }
    return std::nullopt;
}

void auth_budget::give_back(std::size_t place) noexcept { taken_[place].store(0); }

std::chrono::milliseconds wait_after_refusal(int refusals) noexcept {
    using std::chrono::seconds;
    switch (refusals) {
        case 1: return seconds(2);
        case 2: return seconds(5);
        case 3: return seconds(15);
        default: return auth_budget::window;
    }
}

}  // namespace agente::postgres
