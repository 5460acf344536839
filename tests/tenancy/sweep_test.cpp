// The whole admin API of hotels, identifiers, flags and locks, asked in hundreds of wrong ways by
// an operator and by a hotel's owner.
#include <gtest/gtest.h>

#include "booking/lock_routes.hpp"
#include "booking/lock_view.hpp"
#include "http/openapi.hpp"
#include "http/schema_check.hpp"
#include "support/api_sweep.hpp"
#include "tenancy/feature_flags.hpp"
#include "tenancy/flag_routes.hpp"
#include "tenancy/flag_service.hpp"
#include "tenancy/identifier_routes.hpp"
#include "tenancy/identifier_service.hpp"
#include "tenancy/rig.hpp"
#include "tenancy/tenant_routes.hpp"
#include "tenancy/tenant_service.hpp"

namespace agente::tenancy::test {
namespace {

class admin_api : public testing::TestWithParam<char const*> {
protected:
    admin_api() {
        // It cannot be deleted, for it has an identifier; whatever else the sweep makes may go.
        r.sql(
            "insert into tenants (tenant_id, name) values ('hotel-sol', 'Hotel Sol'), ('luna', 'Luna');"
            "insert into tenant_user_identifiers (tenant_id, identifier) select id, tenant_id || '@x.example' from tenants");
        add_tenant_routes(r.routes, tenants);
        add_identifier_routes(r.routes, identifiers);
        add_flag_routes(r.routes, flag_admin);
        booking::add_lock_routes(r.routes, locks);
        http::add_openapi_route(r.routes, {.title = "Test", .version = "1", .description = "Test"});
    }

    rig r;
    sealer seals{{secret(std::string(32, 'k'))}};
    feature_flags flags{r.redis, r.time};
    tenant_service tenants{r.database, seals, flags, r.events};
    identifier_service identifiers{r.database, r.events};
    flag_service flag_admin{flags, r.database, r.events};
    booking::lock_view locks{r.redis, r.database, r.time};
};

TEST_P(admin_api, answers_whatever_is_asked_as_it_is_documented) {
    auto const luna = r.sql("select md5(t::text) from tenants t where tenant_id = 'luna'");
    auto const doc = r.ask("", "GET", "/openapi.json");
    EXPECT_EQ(http::test::dangling_references(doc.body, doc.body), std::vector<std::string>{});
    std::size_t seen = 0;
    EXPECT_EQ(http::test::unfit_examples(doc.body, seen), std::vector<std::string>{});
    EXPECT_GT(seen, 20u);

    std::string const who = GetParam();
    auto const got = support::sweep(
        {.port = r.port(),
         .finish = [&](auto const&,
                       support::api_call& call) { call.set_header("X-Test-Caller", who); },
         .parameters = {{"confirm", "another"}}});  // it stays
    EXPECT_EQ(got.complaints, std::vector<std::string>{});
    EXPECT_GT(got.requests, 500u);
    for (int const status : {200, 404, 422}) EXPECT_TRUE(got.statuses.contains(status)) << status;
    EXPECT_EQ(r.sql("select count(*) from tenants where tenant_id in ('hotel-sol', 'luna')"), "2");
    EXPECT_EQ(r.sql("select md5(t::text) from tenants t where tenant_id = 'luna'"), luna);
}

INSTANTIATE_TEST_SUITE_P(by, admin_api, testing::Values("operator", "owner@hotel-sol"),
                         [](auto const& of) { return of.index == 0 ? "an_operator" : "an_owner"; });

}  // namespace
}  // namespace agente::tenancy::test
