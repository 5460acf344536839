#include "support/explain.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <boost/json/parse.hpp>
#include <memory>
#include <stdexcept>

#include "support/servers.hpp"

namespace agente::support {
namespace {

namespace oid = agente::postgres::oid;
using agente::postgres::query_text;
using agente::postgres::type_oid;

struct type {
    std::string_view name;
    std::string_view sample;  // valid for every cast our statements make
};

type type_of(type_oid id) {
    constexpr std::string_view uuid = "'01920000-0000-7000-8000-000000000001'",
                               uuids = "'{01920000-0000-7000-8000-000000000001}'";
    switch (id) {
        case oid::boolean: return {"bool", "true"};
        case oid::int2: return {"int2", "2"};
        case oid::int4: return {"int4", "20"};
        case oid::int8: return {"int8", "20"};
        case oid::float8: return {"float8", "20"};
        case oid::text: return {"text", uuid};
        case oid::date: return {"date", "'2027-01-10'"};
        case oid::timestamptz: return {"timestamptz", "now()"};
        case oid::jsonb: return {"jsonb", "'{}'"};
        case oid::boolean_array: return {"bool[]", "'{true}'"};
        case oid::int2_array: return {"int2[]", "'{2}'"};
        case oid::int4_array: return {"int4[]", "'{20}'"};
        case oid::int8_array: return {"int8[]", "'{20}'"};
        case oid::float8_array: return {"float8[]", "'{20}'"};
        case oid::text_array: return {"text[]", uuids};
        case oid::date_array: return {"date[]", "'{2027-01-10}'"};
        case oid::timestamptz_array: return {"timestamptz[]", "'{2027-01-10}'"};
        case oid::jsonb_array: return {"jsonb[]", "'{\"{}\"}'"};
        default: throw std::runtime_error(fmt::format("no sample value for type OID {}", id));
    }
}

class session {
public:
    explicit session(std::string const& url) : connection_(PQconnectdb(url.c_str()), PQfinish) {
        if (PQstatus(connection_.get()) != CONNECTION_OK)
            throw std::runtime_error(PQerrorMessage(connection_.get()));
    }
    // The first value, or the error in `wrong`.
    std::string ask(std::string const& sql, std::string* wrong = nullptr) {
        std::unique_ptr<PGresult, decltype(&PQclear)> const answer(
            PQexec(connection_.get(), sql.c_str()), PQclear);
        auto const status = PQresultStatus(answer.get());
        if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
            return PQntuples(answer.get()) > 0 ? PQgetvalue(answer.get(), 0, 0) : "";
        if (wrong == nullptr) throw std::runtime_error(PQerrorMessage(connection_.get()));
        *wrong = PQerrorMessage(connection_.get());
        return {};
    }

private:
    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

void collect_scans(boost::json::value const& node, std::vector<std::string>& tables) {
    auto const& plan = node.as_object();
    if (plan.at("Node Type") == "Seq Scan")
        tables.emplace_back(plan.at("Relation Name").as_string());
    if (auto const* children = plan.if_contains("Plans"))
        for (auto const& child : children->as_array()) collect_scans(child, tables);
}

std::string joined(std::vector<std::string> const& all) {
    return all.empty() ? std::string() : fmt::format("({})", fmt::join(all, ", "));
}

// The plan as JSON; empty and `wrong` filled when this role may not run the query.
std::string plan_as(session& server, std::string_view role, query_text const& query,
                    std::vector<std::string> const& values, std::string& wrong) {
    std::vector<std::string> types;
    for (auto const id : query.types) types.emplace_back(type_of(id).name);
    server.ask("begin");
    if (role != "owner")
        server.ask(fmt::format(
            "select set_config('role', '{}', true), set_config('agente.tenant', 'hotel-77', true)",
            role));
    server.ask("set local plan_cache_mode = force_custom_plan");
    server.ask(fmt::format("prepare asked{} as {}", joined(types), query.sql), &wrong);
    std::string plan;
    if (wrong.empty())
        plan = server.ask(fmt::format("explain (format json) execute asked{}", joined(values)),
                          &wrong);
    server.ask("rollback");
    if (!plan.empty())
        server.ask("deallocate asked");
    else
        server.ask("deallocate all");
    return plan;
}

}  // namespace

void fill_with_hotels(std::string const& url, int tenants) {
    sql(url, fmt::format(R"(
        set session_replication_role = replica;  -- no checks of foreign keys: these rows are right
        insert into public.tenants (tenant_id, name, settings)
          select 'hotel-' || n, 'Hotel ' || md5(n::text), jsonb_build_object('whatsapp', jsonb_build_object('phone_number_id', 1000000 + n))
            from generate_series(1, {0}) n;
        insert into public.tenant_user_identifiers (tenant_id, identifier) select id, '+549115550' || id from public.tenants;
        insert into public.users (id, username, email, hashed_password, tenant_id)
          select 'user-' || id, 'user' || id, 'user' || id || '@staff.example', 'h', tenant_id from public.tenants;
        insert into public.user_sessions (user_id, token_jti, expires_at) select id, 'jti-' || id, now() + random() * interval '30 days' from public.users;
        insert into public.password_history (user_id, password_hash) select id, 'old' from public.users;
        insert into public.lock_audit (tenant_id, lock_key, event_type, created_at)
          select tenant_id, 'lock:' || tenant_id || ':' || id, 'acquired', now() - random() * interval '60 days' from public.tenants;
        insert into agente.security_events (tenant_id, user_id, event_type, occurred_at)
          select tenant_id, id, 'signed_in', now() - random() * interval '60 days' from public.users;
        -- one message in a hundred is still open
        insert into agente.inbox (id, channel, provider_message_id, tenant_id, guest, recipient, kind, body, received_at, lease_owner, lease_until, done_at)
          select gen_random_uuid(), 'whatsapp', 'wamid.' || id, tenant_id, '549115550' || id, (1000000 + id)::text, 'text', '{{}}',
                 now() - random() * interval '60 days', case when id % 100 = 0 then 'worker' end,
                 case when id % 100 = 0 then now() + interval '30 seconds' end, case when id % 100 > 0 then now() end from public.tenants;
        insert into agente.outbox (id, inbox_id, tenant_id, channel, sender, guest, message, state, provider_message_id, created_at, lease_until)
          select gen_random_uuid(), id, tenant_id, channel, recipient, guest, '{{}}', case when done_at is null then 'sending' else 'read' end,
                 'out.' || provider_message_id, received_at, lease_until from agente.inbox;
        insert into agente.booking_journal (reference, tenant_id, request_key, state, room_type, arrival, departure, rooms, guest, fence, pms_id, lease_until)
          select 'AH' || id, tenant_id, 'key-' || id, case when id % 1000 = 0 then 'sent' else 'confirmed' end, 1 + id % 9,
                 date '2027-01-01' + id % 300, date '2027-01-03' + id % 300, 1, '549115550' || id, id, id,
                 case when id % 1000 = 0 then now() end from public.tenants;
        set session_replication_role = origin)",
                         tenants));
    for (auto const* table :
         {"public.tenants", "public.tenant_user_identifiers", "public.users",
          "public.user_sessions", "public.password_history", "public.lock_audit",
          "agente.security_events", "agente.inbox", "agente.outbox", "agente.booking_journal"})
        sql(url, std::string("vacuum analyze ") + table);
}

std::vector<std::string> sequential_scans(
    std::string const& url, std::vector<query_text> const& queries,
    std::map<std::string, std::vector<std::string>> const& values) {
    session server(url);
    std::vector<std::string> findings;
    for (auto const& query : queries) {
        std::vector<std::string> arguments;
        if (auto const given = values.find(std::string(query.name)); given != values.end())
            arguments = given->second;
        else
            for (auto const id : query.types) arguments.emplace_back(type_of(id).sample);
        bool planned = false;
        std::string refusals;
        for (std::string_view const role :
             {"agente_system", "agente_app", "agente_platform", "owner"}) {
            if (role == "owner" && planned) break;
            std::string wrong;
            auto const text = plan_as(server, role, query, arguments, wrong);
            if (text.empty()) {
                refusals += wrong;
                continue;
            }
            planned = true;
            std::vector<std::string> tables;
            collect_scans(boost::json::parse(text).at(0).at("Plan"), tables);
            for (auto const& table : tables)
                if (server.ask(fmt::format(
                        "select max(reltuples) >= 10000 from pg_class where relname = '{}'",
                        table)) == "t")
                    findings.push_back(
                        fmt::format("{} as {}: Seq Scan on {}", query.name, role, table));
        }
        if (!planned)
            throw std::runtime_error(fmt::format("{} cannot be planned: {}", query.name, refusals));
    }
    return findings;
}

}  // namespace agente::support
