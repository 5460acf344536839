#include "app/hotel_systems.hpp"

#include "base/log.hpp"
#include "tenancy/tenant_secrets.hpp"

namespace agente::app {

hotel_systems::hotel_systems(net::http_client& http, clock const& time, telemetry::metrics& metrics,
                             settings const& s, tenancy::sealer const& sealed)
    : http_(http), time_(time), metrics_(metrics), sealed_(sealed) {
    options_.base_url = s.pms_base_url;
    options_.key = s.pms_api_key;
    options_.hotel_id = s.pms_hotel_id;
    options_.read_deadline = options_.write_deadline = std::chrono::seconds(s.pms_timeout_seconds);
}

std::shared_ptr<qloapps::adapter> hotel_systems::of(tenancy::tenant const& who) {
    system const which{
        .base_url = who.pms_base_url,
        .sealed_key = who.pms_api_key,
        .owner = who.pms_api_key.empty() ? std::string() : who.slug,
        .hotel_id = who.pms_hotel_id ? std::int64_t{*who.pms_hotel_id} : options_.hotel_id};
    if (auto const found = known_.find(which); found != known_.end()) return found->second;
    auto own = tenancy::own_pms_of(who, sealed_);
    if (!own) {
        log::error("pms.not_configured", {{"tenant", who.slug},
                                          {"code", own.error().code()},
                                          {"message", own.error().message()}});
        return nullptr;
    }
    auto with = options_;
    with.hotel_id = which.hotel_id;
    if (!own->base_url.empty()) with.base_url = own->base_url;
    if (own->key) with.key = *own->key;
    try {
        if (known_.size() >= most_known) known_.clear();
        return known_[which] = make(std::move(with));
    } catch (failure const& e) {
        log::error("pms.not_configured", {{"tenant", who.slug}, {"message", e.what()}});
        known_.erase(which);
        return nullptr;
    }
}

std::shared_ptr<qloapps::adapter> hotel_systems::by_default() { return of(tenancy::tenant{}); }

std::shared_ptr<qloapps::adapter> hotel_systems::make(qloapps::adapter_options with) {
    return std::make_shared<qloapps::adapter>(http_, time_, metrics_, std::move(with));
}

}  // namespace agente::app
