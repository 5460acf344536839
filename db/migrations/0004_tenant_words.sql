-- Operators find hotels by words of their names and slugs.
create index if not exists tenants_words_idx on public.tenants
    using gin (to_tsvector('simple', name || ' ' || translate(tenant_id, '-_.', '   ')));
