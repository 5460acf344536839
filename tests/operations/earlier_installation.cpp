#include "operations/earlier_installation.hpp"

namespace agente::operations {

std::string const earlier_tables = R"(
create table public.users (
    id varchar(255) primary key, username varchar(255) unique not null, email varchar(255) unique not null,
    hashed_password varchar(255) not null, full_name varchar(255), is_active boolean not null default true,
    is_superuser boolean not null default false, tenant_id varchar(255),
    password_last_changed timestamp not null default now(), password_must_change boolean not null default false,
    created_at timestamp not null default now(), updated_at timestamp not null default now());
create table public.user_sessions (
    id varchar(255) primary key, user_id varchar(255) not null references public.users (id) on delete cascade,
    token_jti varchar(255) unique not null, expires_at timestamp not null, created_at timestamp not null default now(),
    is_revoked boolean not null default false, user_agent text, ip_address varchar(45));
create table public.password_history (
    id serial primary key, user_id varchar(255) not null references public.users (id) on delete cascade,
    password_hash varchar(255) not null, created_at timestamp not null default now());
create table public.tenants (
    id serial primary key, tenant_id varchar(255) unique not null, name varchar(255) not null,
    status varchar(50) not null default 'active', business_hours_start integer, business_hours_end integer,
    business_hours_timezone varchar(50), created_at timestamp not null default now(), updated_at timestamp not null default now());
create table public.tenant_user_identifiers (
    id serial primary key, tenant_id integer not null references public.tenants (id) on delete cascade,
    identifier varchar(255) not null, created_at timestamp not null default now(), constraint uq_identifier unique (identifier));
create table public.lock_audit (
    id serial primary key, lock_key varchar(255) not null, event_type varchar(50) not null,
    timestamp timestamp not null default now(), details jsonb);
create index idx_users_username on public.users (username);
create index idx_users_email on public.users (email);
create index idx_users_tenant_id on public.users (tenant_id);
create index idx_user_sessions_user_id on public.user_sessions (user_id);
create index idx_user_sessions_token_jti on public.user_sessions (token_jti);
create index idx_user_sessions_expires_at on public.user_sessions (expires_at);
create index idx_password_history_user_id on public.password_history (user_id);
create index idx_password_history_created_at on public.password_history (created_at);
create index idx_tenants_tenant_id on public.tenants (tenant_id);
create index idx_tenants_status on public.tenants (status);
create index idx_tenant_identifiers_tenant_id on public.tenant_user_identifiers (tenant_id);
create index idx_tenant_identifiers_identifier on public.tenant_user_identifiers (identifier);
create index idx_lock_audit_lock_key on public.lock_audit (lock_key);
create index idx_lock_audit_timestamp on public.lock_audit (timestamp);
create index idx_lock_audit_event_type on public.lock_audit (event_type);
create function public.update_updated_at_column() returns trigger language plpgsql as $$
begin new.updated_at = now(); return new; end $$;
create trigger update_users_updated_at before update on public.users
    for each row execute function public.update_updated_at_column();
create trigger update_tenants_updated_at before update on public.tenants
    for each row execute function public.update_updated_at_column();
create table public.alembic_version (version_num varchar(32) primary key);
insert into public.alembic_version values ('0007_lock_audit');
)";

std::string const ordinary_rows = R"(
insert into public.tenants (tenant_id, name, status, business_hours_start, business_hours_end, business_hours_timezone, created_at, updated_at)
values ('hotel-sol', 'Hotel Sol', 'active', 8, 22, 'America/Argentina/Buenos_Aires', '2024-03-01 12:00:00.123456', '2024-05-01 00:00:00'),
       ('Gran_Hotel', 'Gran Hotel', 'suspended', null, null, null, '2024-04-01 12:00:00', '2024-04-01 12:00:00');
delete from public.tenants where tenant_id = 'no-such';
insert into public.users (id, username, email, hashed_password, full_name, is_active, is_superuser, tenant_id, password_last_changed,
                          password_must_change, created_at, updated_at)
values ('8c0b3f0e-0000-4000-8000-000000000001', 'ana', 'Ana@sol.example', '$2b$12$abcdefghijklmnopqrstuv', 'Ana Ñandú', true, false,
        'hotel-sol', '2024-03-02 01:02:03', false, '2024-03-02 01:02:03', '2024-03-03 01:02:03'),
       ('8c0b3f0e-0000-4000-8000-000000000002', 'root', 'root@platform.example', '$2b$12$abcdefghijklmnopqrstuv', null, false, true,
        null, '2024-03-02 01:02:03', true, '2024-03-02 01:02:03', '2024-03-02 01:02:03'),
       ('8c0b3f0e-0000-4000-8000-000000000003', 'nobody', 'nobody@platform.example', '$2b$12$abcdefghijklmnopqrstuv', null, true, false,
        '', '2024-03-02 01:02:03', false, '2024-03-02 01:02:03', '2024-03-02 01:02:03');
insert into public.user_sessions (id, user_id, token_jti, expires_at, created_at, is_revoked, user_agent, ip_address)
values ('s1', '8c0b3f0e-0000-4000-8000-000000000001', 'jti-1', '2024-03-09 01:02:03', '2024-03-02 01:02:03', true, 'Firefox "es"', '2001:db8::1'),
       ('s2', '8c0b3f0e-0000-4000-8000-000000000001', 'jti-2', 'infinity', '2024-03-02 01:02:03', false, null, null);
insert into public.password_history (user_id, password_hash, created_at)
values ('8c0b3f0e-0000-4000-8000-000000000001', '$2b$12$older', '2024-02-02 01:02:03');
insert into public.tenant_user_identifiers (tenant_id, identifier, created_at)
values (1, '+54 9 11 5555-0001', '2024-03-02'), (1, '005491155550002', '2024-03-03'), (2, 'Guest@Example.COM', '2024-03-04'),
       (2, '+5491155550003', '2024-03-05'), (2, 'US.1349-abc', '2024-03-06');
insert into public.lock_audit (lock_key, event_type, timestamp, details)
values ('lock:hotel-sol:1', 'acquired', '2024-03-02 23:30:00', '{"room": 1}'), ('lock:hotel-sol:1', 'released', '2024-03-02 23:31:00', null);
-- rows that are gone: their numbers must not be given out again
insert into public.lock_audit (lock_key, event_type) select 'k', 'e' from generate_series(1, 40);
delete from public.lock_audit where lock_key = 'k';
)";

std::string const awkward_rows = R"(
insert into public.tenants (tenant_id, name, status, business_hours_start, business_hours_end, business_hours_timezone)
values ('Hotel España', 'Hotel España', 'active', 8, 20, 'Europe/Madrid'), ('closed-inn', '', 'closed', -1, 31, '');
insert into public.users (id, username, email, hashed_password, tenant_id, created_at)
values ('u-old', 'Old', 'old@x.example', 'h', 'gone-hotel', '2023-01-01'), ('u-new', 'ANA', 'ana@SOL.example', 'h', 'Hotel España', '2025-01-01'),
       ('u-mail', 'mail', 'not an address', 'h', null, '2025-01-01');
insert into public.user_sessions (id, user_id, token_jti, expires_at) values ('s3', 'u-new', '', '2030-01-01');
insert into public.tenant_user_identifiers (tenant_id, identifier, created_at)
values (2, '5491155550001', '2024-06-01'), (1, 'guest@example.com', '2024-06-02'), (1, '  ', '2024-06-03');
insert into public.lock_audit (lock_key, event_type, details) values ('', '', '[1, null]');
)";

}  // namespace agente::operations
