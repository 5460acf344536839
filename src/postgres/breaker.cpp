#include "postgres/breaker.hpp"

#include <algorithm>

namespace agente::postgres {

bool breaker::allows(time_point now) noexcept {
    if (!open_) return true;
    if (testing_ || now < until_) return false;
    testing_ = true;
    return true;
}

void breaker::succeeded() noexcept {
    failures_ = 0;
    open_ = testing_ = false;
    pause_ = first_;
}

void breaker::failed(time_point now) noexcept {
    ++failures_;
    if (!open_ && failures_ < limit_) return;
    if (open_ && !testing_) return;  // stragglers from before it opened
    if (open_) pause_ = std::min(pause_ * 2, most_);
    open_ = true;
    testing_ = false;
    until_ = now + pause_;
}

}  // namespace agente::postgres
