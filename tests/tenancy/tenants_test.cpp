// Hotels and their settings over HTTP, on a real database.
#include "tenancy/tenants.hpp"

namespace agente::tenancy::test {

TEST_F(tenants, a_hotel_is_added_and_read_back_without_its_secrets) {
    auto const made = r.ask("operator", "POST", all, R"({"slug": "hotel-sol", "name": "Hotel Sol",
        "business_hours": {"start": 8, "end": 22, "timezone": "America/Montevideo"},
        "settings": {"languages": ["es", "pt", "es"], "currency": "UYU", "timezone": "America/Montevideo",
            "whatsapp": {"phone_number_id": "106540352242922", "access_token": "EAAG-hidden", "app_secret": "app-hidden"},
            "pms": {"base_url": "https://pms.sol.example/shop", "hotel_id": 7, "api_key": "WS-KEY-hidden"},
            "texts": {"welcome": {"es": "Bienvenida", "en": "Welcome"}}}})");
    ASSERT_EQ(made.status, 201) << made.text;
    EXPECT_THAT(made.text, Not(HasSubstr("hidden")));
    auto const& settings = made.body.at("settings");
    EXPECT_EQ(
        settings,
        json::parse(
            R"({"languages": ["es", "pt"], "currency": "UYU", "timezone": "America/Montevideo",
        "whatsapp": {"phone_number_id": "106540352242922", "access_token": {"set": true}, "app_secret": {"set": true}},
        "pms": {"base_url": "https://pms.sol.example/shop", "hotel_id": 7, "api_key": {"set": true}},
        "texts": {"welcome": {"es": "Bienvenida", "en": "Welcome", "pt": null}, "handover": {"es": null, "en": null, "pt": null}}})"));
    EXPECT_EQ(made.body.at("status"), "active");

    auto const read = r.ask("operator", "GET", one("hotel-sol"));
    EXPECT_EQ(read.status, 200);
    EXPECT_EQ(read.body, made.body);
    EXPECT_EQ(r.ask("viewer@hotel-sol", "GET", one("hotel-sol")).body, made.body);

    auto const kept = column("hotel-sol", "settings::text");
    EXPECT_THAT(kept, Not(HasSubstr("hidden")));
    EXPECT_THAT(r.events.types(), ElementsAre("tenants.created", "tenants.secret_changed"));
}

TEST_F(tenants, what_is_sealed_is_opened_where_it_is_used) {
    r.ask("operator", "POST", all, R"({"slug": "sol", "name": "Sol", "settings": {
        "whatsapp": {"access_token": "EAAG-token"}, "pms": {"base_url": "https://pms.sol.example", "api_key": "WS-KEY"}}})");
    auto const found = r.run(store::find_by_slug(r.database, "sol"));
    ASSERT_EQ(found.size(), 1u);
    auto const pms = own_pms_of(found[0], seals);
    ASSERT_TRUE(pms.has_value());
    EXPECT_EQ(pms->base_url, "https://pms.sol.example");
    EXPECT_EQ(pms->key.value().reveal(), "WS-KEY");
    EXPECT_EQ(own_whatsapp_token(found[0], seals).value().value().reveal(), "EAAG-token");
    EXPECT_FALSE(own_whatsapp_app_secret(found[0], seals).value().has_value());

    // Without the key, or copied to another hotel's row, it opens nothing, and nothing stands in.
    EXPECT_EQ(own_pms_of(found[0], sealer({key('z')})).error().code(), "settings_key.unknown");
    auto thief = found[0];
    thief.slug = "luna";
    EXPECT_EQ(own_pms_of(thief, seals).error().code(), "settings_key.broken");
    // A server of its own never gets the service's key.
    auto without = found[0];
    auto own = without.own();
    own.pms_api_key.clear();
    without.set_own(own);
    EXPECT_EQ(own_pms_of(without, seals).error().code(), "pms.no_key");
}

