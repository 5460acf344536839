// What a hotel has, read from QloApps in five requests and kept for some minutes; many who ask at
// once cause one reading.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "hotel/offer.hpp"
#include "net/gate.hpp"
#include "qloapps/transport.hpp"

namespace agente::qloapps {

// The catalogue with what only the adapter needs of the installation.
struct installation {
    hotel::catalogue catalogue;
    std::int64_t cancelled_state{0};
    std::int64_t refunded_state{0};
};

class catalogue_cache {
public:
    catalogue_cache(transport& to, clock const& time, std::int64_t hotel_id,
                    std::chrono::seconds age)
        : to_(to), time_(time), hotel_id_(hotel_id), age_(age) {}

    // Never older than `age`. "pms.denied" too when QloApps has no hotel of that id, or none of its
    // settings.
    task<result<std::shared_ptr<installation const>>> get();

private:
    struct flight {
        std::optional<error> failed;
        bool over{false};
    };

    task<result<std::shared_ptr<installation const>>> load();

    transport& to_;
    clock const& time_;
    std::int64_t hotel_id_;
    std::chrono::seconds age_;
    std::shared_ptr<installation const> kept_;
    std::chrono::steady_clock::time_point kept_at_{};
    std::shared_ptr<flight> flight_;
    net::gate landed_;
};

}  // namespace agente::qloapps
