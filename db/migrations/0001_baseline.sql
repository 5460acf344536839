-- The first deployed state; what it holds is in schema.sql. Later files change databases that exist: one file a change, numbered
-- without gaps, never edited after it was released (its checksum is kept). A change goes into schema.sql in the same commit,
-- with a line in its bookkeeping section. No psql commands and no transaction of its own: db deploy runs it inside one.
comment on schema agente is 'The journals of Agente Hotel. Deployed by "agente-hotel db deploy"; see agente.migrations.';
