#include "postgres/backoff.hpp"

#include <algorithm>

namespace agente::postgres {

std::chrono::milliseconds backoff::failed(bool login_refused, double dice) noexcept {
    using std::chrono::milliseconds;
    ++failures_;
    if (login_refused) {
        constexpr milliseconds waits[]{milliseconds(2'000), milliseconds(5'000), milliseconds(15'000), milliseconds(150'000)};
        auto const wait = waits[std::min(refusals_, 3)];
        ++refusals_;
        return wait + milliseconds(static_cast<int>(dice * 1'000));
    }
    auto const step = std::min(5'000, 100 << std::min(failures_ - 1, 6));
    return milliseconds(static_cast<int>(step * (0.5 + dice)));
}

}  // namespace agente::postgres
