// Waiting for what another process will do, in tests of this folder.
#pragma once

#include <poll.h>

#include <chrono>

namespace agente::e2e {

// True as soon as `holds`, which is asked again every few milliseconds; false when it does not hold
// in time.
template <class Condition>
bool eventually(Condition holds, std::chrono::milliseconds limit = std::chrono::seconds(60)) {
    auto const until = std::chrono::steady_clock::now() + limit;
    while (!holds()) {
        if (std::chrono::steady_clock::now() >= until) return false;
        ::poll(nullptr, 0, 10);
    }
    return true;
}

}  // namespace agente::e2e
