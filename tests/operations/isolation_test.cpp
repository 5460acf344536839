// Nothing of one hotel reaches another, whatever statement runs for it: every named query of the
// program, those that never run for a hotel included, with everything an attacker might know; every
// table with a query that forgot the hotel; and the roles of a data API, which reach nothing at
// all.
#include <gmock/gmock.h>
#include <libpq-fe.h>

#include "operations/all_queries.hpp"
#include "support/servers.hpp"
#include "support/two_hotels.hpp"

namespace agente::operations {
namespace {

using support::sql;
using testing::HasSubstr;
using testing::Not;

// One connection; everything that comes back, errors included, as one text.
class session {
public:
    explicit session(std::string const& url) : connection_(PQconnectdb(url.c_str()), PQfinish) {
        PQsetNoticeProcessor(
            connection_.get(), [](void*, char const*) {}, nullptr);
    }
    std::string run(std::string const& statements) {
        std::string all;
        PQsendQuery(connection_.get(), statements.c_str());
        while (auto* const result = PQgetResult(connection_.get())) {
            all += PQresultErrorMessage(result);
            for (int row = 0; row < PQntuples(result); ++row)
                for (int column = 0; column < PQnfields(result); ++column)
                    all.append(PQgetvalue(result, row, column)) += '\n';
            PQclear(result);
        }
        return all;
    }

private:
    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

struct parameter {
    std::string type, value;
};

// A parameter of that type which says `word`, if it can.
parameter saying(postgres::type_oid type, std::string const& word) {
    namespace oid = postgres::oid;
    bool const uuid = word.size() == 36 && word[8] == '-';
    auto const id = uuid ? word : std::string("00000000-0000-0000-0000-000000000000");
    switch (type) {
        case oid::boolean: return {"boolean", "'t'"};
        case oid::int2: return {"smallint", "'2'"};
        case oid::int4: return {"integer", "'2'"};
        case oid::int8: return {"bigint", "'2'"};
        case oid::float8: return {"float8", "'60'"};
        case oid::date: return {"date", "'2027-01-10'"};
        case oid::timestamptz: return {"timestamptz", "now()"};
        case oid::uuid: return {"uuid", "'" + id + "'"};
        case oid::jsonb: return {"jsonb", "'{\"text\": \"" + word + "\"}'"};
        case oid::boolean_array: return {"boolean[]", "'{t}'"};
        case oid::int4_array: return {"integer[]", "'{1}'"};
        case oid::int8_array: return {"bigint[]", "'{1}'"};
        case oid::float8_array: return {"float8[]", "'{60}'"};
        case oid::timestamptz_array: return {"timestamptz[]", "array[now()]"};
        case oid::uuid_array: return {"uuid[]", "'{" + id + "}'"};
        case oid::text_array: return {"text[]", "array['" + word + "']"};
        case oid::jsonb_array: return {"jsonb[]", "array['{}'::jsonb]"};
        default: return {"text", "'" + word + "'"};
    }
}

std::string as_sol(std::string const& statements) {
    return "begin; select set_config('role', 'agente_app', true), set_config('agente.tenant', 'hotel-sol', true);" +
           statements + "; reset role; select 'still ' || " + support::everything_of_luna() +
           "; rollback";
}

TEST(isolation, no_statement_of_the_program_crosses_from_one_hotel_to_another) {
    auto const url = support::fresh_database();
    support::fill_two_hotels(url);
    auto const before = "still " + sql(url, "select " + support::everything_of_luna());
    session here(url);
    std::size_t tried = 0, ran = 0;
    for (auto const& query : all_queries())
        for (auto const& word : support::names_in_luna(url)) {
            std::string types, values;
            for (auto const type : query.types) {
                auto const [name, value] = saying(type, word);
                types += (types.empty() ? "" : ", ") + name;
                values += (values.empty() ? "" : ", ") + value;
            }
            auto const prepared = "prepare q" + (types.empty() ? "" : "(" + types + ")") + " as " +
                                  std::string(query.sql) + "; execute q" +
                                  (values.empty() ? "" : "(" + values + ")");
            auto const got = here.run(as_sol(prepared));
            here.run("rollback; deallocate all");
            ++tried;
            EXPECT_THAT(got, Not(HasSubstr(support::secret_word)))
                << query.name << " with " << word;
            if (got.find("ERROR") != std::string::npos) continue;  // it may not even run
            ++ran;
            EXPECT_THAT(got, HasSubstr(before)) << query.name << " with " << word;
        }
    EXPECT_GT(tried, 1'000u);
    EXPECT_GT(ran, tried / 4) << "or nothing was tried";
    // What this would look like.
    EXPECT_THAT(here.run("select name from public.tenants"), HasSubstr(support::secret_word));
    EXPECT_THAT(here.run("begin; update public.tenants set name = 'x'; select 'still ' || " +
                         support::everything_of_luna() + "; rollback"),
                Not(HasSubstr(before)));
}

TEST(isolation, a_query_that_forgot_the_hotel_finds_and_changes_nothing_of_another) {
    auto const url = support::fresh_database();
    support::fill_two_hotels(url);
    auto const before = "still " + sql(url, "select " + support::everything_of_luna());
    session here(url);
    std::string const tables = sql(
        url,
        "select string_agg(oid::regclass::text, ' ' order by 1) from pg_class where relkind = 'r' and relnamespace in"
        " ('public'::regnamespace, 'agente'::regnamespace)");
    std::istringstream names(tables);
    int count = 0;
    for (std::string table; names >> table; ++count) {
        EXPECT_THAT(here.run(as_sol("select t::text from " + table + " t")),
                    Not(HasSubstr(support::secret_word)))
            << table;
        here.run("rollback");
        auto const columns = here.run(
            "select string_agg(quote_ident(column_name), ', ') from information_schema.column_privileges where grantee = 'agente_app'"
            " and privilege_type = 'UPDATE' and (table_schema || '.' || table_name)::regclass = '" +
            table + "'::regclass");
        auto const column = columns.substr(0, columns.find_first_of(",\n"));
        for (auto const& change :
             {"delete from " + table, "truncate " + table,
              "update " + table + " set " + (column.empty() ? "ctid" : column) + " = " +
                  (column.empty() ? "ctid" : column)}) {
            auto const got = here.run(as_sol(change));
            here.run("rollback");
            if (got.find("ERROR") == std::string::npos)
                EXPECT_THAT(got, HasSubstr(before)) << change;
        }
    }
    EXPECT_GE(count, 13);
}

TEST(isolation, the_roles_of_a_data_api_reach_nothing) {
    auto const url = support::fresh_database(false);
    sql(url,
        "do $$ begin create role anon nologin; exception when duplicate_object then null; end $$;"
        "do $$ begin create role authenticated nologin; exception when duplicate_object then null; end $$;"
        // as a project has them that is older than May 2026
        "grant usage on schema public to anon, authenticated;"
        "alter default privileges in schema public grant all on tables to anon, authenticated;"
        "alter default privileges in schema public grant all on sequences to anon, authenticated;"
        "alter default privileges in schema public grant all on functions to anon, authenticated");
    support::deploy(url);
    support::fill_two_hotels(url);
    session here(url);
    for (std::string const role : {"anon", "authenticated"}) {
        auto const as_them = [&](std::string const& statement) {
            auto const got = here.run("begin; set local role " + role + "; " + statement);
            here.run("rollback");
            return got;
        };
        std::istringstream tables(sql(
            url,
            "select string_agg(oid::regclass::text, ' ') from pg_class where relkind = 'r' and relnamespace in"
            " ('public'::regnamespace, 'agente'::regnamespace)"));
        int count = 0;
        for (std::string table; tables >> table; ++count)
            for (auto const& statement :
                 {"select * from " + table, "insert into " + table + " default values",
                  "delete from " + table, "truncate " + table, "lock table " + table})
                EXPECT_THAT(as_them(statement), HasSubstr("permission denied"))
                    << role << ": " << statement;
        EXPECT_GE(count, 13);
        std::istringstream functions(sql(
            url,
            "select string_agg(oid::regprocedure::text, ';') from pg_proc where pronamespace = 'agente'::regnamespace"
            " and prorettype = 'trigger'::regtype"));
        for (std::string function; std::getline(functions, function, ';');)
            EXPECT_EQ(sql(url, "select has_function_privilege('" + role + "', '" + function +
                                   "', 'execute')"),
                      "f")
                << role << ": " << function;
        for (auto const* ours : {"agente_app", "agente_system", "agente_platform"})
            EXPECT_EQ(sql(url, "select pg_has_role('" + role + "', '" + ours + "', 'member')"), "f")
                << ours;
        EXPECT_THAT(as_them("select nextval(pg_get_serial_sequence('public.lock_audit', 'id'))"),
                    HasSubstr("permission denied"));
    }
}

}  // namespace
}  // namespace agente::operations
