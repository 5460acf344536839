// A read-only transaction of a command: nothing it runs can change anything, and names mean what
// the statement says, whatever the role's search_path is.
#pragma once

#include "postgres/command_connection.hpp"

namespace agente::operations {

class read_only {
public:
    explicit read_only(postgres::command_connection& connection);  // throws postgres::error
    ~read_only();                                                  // ends it
    read_only(read_only const&) = delete;
    read_only& operator=(read_only const&) = delete;

private:
    postgres::command_connection& connection_;
};

}  // namespace agente::operations
