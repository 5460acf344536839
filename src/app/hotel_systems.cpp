#include "app/hotel_systems.hpp"

namespace agente::app {

hotel_systems::hotel_systems(net::http_client& http, clock const& time, telemetry::metrics& metrics,
                             settings const& s)
    : http_(http), time_(time), metrics_(metrics) {
    options_.base_url = s.pms_base_url;
    options_.key = s.pms_api_key;
    options_.hotel_id = s.pms_hotel_id;
    options_.read_deadline = options_.write_deadline = std::chrono::seconds(s.pms_timeout_seconds);
}

std::shared_ptr<qloapps::adapter> hotel_systems::of(tenancy::tenant const& who) {
    return of(who.pms_hotel_id ? std::int64_t{*who.pms_hotel_id} : options_.hotel_id);
}

std::shared_ptr<qloapps::adapter> hotel_systems::by_default() { return of(options_.hotel_id); }

std::shared_ptr<qloapps::adapter> hotel_systems::of(std::int64_t hotel_id) {
    auto& known = by_hotel_[hotel_id];
    if (!known) {
        auto with = options_;
        with.hotel_id = hotel_id;
        known = std::make_shared<qloapps::adapter>(http_, time_, metrics_, std::move(with));
    }
    return known;
}

}  // namespace agente::app
