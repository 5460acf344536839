#include "postgres/pacer.hpp"

namespace agente::postgres {

void pacer::landed(steady_duration flight) noexcept {
    flight_ = flight_ == steady_duration::zero() ? flight : flight_ + (flight - flight_) / 8;
}

steady_time pacer::earliest(std::size_t connections, bool all_free) const noexcept {
    if (!last_ || all_free || near() || connections == 0) return steady_time::min();
    return *last_ + flight_ / static_cast<steady_duration::rep>(connections);
}

}  // namespace agente::postgres
