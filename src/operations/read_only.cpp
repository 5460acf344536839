#include "operations/read_only.hpp"

namespace agente::operations {

read_only::read_only(postgres::command_connection& connection) : connection_(connection) {
    connection_.script("read_only.begin",
                       "begin transaction read only;"
                       "select pg_catalog.set_config('search_path', '', true),"
                       " pg_catalog.set_config('lock_timeout', '10s', true)");
}

read_only::~read_only() {
    if (!connection_.open()) return;
    try {
        connection_.ask("read_only.end", "rollback");
    } catch (postgres::error const&) {
        connection_.close();  // whoever uses it next is told
    }
}

}  // namespace agente::operations