TEST_F(tenants, a_change_leaves_alone_what_it_does_not_name) {
    r.sql(
        R"(insert into tenants (tenant_id, name, business_hours_start, settings) values ('sol', 'Sol', 8,
        '{"loyalty": {"exact": 12345678901234567890, "deep": [1, {"x": null}]}, "currency": "USD",
          "pms": {"hotel_id": 3, "vendor": "qlo"}, "whatsapp": {"phone_number_id": 106540352242922}}'))");
    auto const got =
        r.ask("operator", "PATCH", one("sol"),
              R"({"name": "Sol y Mar", "settings": {"currency": null, "pms": {"api_key": "K"}}})");
    ASSERT_EQ(got.status, 200) << got.text;
    EXPECT_EQ(got.body.at("name"), "Sol y Mar");
    EXPECT_EQ(got.body.at("business_hours").at("start"), 8);
    EXPECT_EQ(got.body.at("settings").at("currency"), nullptr);
    EXPECT_EQ(got.body.at("settings").at("whatsapp").at("phone_number_id"), "106540352242922");
    EXPECT_EQ(got.body.at("settings").at("pms"),
              json::parse(R"({"base_url": null, "hotel_id": 3, "api_key": {"set": true}})"));
    EXPECT_EQ(column("sol", "settings -> 'loyalty'"),
              R"({"deep": [1, {"x": null}], "exact": 12345678901234567890})");
    EXPECT_EQ(column("sol", "settings #>> '{pms,vendor}'"), "qlo");
    EXPECT_EQ(column("sol", "settings ? 'currency'"), "f");

    auto const unset = r.ask(
        "operator", "PATCH", one("sol"),
        R"({"business_hours": null, "settings": {"pms": {"api_key": null, "hotel_id": null}}})");
    ASSERT_EQ(unset.status, 200) << unset.text;
    EXPECT_EQ(unset.body.at("settings").at("pms").at("api_key").at("set"), false);
    EXPECT_EQ(unset.body.at("business_hours").at("start"), nullptr);
    EXPECT_EQ(column("sol", "settings -> 'pms'"), R"({"vendor": "qlo"})");
    EXPECT_THAT(r.events.types(),
                ElementsAre("tenants.secret_changed", "tenants.secret_changed", "tenants.rerouted"))
        << "the second took the hotel's number in the PMS away";

    EXPECT_EQ(r.ask("operator", "PATCH", one("sol"), "{}").status, 200);
    EXPECT_THAT(r.events.types(), IsEmpty());
}

// Each reads the row, decides, and writes it if it is still the one it read.
TEST_F(tenants, changes_at_the_same_time_lose_nothing) {
    two_hotels();
    auto const who = somebody("operator", r.events);
    std::vector<std::future<tenant_view>> under_way;
    auto const start = [&](tenant_change what) {
        under_way.push_back(
            asio::co_spawn(r.loop, service.patch(*who, "sol", std::move(what)), asio::use_future));
    };
    tenant_change zone, currency, name;
    zone.settings.emplace().timezone.emplace("America/Lima");
    currency.settings.emplace().currency.emplace("PEN");
    name.name = "Sol de Lima";
    start(zone);
    start(currency);
    start(name);
    for (auto& one : under_way) one.get();
    EXPECT_EQ(column("sol", "name || (settings ->> 'timezone') || (settings ->> 'currency')"),
              "Sol de LimaAmerica/LimaPEN");
}

TEST_F(tenants, a_hotel_sees_and_changes_itself_only) {
    two_hotels();
    auto const before = column("luna", "md5(tenants::text)");
    auto const mine = r.ask("owner@sol", "PATCH", one("sol"), R"({"name": "Sol!"})");
    EXPECT_EQ(mine.status, 200) << mine.text;
    EXPECT_THAT(r.events.types(), IsEmpty());

    for (auto const& [method, target, body] : {std::tuple("GET", one("luna"), ""),
                                               {"PATCH", one("luna"), R"({"name": "Mine"})"},
                                               {"GET", one("nowhere"), ""}}) {
        auto const got = r.ask("owner@sol", method, target, body);
        EXPECT_EQ(got.status, 404) << method << target;
        EXPECT_EQ(got.code(), "tenants.not_found");
        EXPECT_THAT(r.events.types(), ElementsAre("tenancy.other_hotel_refused"));
    }
    // Operators' business.
    for (auto const& [method, target, body] :
         {std::tuple("POST", std::string(all), R"({"slug": "x", "name": "X"})"),
          {"DELETE", one("sol"), ""},
          {"POST", one("sol") + "/suspend", ""},
          {"POST", one("sol") + "/activate", ""}})
        EXPECT_EQ(r.ask("owner@sol", method, target, body).status, 403) << method << target;
    EXPECT_EQ(r.ask("viewer@sol", "PATCH", one("sol"), R"({"name": "X"})").status, 403);
    EXPECT_EQ(r.ask("", "GET", all).status, 401);

    auto const list = r.ask("viewer@sol", "GET", all);
    ASSERT_EQ(list.body.at("items").as_array().size(), 1u) << list.text;
    EXPECT_EQ(list.body.at("items").at(0).at("slug"), "sol");
    EXPECT_EQ(column("luna", "md5(tenants::text)"), before);
    EXPECT_EQ(column("luna", "name"), "Luna");
}

