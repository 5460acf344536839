// The commands under `agente-hotel db`: each adds itself to the group, in a file of its own.
#pragma once

#include "app/command_line.hpp"

namespace agente::app {

void add_db_check(command const& db);
void add_db_deploy(command const& db);
void add_db_migrate(command const& db);
void add_db_drift(command const& db);
void add_db_lint(command const& db);
void add_db_report(command const& db);
void add_db_backup(command const& db);
void add_db_restore(command const& db);
void add_db_cleanup(command const& db);
void add_db_rollback(command const& db);

}  // namespace agente::app
