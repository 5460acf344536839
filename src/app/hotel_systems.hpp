// The hotel system of each tenant, over one QloApps server: an adapter a hotel id, made when first
// asked for. One a worker.
#pragma once

#include <map>
#include <memory>

#include "app/settings.hpp"
#include "qloapps/adapter.hpp"
#include "tenancy/tenant.hpp"

namespace agente::app {

class hotel_systems {
public:
    hotel_systems(net::http_client& http, clock const& time, telemetry::metrics& metrics,
                  settings const& s);

    // The tenant's own hotel id, else PMS_HOTEL_ID.
    std::shared_ptr<qloapps::adapter> of(tenancy::tenant const& who);
    std::shared_ptr<qloapps::adapter> by_default();

private:
    std::shared_ptr<qloapps::adapter> of(std::int64_t hotel_id);

    net::http_client& http_;
    clock const& time_;
    telemetry::metrics& metrics_;
    qloapps::adapter_options options_;
    std::map<std::int64_t, std::shared_ptr<qloapps::adapter>>
        by_hotel_;  // as many as there are hotels on the server
};

}  // namespace agente::app
