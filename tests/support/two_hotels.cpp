#include "support/two_hotels.hpp"

#include <fmt/format.h>

#include "support/servers.hpp"

namespace agente::support {

void fill_two_hotels(std::string const& url) {
    sql(url, R"(
        insert into tenants (tenant_id, name, settings) values
            ('hotel-sol', 'Sol', '{"whatsapp": {"phone_number_id": "100"}, "pms": {"hotel_id": 1}}'),
            ('hotel-luna', 'Hotel moonlight', '{"whatsapp": {"phone_number_id": "200"}, "pms": {"hotel_id": 2},
              "texts": {"welcome": {"es": "moonlight"}}, "secret": "moonlight"}');
        insert into tenant_user_identifiers (tenant_id, identifier) select id, tenant_id || '@guest.example' from tenants;
        insert into users (id, username, email, hashed_password, full_name, tenant_id, role)
          select t || '-' || r, t || '-' || r, t || '-' || r || '@staff.example', case t when 'hotel-luna' then 'moonlight' else 'x' end,
                 case t when 'hotel-luna' then 'moonlight' end, t, r
            from unnest('{hotel-sol,hotel-luna}'::text[]) t cross join unnest('{owner,viewer}'::text[]) r;
        insert into user_sessions (id, user_id, token_jti, expires_at, user_agent, refresh_hash)
          select 'session-' || id, id, 'jti-' || id, now() + interval '1 day', case tenant_id when 'hotel-luna' then 'moonlight' end, 'h' || id from users;
        insert into password_history (user_id, password_hash) select id, 'moonlight' from users where tenant_id = 'hotel-luna';
        insert into agente.second_factors (user_id, sealed_secret) select id, 'moonlight' from users where tenant_id = 'hotel-luna';
        insert into agente.one_time_links (token_hash, user_id, purpose, expires_at, created_by)
          select 'hash-' || id, id, 'invite', now() + interval '1 day', 'moonlight' from users where tenant_id = 'hotel-luna';
        insert into lock_audit (tenant_id, lock_key, event_type, details) select t, 'lock:' || t || ':stay:1', 'acquired', d
          from (values ('hotel-sol', '{}'::jsonb), ('hotel-luna', '{"holder": "moonlight"}')) v (t, d);
        insert into agente.security_events (tenant_id, user_id, event_type, details) select t, t || '-owner', 'auth.signed_in', d
          from (values ('hotel-sol', '{}'::jsonb), ('hotel-luna', '{"x": "moonlight"}')) v (t, d);
        insert into agente.inbox (id, channel, provider_message_id, tenant_id, guest, recipient, kind, body, lease_owner, lease_until)
          select gen_random_uuid(), 'whatsapp', 'wamid-' || t, t, '+' || n, n, 'text', jsonb_build_object('text', w), 'me', now() - interval '1 hour'
            from (values ('hotel-sol', '100', 'hola'), ('hotel-luna', '200', 'moonlight')) v (t, n, w);
        insert into agente.outbox (id, inbox_id, tenant_id, channel, sender, guest, message, provider_message_id, lease_owner, lease_until)
          select gen_random_uuid(), id, tenant_id, channel, recipient, guest, body, 'sent-' || tenant_id, 'me', now() - interval '1 hour' from agente.inbox;
        insert into agente.booking_journal (reference, tenant_id, request_key, state, room_type, arrival, departure, rooms, guest, reason, lease_until)
          select 'R-' || t, t, 'key-' || t, 'unknown', 1, '2027-01-10', '2027-01-12', 1, '+1', r, now() - interval '1 hour'
            from (values ('hotel-sol', 'x'), ('hotel-luna', 'moonlight')) v (t, r);)");
}

std::vector<std::string> names_in_luna(std::string const& url) {
    auto const id_in = [&](std::string const& table) {
        return sql(url, "select id from agente." + table + " where tenant_id = 'hotel-luna'");
    };
    return {"hotel-luna",
            "200",
            "+200",
            "hotel-luna@guest.example",
            "hotel-luna-owner",
            "hotel-luna-owner@staff.example",
            "hotel-luna-viewer",
            "session-hotel-luna-owner",
            "jti-hotel-luna-owner",
            "hash-hotel-luna-owner",
            "lock:hotel-luna:stay:1",
            "wamid-hotel-luna",
            "sent-hotel-luna",
            "R-hotel-luna",
            "key-hotel-luna",
            "whatsapp",
            "me",
            id_in("inbox"),
            id_in("outbox"),
            id_in("security_events")};
}

std::string everything_of_luna() {
    std::string all = "md5(concat(";
    auto const add = [&all](std::string_view table, std::string_view which) {
        all +=
            fmt::format("(select string_agg(t::text, '|' order by t::text) from {} t where {}), ",
                        table, which);
    };
    for (auto const* table : {"public.tenants", "public.users", "public.lock_audit", "agente.inbox",
                              "agente.outbox", "agente.booking_journal"})
        add(table, "tenant_id = 'hotel-luna'");
    // That somebody tried to sign in there is an event of the hotel's.
    add("agente.security_events", "tenant_id = 'hotel-luna' and details ? 'x'");
    for (auto const* table : {"public.user_sessions", "public.password_history",
                              "agente.second_factors", "agente.one_time_links"})
        add(table, "user_id in (select id from public.users where tenant_id = 'hotel-luna')");
    add("agente.revocations",
        "tenant_id = 'hotel-luna' or user_id like 'hotel-luna-%' or session_id like "
        "'session-hotel-luna-%'");
    add("public.tenant_user_identifiers",
        "tenant_id = (select id from public.tenants where tenant_id = 'hotel-luna')");
    return all + "''))";
}

}  // namespace agente::support
