// One PostgreSQL for the tests of this executable, with the roles and a tenant's table as the
// product has them.
#pragma once

#include <string>

#include "embedded/postgres_server.hpp"
#include "postgres/query.hpp"

namespace agente::postgres::tests {

embedded::postgres_server& server();  // started on first use
std::string fresh_notes();  // public.notes made anew: rows 'k1' to 'k100' of tenants hotel-a and
                            // hotel-b; the server's URL

struct note {
    std::string key, tenant_id, title;
};
BOOST_DESCRIBE_STRUCT(note, (), (key, tenant_id, title))

inline constexpr query<note, std::string> read_note{
    "tests.read_note", "select key, tenant_id, title from public.notes where key = $1",
    sharing::coalescible};
inline constexpr query<note> all_notes{
    "tests.all_notes", "select key, tenant_id, title from public.notes order by key",
    sharing::coalescible};
inline constexpr query<int, double> nap{"tests.nap", "select 1 from pg_sleep($1)",
                                        sharing::coalescible};
inline constexpr query<int, double> nap_alone{"tests.nap_alone", "select 1 from pg_sleep($1)"};
inline constexpr query<int, int> divide{"tests.divide", "select 100 / $1", sharing::coalescible};
inline constexpr query<void, std::string, std::string> write_note{
    "tests.write_note",
    "insert into public.notes (key, tenant_id, title) values ($1, current_setting('agente.tenant'), $2)"};
inline constexpr query<void, std::string, std::string> write_note_of{
    "tests.write_note_of",
    "insert into public.notes (key, tenant_id, title) values ($1, $2, 'stolen')"};
inline constexpr query<void, std::string, std::string> retitle{
    "tests.retitle", "update public.notes set title = $2 where key = $1"};

}  // namespace agente::postgres::tests
