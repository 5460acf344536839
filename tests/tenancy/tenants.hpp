// Two hotels and the routes over them, for the tests of tenant_service.
#pragma once

#include <gmock/gmock.h>

#include "tenancy/feature_flags.hpp"
#include "tenancy/rig.hpp"
#include "tenancy/tenancy_store.hpp"
#include "tenancy/tenant_routes.hpp"
#include "tenancy/tenant_secrets.hpp"
#include "tenancy/tenant_service.hpp"

namespace agente::tenancy::test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

inline constexpr auto all = "/api/v1/admin/tenants";
inline std::string one(std::string const& slug) { return std::string(all) + "/" + slug; }

inline secret key(char with) { return secret(std::string(32, with)); }

class tenants : public testing::Test {
protected:
    tenants() { add_tenant_routes(r.routes, service); }

    void two_hotels() {
        r.sql(
            "insert into tenants (tenant_id, name) values ('sol', 'Hotel Sol'), ('luna', 'Luna')");
    }
    std::string column(std::string const& slug, std::string const& what) {
        return r.sql("select " + what + " from tenants where tenant_id = '" + slug + "'");
    }

    rig r;
    sealer seals{{key('a')}};
    feature_flags flags{r.redis, r.time};
    tenant_service service{r.database, seals, flags, r.events};
};

}  // namespace agente::tenancy::test
