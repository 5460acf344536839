// What guests are known by, over HTTP, on a real database.
#include <gmock/gmock.h>

#include "tenancy/identifier_routes.hpp"
#include "tenancy/identifier_service.hpp"
#include "tenancy/rig.hpp"
#include "tenancy/tenancy_store.hpp"

namespace agente::tenancy::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string of(std::string const& slug) { return "/api/v1/admin/tenants/" + slug + "/identifiers"; }

class identifiers_api : public testing::Test {
protected:
    identifiers_api() {
        r.sql(
            "insert into tenants (tenant_id, name) values ('sol', 'Hotel Sol'), ('luna', 'Luna')");
        add_identifier_routes(r.routes, service);
    }
    answer add(std::string const& who, std::string const& slug, std::string const& identifier) {
        return r.ask(who, "POST", of(slug),
                     json::serialize(json::object{{"identifier", identifier}}));
    }
    std::string rows() {
        return r.sql(
            "select string_agg(t.tenant_id || '=' || i.identifier, ' ' order by i.id) "
            "from tenant_user_identifiers i join tenants t on t.id = i.tenant_id");
    }

    rig r;
    identifier_service service{r.database, r.events};
};

TEST_F(identifiers_api, are_added_in_one_spelling_and_removed_in_any) {
    auto const made = add("owner@sol", "sol", " 00598 94 123-456 ");
    ASSERT_EQ(made.status, 201) << made.text;
    EXPECT_EQ(made.body.at("identifier"), "+59894123456");
    EXPECT_EQ(add("owner@sol", "sol", "Ana@Guest.Example").body.at("identifier"),
              "ana@guest.example");
    EXPECT_EQ(add("owner@sol", "sol", "UY.13491208655302741918").status, 201);
    EXPECT_EQ(rows(), "sol=+59894123456 sol=ana@guest.example sol=UY.13491208655302741918");

    auto const again = add("owner@sol", "sol", "59894123456");
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, made.body);

    auto const noted = r.events.take();
    ASSERT_EQ(noted.size(), 3u);
    EXPECT_EQ(noted[0].type, "identifiers.added");
    EXPECT_THAT(json::serialize(noted[0].details), Not(HasSubstr("94123456")));

    EXPECT_EQ(r.ask("owner@sol", "DELETE", of("sol") + "/+598%2094123456").status, 204);
    EXPECT_EQ(r.ask("owner@sol", "DELETE", of("sol") + "/ANA@guest.example").status, 204);
    EXPECT_EQ(rows(), "sol=UY.13491208655302741918");
    EXPECT_THAT(r.events.types(), ElementsAre("identifiers.removed", "identifiers.removed"));
    auto const gone = r.ask("owner@sol", "DELETE", of("sol") + "/ana@guest.example");
    EXPECT_EQ(gone.status, 404);
    EXPECT_EQ(gone.code(), "identifiers.not_found");
}

TEST_F(identifiers_api, one_of_another_hotel_is_taken_and_only_operators_hear_by_whom) {
    // As an earlier installation kept it.
    r.sql(
        "insert into tenant_user_identifiers (tenant_id, identifier) select id, '5215512345678' from tenants where tenant_id = 'luna'");
    auto const taken = add("owner@sol", "sol", "+52 55 1234 5678");
    EXPECT_EQ(taken.status, 409) << taken.text;
    EXPECT_EQ(taken.code(), "identifiers.taken");
    EXPECT_THAT(taken.text, Not(HasSubstr("luna")));
    EXPECT_THAT(add("operator", "sol", "+52 55 1234 5678").text, HasSubstr("luna"));
    EXPECT_EQ(add("owner@luna", "luna", "+52 55 1234 5678").status, 200);
    EXPECT_EQ(rows(), "luna=5215512345678");
    EXPECT_THAT(r.events.types(), IsEmpty());
}

