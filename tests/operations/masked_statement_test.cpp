#include "operations/masked_statement.hpp"

#include <gmock/gmock.h>

namespace agente::operations {
namespace {

struct statement_pair {
    char const* sql;
    char const* masked;
};

TEST(masked_statement, leaves_the_statement_and_takes_what_it_is_about) {
    statement_pair const rows[] = {
        {"select 1", "select '…'"},
        {"  select\n\t*  from t ", "select * from t"},
        {"select $1, $23 from t1 where a_2 = $3", "select $1, $23 from t1 where a_2 = $3"},
        {"alter role x password 'hunter2'", "alter role x password '…'"},
        {"select 'it''s', \"a \"\"col\"\" 7\"", "select '…', \"a \"\"col\"\" 7\""},
        {R"(select E'a\'hunter2', 1)", "select '…', '…'"},
        {R"(select 'C:\', 'hunter2')", "select '…', '…'"},
        {"select U&'hunter\\0032' || N'x' || B'01' || X'ff'", "select '…' || '…' || '…' || '…'"},
        {"do $x$ hunter2 $$ $x$", "do '…'"},
        {"select $$hunter2$$, a$b$c", "select '…', a$b$c"},
        {"select 5491155550001, -1.5e-10, .25, 0xFF", "select '…', -'…', '…', '…'"},
        {"select a /* hunter2 /* 2 */ */ from t -- hunter2\nwhere b", "select a from t where b"},
        {"update t set a = b, c = 'x' where d = 4", "update t set a = b, c = '…' where d = '…'"},
        {"set app.jwt_secret = hunter2", "set app.jwt_secret = '…'"},
        {"SET app.jwt_secret TO \"hunter2\"", "SET app.jwt_secret TO '…'"},
        {"alter database postgres set app.key to hunter2",
         "alter database postgres set app.key to '…'"},
        {"create role r; set x = hunter2; select a", "create role r; set x = '…'; select a"},
        // cut off by track_activity_query_size
        {"select a from t where b = 'hunter", "select a from t where b = '…'"},
        {"do $$ hunter", "do '…'"},
        {"do $bod", "do '…'"},
        {"select 1 /* hunter", "select '…'"},
        {"", ""},
        {"\xff'\xff'", "\xEF\xBF\xBD'…'"},
    };
    for (auto const& row : rows) EXPECT_EQ(masked_statement(row.sql), row.masked) << row.sql;
}

TEST(masked_statement, no_cut_of_a_statement_shows_its_secret) {
    std::string const sql =
        R"(alter role "x" with password 'hunter2'; select E'\'hunter2', $a$hunter2$a$, 'a''hunter2' /* hunter2 */)";
    for (std::size_t length = 0; length <= sql.size(); ++length)
        EXPECT_THAT(masked_statement(sql.substr(0, length)), testing::Not(testing::HasSubstr("hu")))
            << length;
}

}  // namespace
}  // namespace agente::operations