// Also when the statement itself forgets whose hotel it is for.
TEST_F(tenants, row_level_security_stands_behind_a_wrong_query) {
    two_hotels();
    constexpr postgres::query<void> rename_all{"test.rename",
                                               "update public.tenants set name = 'taken over'"};
    constexpr postgres::query<std::string> read_all{"test.read",
                                                    "select tenant_id from public.tenants"};
    constexpr postgres::query<void> end_all{"test.end",
                                            "update public.tenants set status = 'suspended'"};
    constexpr postgres::query<void> delete_all{"test.delete", "delete from public.tenants"};
    auto const as = somebody("owner@sol", r.events)->access();
    EXPECT_EQ(r.run(r.database.execute(as, rename_all)), 1);
    EXPECT_THAT(r.run(r.database.rows(as, read_all)), ElementsAre("sol"));
    EXPECT_THROW(r.run(r.database.execute(as, end_all)), postgres::error);
    EXPECT_THROW(r.run(r.database.execute(as, delete_all)), postgres::error);
    EXPECT_EQ(column("luna", "name"), "Luna");
    EXPECT_EQ(r.sql("select count(*) from tenants where status = 'active'"), "2");
}

TEST_F(tenants, where_its_systems_are_is_not_the_hotels_to_say) {
    r.sql(R"(insert into tenants (tenant_id, name, settings) values ('sol', 'Sol',
        '{"pms": {"hotel_id": 3}, "whatsapp": {"phone_number_id": "111"}}'))");
    for (char const* settings :
         {R"({"pms": {"hotel_id": 4}})", R"({"pms": {"hotel_id": null}})", R"({"pms": null})",
          R"({"pms": {"base_url": "http://169.254.169.254"}})",
          R"({"whatsapp": {"phone_number_id": "222"}})", R"({"whatsapp": null})"}) {
        auto const got = r.ask("owner@sol", "PATCH", one("sol"),
                               std::string(R"({"settings": )") + settings + "}");
        EXPECT_EQ(got.status, 403) << settings;
        EXPECT_EQ(got.code(), "tenants.operator_setting");
    }
    EXPECT_EQ(column("sol", "settings"),
              R"({"pms": {"hotel_id": 3}, "whatsapp": {"phone_number_id": "111"}})");
    // What it is already may be sent again, with what is the hotel's own.
    EXPECT_EQ(
        r.ask(
             "owner@sol", "PATCH", one("sol"),
             R"({"settings": {"pms": {"hotel_id": 3, "api_key": "new"}, "texts": {"welcome": {"es": "Hola"}}}})")
            .status,
        200);
    EXPECT_EQ(
        r.ask("operator", "PATCH", one("sol"), R"({"settings": {"pms": {"hotel_id": 4}}})").status,
        200);
}

TEST_F(tenants, numbers_and_slugs_belong_to_one_hotel) {
    two_hotels();
    EXPECT_EQ(r.ask("operator", "PATCH", one("sol"),
                    R"({"settings": {"whatsapp": {"phone_number_id": "111"}}})")
                  .status,
              200);
    auto const taken = r.ask("operator", "PATCH", one("luna"),
                             R"({"settings": {"whatsapp": {"phone_number_id": "111"}}})");
    EXPECT_EQ(taken.status, 409);
    EXPECT_EQ(taken.code(), "tenants.number_taken");
    auto const third = r.ask(
        "operator", "POST", all,
        R"({"slug": "mar", "name": "Mar", "settings": {"whatsapp": {"phone_number_id": "111"}}})");
    EXPECT_EQ(third.code(), "tenants.number_taken");
    auto const same = r.ask("operator", "POST", all, R"({"slug": "sol", "name": "Another"})");
    EXPECT_EQ(same.status, 409);
    EXPECT_EQ(same.code(), "tenants.slug_taken");
    EXPECT_EQ(r.sql("select count(*) from tenants"), "2");
}

