// The hotel system of each tenant: a hotel of the service's own QloApps server, or of a server that
// the hotel named in its settings. An adapter for each, made when first asked for. One a worker.
#pragma once

#include <map>
#include <memory>
#include <tuple>

#include "app/settings.hpp"
#include "qloapps/adapter.hpp"
#include "tenancy/sealer.hpp"
#include "tenancy/tenant.hpp"

namespace agente::app {

// How the service's own QloApps server is reached, and a hotel's: its own address, key and hotel id
// where it has them. Error: what tenancy::own_pms_of says.
qloapps::adapter_options pms_options(settings const& s);
result<qloapps::adapter_options> pms_options(qloapps::adapter_options service,
                                             tenancy::tenant const& who,
                                             tenancy::sealer const& sealed);

class hotel_systems {
public:
    hotel_systems(net::http_client& http, clock const& time, telemetry::metrics& metrics,
                  settings const& s, tenancy::sealer const& sealed);

    // With the tenant's own hotel id, else PMS_HOTEL_ID. Null, and logged: its settings name a
    // system that cannot be used (a secret that does not open, an address that is none).
    std::shared_ptr<qloapps::adapter> of(tenancy::tenant const& who);
    std::shared_ptr<qloapps::adapter> by_default();

private:
    struct system {  // what tells one from another; the key as it is sealed
        std::string base_url, sealed_key;
        std::string owner;  // of the key: copied to another hotel's settings it opens nothing
        std::int64_t hotel_id{};
        auto operator<=>(system const&) const = default;
    };
    std::shared_ptr<qloapps::adapter> make(qloapps::adapter_options with);

    net::http_client& http_;
    clock const& time_;
    telemetry::metrics& metrics_;
    tenancy::sealer const& sealed_;
    qloapps::adapter_options options_;
    std::map<system, std::shared_ptr<qloapps::adapter>> known_;
    static constexpr std::size_t most_known{4'096};  // a changed key leaves its adapter behind
};

}  // namespace agente::app