TEST_F(identifiers_api, of_another_hotel_are_neither_seen_nor_touched) {
    ASSERT_EQ(add("owner@luna", "luna", "guest@luna.example").status, 201);
    r.events.take();
    for (auto const& got :
         {r.ask("owner@sol", "GET", of("luna")), add("owner@sol", "luna", "new@guest.example"),
          r.ask("owner@sol", "DELETE", of("luna") + "/guest@luna.example"),
          r.ask("operator", "GET", of("nowhere")),
          add("operator", "nowhere", "new@guest.example")}) {
        EXPECT_EQ(got.status, 404) << got.text;
        EXPECT_EQ(got.code(), "tenants.not_found");
    }
    EXPECT_THAT(r.events.types(),
                ElementsAre("tenancy.other_hotel_refused", "tenancy.other_hotel_refused",
                            "tenancy.other_hotel_refused"));
    // Its own path, the other's identifier.
    EXPECT_EQ(r.ask("owner@sol", "DELETE", of("sol") + "/guest@luna.example").code(),
              "identifiers.not_found");

    constexpr postgres::query<void> take_over{
        "test.take", "update public.tenant_user_identifiers set identifier = identifier"};
    constexpr postgres::query<void> delete_all{"test.delete",
                                               "delete from public.tenant_user_identifiers"};
    constexpr postgres::query<void> insert_there{
        "test.insert",
        "insert into public.tenant_user_identifiers (tenant_id, identifier) values (2, 'x@sol.example')"};
    auto const as = somebody("owner@sol", r.events)->access();
    EXPECT_THROW(r.run(r.database.execute(as, take_over)), postgres::error);
    EXPECT_EQ(r.run(r.database.execute(as, delete_all)), 0);
    EXPECT_THROW(r.run(r.database.execute(as, insert_there)), postgres::error);
    EXPECT_EQ(rows(), "luna=guest@luna.example");
    EXPECT_EQ(r.ask("viewer@luna", "GET", of("luna")).status, 403);
}

TEST_F(identifiers_api, what_no_guest_is_known_by_is_refused) {
    for (std::string const text : {" ", "hello", "12", "+", "a@", "+54 11 call me", "uy.123", "UY.",
                                   "UY.a b", "a@b@c", "'; drop"}) {
        auto const got = add("owner@sol", "sol", text);
        EXPECT_EQ(got.status, 400) << text << got.text;
        EXPECT_EQ(got.code(), "identifiers.malformed") << text;
    }
    EXPECT_EQ(add("owner@sol", "sol", "").status, 422);
    EXPECT_EQ(add("owner@sol", "sol", std::string(300, 'a') + "@x.example").status, 422);
    EXPECT_EQ(rows(), "");
}

TEST_F(identifiers_api, are_listed_in_pages_and_found_in_any_spelling) {
    r.sql(
        "insert into tenant_user_identifiers (tenant_id, identifier) select t.id, n || '@' || t.tenant_id || '.example' "
        "from tenants t, generate_series(1, 7) n");
    std::vector<std::string> seen;
    std::string cursor;
    do {
        auto const got = r.ask("owner@sol", "GET", of("sol") + "?limit=3" + cursor);
        ASSERT_EQ(got.status, 200) << got.text;
        for (auto const& item : got.body.at("items").as_array())
            seen.emplace_back(item.at("identifier").as_string());
        cursor = got.body.at("next_cursor").is_null()
                     ? ""
                     : "&cursor=" + std::string(got.body.at("next_cursor").as_string());
    } while (!cursor.empty() && seen.size() < 50);
    EXPECT_EQ(seen.size(), 7u);
    for (auto const& one : seen) EXPECT_THAT(one, HasSubstr("@sol.example"));

    auto const found = r.run(service.find("3@LUNA.example"));
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].slug, "luna");
    EXPECT_EQ(found[0].hotel, "Luna");
    EXPECT_THAT(r.run(service.find("nobody@x.example")), IsEmpty());
    EXPECT_THAT(r.run(service.find("  ")), IsEmpty());
    EXPECT_THAT(r.ask("owner@sol", "GET", of("sol") + "?cursor=7b7d").status, 422);
}

}  // namespace
}  // namespace agente::tenancy::test