TEST_F(tenants, bad_settings_are_refused_by_name) {
    two_hotels();
    for (auto const& [body, pointer] : {
             std::pair(R"({"settings": {"timezone": "America/Nowhere"}})", "#/settings/timezone"),
             {R"({"settings": {"timezone": "GMT+25"}})", "#/settings/timezone"},
             {R"({"settings": {"currency": "XXZ"}})", "#/settings/currency"},
             {R"({"settings": {"currency": "usd"}})", "#/settings/currency"},
             {R"({"settings": {"languages": ["fr"]}})", "#/settings/languages/0"},
             {R"({"settings": {"languages": "es"}})", "#/settings/languages"},
             {R"({"settings": {"pms": {"base_url": "ftp://x"}}})", "#/settings/pms/base_url"},
             {R"({"settings": {"pms": {"base_url": "https://user:pw@x"}}})",
              "#/settings/pms/base_url"},
             {R"({"settings": {"pms": {"base_url": "x"}}})", "#/settings/pms/base_url"},
             {R"({"settings": {"pms": {"hotel_id": 0}}})", "#/settings/pms/hotel_id"},
             {R"({"settings": {"pms": {"api_key": ""}}})", "#/settings/pms/api_key"},
             {R"({"settings": {"pms": {"api_key": "a\nb"}}})", "#/settings/pms/api_key"},
             {R"({"settings": {"whatsapp": {"phone_number_id": "+598"}}})",
              "#/settings/whatsapp/phone_number_id"},
             {R"({"settings": {"loyalty": 1}})", "#/settings/loyalty"},
             {R"({"name": null, "status": "active"})", "#/status"},
             {R"({"name": ""})", "#/name"},
             {R"({"business_hours": {"start": 24}})", "#/business_hours/start"},
             {R"({"business_hours": {"timezone": ""}})", "#/business_hours/timezone"},
         }) {
        auto const got = r.ask("operator", "PATCH", one("sol"), body);
        EXPECT_EQ(got.status, 422) << body << got.text;
        EXPECT_THAT(got.text, HasSubstr(pointer)) << body;
    }
    for (char const* slug : {"", "-x", "Sol", "a b", "a/b", "ñ", ".."})
        EXPECT_EQ(r.ask("operator", "POST", all,
                        json::serialize(json::object{{"slug", slug}, {"name", "X"}}))
                      .status,
                  422)
            << slug;
    EXPECT_EQ(column("sol", "settings"), "{}");
}

TEST_F(tenants, without_a_settings_key_a_secret_is_refused_and_the_rest_works) {
    two_hotels();
    sealer const none({});
    tenant_service keyless(r.database, none, flags, r.events);
    auto const who = somebody("operator", r.events);
    tenant_change change;
    change.settings.emplace().pms.emplace(std::in_place);
    (*change.settings->pms)->api_key.emplace("K");
    try {
        r.run(keyless.patch(*who, "sol", change));
        ADD_FAILURE() << "kept a secret without a key";
    } catch (failure const& f) {
        EXPECT_EQ(f.reason().code(), "settings_key.missing");
    }
    (*change.settings->pms)->api_key.emplace(std::nullopt);
    EXPECT_FALSE(r.run(keyless.patch(*who, "sol", change)).settings.pms.api_key.set);
}

TEST_F(tenants, are_listed_in_pages_and_found_by_the_words_they_have) {
    r.sql(
        "insert into tenants (tenant_id, name, status) select 'hotel-' || n, 'Casa ' || n, "
        "case when n % 5 = 0 then 'suspended' else 'active' end from generate_series(1, 25) n;"
        "insert into tenants (tenant_id, name) values ('gran_hotel.sur', 'Gran Hotel Ñandú')");
    std::vector<std::string> seen;
    std::string cursor;
    for (int pages = 0; pages < 10; ++pages) {
        auto const got = r.ask("operator", "GET", std::string(all) + "?limit=10" + cursor);
        ASSERT_EQ(got.status, 200) << got.text;
        for (auto const& item : got.body.at("items").as_array())
            seen.emplace_back(item.at("slug").as_string());
        if (got.body.at("next_cursor").is_null()) break;
        cursor = "&cursor=" + std::string(got.body.at("next_cursor").as_string());
    }
    ASSERT_EQ(seen.size(), 26u);
    EXPECT_EQ(seen.front(), "hotel-1");
    EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), 26u);

    auto const slugs = [&](std::string const& query) {
        std::vector<std::string> out;
        auto const got = r.ask("operator", "GET", std::string(all) + "?" + query);
        EXPECT_EQ(got.status, 200) << got.text;
        for (auto const& item : got.body.at("items").as_array())
            out.emplace_back(item.at("slug").as_string());
        return out;
    };
    EXPECT_THAT(slugs("q=casa+17"), ElementsAre("hotel-17"));
    EXPECT_THAT(slugs("q=hotel-17"), ElementsAre("hotel-17"));
    EXPECT_THAT(slugs("q=sur"), ElementsAre("gran_hotel.sur"));
    EXPECT_THAT(slugs("q=%C3%91an"), ElementsAre("gran_hotel.sur"));
    EXPECT_THAT(slugs("status=suspended&limit=2"), ElementsAre("hotel-5", "hotel-10"));
    EXPECT_THAT(slugs("q=casa&status=suspended&limit=1"), ElementsAre("hotel-5"));
    EXPECT_THAT(slugs("q=%27%29%20%3A%2A%20%26%20%21"), IsEmpty());
    EXPECT_THAT(slugs("q=nowhere"), IsEmpty());
    EXPECT_EQ(r.ask("operator", "GET", std::string(all) + "?status=gone").status, 422);
    EXPECT_EQ(r.ask("operator", "GET", std::string(all) + "?cursor=zz").status, 422);
    EXPECT_EQ(r.ask("operator", "GET", std::string(all) + "?limit=0").status, 422);
}

}  // namespace agente::tenancy::test
