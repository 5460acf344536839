// agente-hotel db: the group of commands that operate the database.
#include "app/command_db.hpp"

namespace agente::app {

void add_db_command(command const& program) {
    auto const db = program.add_group("db", "Operate the database");
    add_db_check(db);
    add_db_deploy(db);
    add_db_migrate(db);
    add_db_drift(db);
    add_db_lint(db);
    add_db_backup(db);
    add_db_restore(db);
    add_db_report(db);
    add_db_cleanup(db);
    add_db_rollback(db);
}

}  // namespace agente::app
