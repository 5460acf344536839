#include "app/hotel_systems.hpp"

#include "base/log.hpp"
#include "tenancy/tenant_secrets.hpp"

namespace agente::app {

qloapps::adapter_options pms_options(settings const& s) {
    qloapps::adapter_options out;
    out.base_url = s.pms_base_url;
    out.key = s.pms_api_key;
    out.hotel_id = s.pms_hotel_id;
    out.read_deadline = out.write_deadline = std::chrono::seconds(s.pms_timeout_seconds);
    return out;
}

result<qloapps::adapter_options> pms_options(qloapps::adapter_options service,
                                             tenancy::tenant const& who,
                                             tenancy::sealer const& sealed) {
    auto own = tenancy::own_pms_of(who, sealed);
    if (!own) return own.error();
    if (who.pms_hotel_id) service.hotel_id = *who.pms_hotel_id;
    if (!own->base_url.empty()) service.base_url = own->base_url;
    if (own->key) service.key = *own->key;
    return service;
}

hotel_systems::hotel_systems(net::http_client& http, clock const& time, telemetry::metrics& metrics,
                             settings const& s, tenancy::sealer const& sealed)
    : http_(http), time_(time), metrics_(metrics), sealed_(sealed), options_(pms_options(s)) {}

std::shared_ptr<qloapps::adapter> hotel_systems::of(tenancy::tenant const& who) {
    system const which{
        .base_url = who.own().pms_base_url,
        .sealed_key = who.own().pms_api_key,
        .owner = who.own().pms_api_key.empty() ? std::string() : who.slug,
        .hotel_id = who.pms_hotel_id ? std::int64_t{*who.pms_hotel_id} : options_.hotel_id};
    if (auto const found = known_.find(which); found != known_.end()) return found->second;
    auto with = pms_options(options_, who, sealed_);
    if (!with) {
        log::error("pms.not_configured", {{"tenant", who.slug},
                                          {"code", with.error().code()},
                                          {"message", with.error().message()}});
        return nullptr;
    }
    try {
        if (known_.size() >= most_known) known_.clear();
        return known_[which] = make(std::move(*with));
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
