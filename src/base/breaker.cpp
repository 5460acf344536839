#include "base/breaker.hpp"

#include <algorithm>

namespace agente {

bool breaker::allows(time_point now) noexcept {
    if (!open_) return true;
    if (trying_ || now < until_) return false;
    trying_ = true;
    return true;
}

void breaker::succeeded() noexcept {
    failures_ = 0;
    open_ = trying_ = false;
    pause_ = limits_.pause;
}

void breaker::failed(time_point now) noexcept {
    if (open_ && !trying_) return;  // sent before it opened
    if (open_)
        pause_ = std::min(pause_ * 2, limits_.most_pause);
    else if (++failures_ < limits_.failures)
        return;
    open_ = true;
    trying_ = false;
    until_ = now + pause_;
}

}  // namespace agente
