// Hotels that are suspended and deleted, and keys that are replaced.
#include "tenancy/tenants.hpp"

namespace agente::tenancy::test {

TEST_F(tenants, are_suspended_and_activated_and_it_is_noted_once) {
    two_hotels();
    EXPECT_EQ(r.ask("operator", "POST", one("sol") + "/suspend").body.at("status"), "suspended");
    EXPECT_EQ(r.ask("operator", "POST", one("sol") + "/suspend").status, 200);
    EXPECT_THAT(r.events.types(), ElementsAre("tenants.suspended"));
    EXPECT_THAT(r.run(store::find_by_slug(r.database, "sol")), IsEmpty());
    EXPECT_EQ(r.sql("select count(*) from agente.revocations where tenant_id = 'sol'"), "1");
    EXPECT_EQ(r.ask("operator", "POST", one("sol") + "/activate").body.at("status"), "active");
    EXPECT_THAT(r.events.types(), ElementsAre("tenants.activated"));
    EXPECT_EQ(r.ask("operator", "POST", one("nowhere") + "/suspend").code(), "tenants.not_found");
}

TEST_F(tenants, an_empty_hotel_is_deleted_and_another_only_with_its_slug_typed) {
    two_hotels();
    r.sql(R"(
        insert into tenant_user_identifiers (tenant_id, identifier) select id, tenant_id || '@guest.example' from tenants;
        insert into users (username, email, hashed_password, tenant_id) select t, t || '@staff.example', 'h', t from unnest('{sol,luna}'::text[]) t;
        insert into agente.inbox (id, channel, provider_message_id, tenant_id, guest, recipient, kind, body)
          select gen_random_uuid(), 'whatsapp', t || n, t, '+1', '2', 'text', '{}' from unnest('{sol,luna}'::text[]) t, generate_series(1, 3) n;
        insert into agente.outbox (id, tenant_id, channel, sender, guest, message)
          select gen_random_uuid(), t, 'whatsapp', '2', '+1', '{}' from unnest('{sol,luna}'::text[]) t;
        insert into agente.booking_journal (reference, tenant_id, request_key, state, room_type, arrival, departure, rooms, guest)
          select 'R' || t, t, 'k', 'sent', 1, '2027-01-10', '2027-01-12', 1, '+1' from unnest('{sol,luna}'::text[]) t;)");
    auto const counts = [&](std::string const& slug) {
        return r.sql("select (select count(*) from users where tenant_id = '" + slug +
                     "') || ' ' ||"
                     "(select count(*) from agente.inbox where tenant_id = '" +
                     slug +
                     "') || ' ' ||"
                     "(select count(*) from agente.outbox where tenant_id = '" +
                     slug +
                     "') || ' ' ||"
                     "(select count(*) from agente.booking_journal where tenant_id = '" +
                     slug +
                     "') || ' ' ||"
                     "(select count(*) from tenants where tenant_id = '" +
                     slug + "')");
    };
    auto const open = r.ask("operator", "DELETE", one("sol"));
    EXPECT_EQ(open.status, 409);
    EXPECT_EQ(open.code(), "tenants.bookings_open");
    EXPECT_EQ(r.ask("operator", "DELETE", one("sol") + "?force=true&confirm=sol").code(),
              "tenants.bookings_open");
    EXPECT_EQ(counts("sol"), "1 3 1 1 1");

    r.sql("update agente.booking_journal set state = 'failed'");
    auto const full = r.ask("operator", "DELETE", one("sol"));
    EXPECT_EQ(full.code(), "tenants.not_empty");
    EXPECT_THAT(full.text,
                HasSubstr("1 user, 1 identifier, 3 received messages, 1 sent message, 1 booking"));
    EXPECT_EQ(r.ask("operator", "DELETE", one("sol") + "?force=true").code(),
              "tenants.not_confirmed");
    EXPECT_EQ(r.ask("operator", "DELETE", one("sol") + "?force=true&confirm=luna").code(),
              "tenants.not_confirmed");
    EXPECT_EQ(counts("sol"), "1 3 1 1 1");
    EXPECT_THAT(r.events.types(), IsEmpty());

    r.run(flags.set(flags::booking_create, "sol", false));
    EXPECT_EQ(r.ask("operator", "DELETE", one("sol") + "?force=true&confirm=sol").status, 204);
    EXPECT_FALSE(flags.values(flags::booking_create, "sol").for_hotel.has_value());
    EXPECT_EQ(counts("sol"), "0 0 0 0 0");
    EXPECT_EQ(counts("luna"), "1 3 1 1 1");
    EXPECT_EQ(r.sql("select identifier from tenant_user_identifiers"), "luna@guest.example");
    EXPECT_THAT(r.events.types(), ElementsAre("tenants.deleted"));
    EXPECT_EQ(r.ask("operator", "DELETE", one("sol")).code(), "tenants.not_found");

    r.sql("insert into tenants (tenant_id, name) values ('empty', 'Empty')");
    EXPECT_EQ(r.ask("operator", "DELETE", one("empty")).status, 204);
}

TEST_F(tenants, who_is_added_while_a_hotel_is_deleted_keeps_it) {
    two_hotels();
    constexpr postgres::query<void> add{
        "test.add_user",
        "insert into public.users (username, email, hashed_password, tenant_id)"
        " values ('eva', 'eva@sol.example', 'h', 'sol')"};
    std::optional<postgres::lease> adding;
    r.run([&]() -> task<> {
        adding.emplace(
            co_await r.database.exclusive(postgres::access::platform(), std::chrono::seconds(5)));
        co_await adding->execute(add);
    }());
    auto const who = somebody("operator", r.events);
    auto removal = asio::co_spawn(r.loop, service.remove(*who, "sol", false, ""), asio::use_future);
    while (
        r.sql(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") ==
        "0")
        ASSERT_EQ(removal.wait_for(std::chrono::milliseconds(1)), std::future_status::timeout);
    r.run([&]() -> task<> {
        co_await adding->commit();
        adding.reset();
    }());
    try {
        removal.get();
        ADD_FAILURE() << "deleted";
    } catch (failure const& f) {
        EXPECT_EQ(f.reason().code(), "tenants.not_empty");
    }
    EXPECT_EQ(column("sol", "name"), "Hotel Sol");
    EXPECT_EQ(r.sql("select count(*) from users"), "1");
    EXPECT_THAT(r.events.types(), IsEmpty());
}

TEST_F(tenants, secrets_move_to_a_new_key_and_then_the_old_one_may_go) {
    for (std::string const slug : {"a", "b", "c"})
        ASSERT_EQ(
            r.ask("operator", "POST", all,
                  R"({"slug": ")" + slug + R"(", "name": "X", "settings": {
            "pms": {"api_key": "key-of-)" +
                      slug + R"("}, "whatsapp": {"access_token": "token-of-)" + slug + R"("}}})")
                .status,
            201);
    r.sql(
        "insert into tenants (tenant_id, name, settings) values "
        "('plain', 'P', '{\"pms\": {\"api_key\": \"stored as it was\"}, \"other\": 1.10}'),"
        "('lost', 'L', '{\"pms\": {\"api_key\": \"v1.000000000000.AAAA\"}}'), ('none', 'N', '{\"pms\": {}}')");
    sealer const both({key('b'), key('a')});
    sealer const only_new({key('b')});
    tenant_service during(r.database, both, flags, r.events);
    auto const first = r.run(during.reseal(2));
    EXPECT_EQ(first.hotels, 5);
    EXPECT_EQ(first.renewed, 7);
    EXPECT_THAT(first.unreadable, ElementsAre("lost pms.api_key"));
    auto const again = r.run(during.reseal(2));
    EXPECT_EQ(again.renewed, 0);
    EXPECT_EQ(column("plain", "settings ->> 'other'"), "1.10");
    for (auto const& hotel : r.run(store::first_active(r.database, 10))) {
        if (hotel.slug == "lost" || hotel.slug == "none") continue;
        auto const opened = own_pms_of(hotel, only_new);
        ASSERT_TRUE(opened.has_value()) << hotel.slug << opened.error().code();
        EXPECT_EQ(opened->key->reveal(),
                  hotel.slug == "plain" ? "stored as it was" : "key-of-" + hotel.slug);
    }
}

}  // namespace agente::tenancy::test
