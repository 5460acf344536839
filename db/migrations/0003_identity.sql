-- Roles inside a hotel, and what a session needs to rotate its refresh token. New tables are in schema.sql.
alter table public.users add column if not exists role text not null default 'viewer';
alter table public.users add constraint users_role_check check (role in ('owner', 'manager', 'agent', 'viewer'));
alter table public.user_sessions add column if not exists refresh_hash text;
alter table public.user_sessions add column if not exists previous_refresh_hash text;
alter table public.user_sessions add column if not exists rotations integer not null default 0;
alter table public.user_sessions add column if not exists refreshed_at timestamptz not null default now();
alter table public.user_sessions add column if not exists revoked_at timestamptz;
alter table public.user_sessions add column if not exists revoked_reason text;
alter table public.user_sessions add constraint user_sessions_rotations_check check (rotations >= 0);
