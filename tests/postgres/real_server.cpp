#include "postgres/real_server.hpp"

#include <boost/asio/io_context.hpp>

#include "embedded/temporary_folder.hpp"
#include "postgres/support.hpp"

namespace agente::postgres::tests {
namespace {

constexpr char const* statements[] = {
    R"(do $$ begin
         if not exists (select from pg_roles where rolname = 'agente_app') then
           create role agente_app nologin nobypassrls;
           create role agente_system nologin nobypassrls;
         end if;
       end $$)",
    "drop table if exists public.notes",
    "create table public.notes (key text not null, tenant_id text not null, title text not null, primary key (key, tenant_id))",
    "alter table public.notes enable row level security",
    "alter table public.notes force row level security",
    R"(create policy own on public.notes to agente_app
         using (tenant_id = nullif(current_setting('agente.tenant', true), ''))
         with check (tenant_id = nullif(current_setting('agente.tenant', true), '')))",
    "grant select, insert, update, delete on public.notes to agente_app",
    R"(insert into public.notes select 'k' || n, t, t || ' ' || n
         from generate_series(1, 100) n, (values ('hotel-a'), ('hotel-b')) tenants (t))"};

}  // namespace

embedded::postgres_server& server() {
    static embedded::temporary_folder const folder;
    static embedded::postgres_server one({.folder = folder / "pg", .tls = true, .durable = false});
    return one;
}

std::string fresh_notes() {
    asio::io_context loop;
    telemetry::metrics metrics;
    auto url = server().url();
    database owner(loop, options_for(url, pipeline_mode::multi, 1), metrics);
    wait_for(loop, owner.start());
    for (std::string_view const sql : statements)
        wait_for(loop, owner.execute(access::owner(), query<void>{"tests.setup", sql}));
    wait_for(loop, owner.stop());
    return url;
}

}  // namespace agente::postgres::tests
