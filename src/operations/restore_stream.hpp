// What a restore is made of: psql that commits only when it is told to, and the archives of a
// backup as pg_restore reads them. Used by restore alone.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "operations/backup_folder.hpp"
#include "operations/client_program.hpp"

namespace agente::operations {

// psql reading from us. Without `commit` it ends, and with it whatever it did.
class receiver {
public:
    receiver(embedded::client_programs const& programs, postgres::conninfo const& where);

    // Throws failure unavailable with psql's complaint about something said before, or
    // "operation.interrupted".
    void say(std::string_view sql);
    void commit();

private:
    client_program start(embedded::client_programs const& programs,
                         postgres::conninfo const& where);
    [[noreturn]] void stopped();

    open_file ours_;
    client_program psql_;
};

// One archive of a backup, read by pg_restore where it lies, without owners, rights and policies:
// they name roles of the server it comes from, and the schema makes them anew.
class archive {
public:
    // All of these must outlive it. `leave_bookkeeping`: without the rows of agente.migrations.
    archive(embedded::client_programs const& programs, backup_file const& backup,
            tar_member const& member, bool leave_bookkeeping);

    // "pre-data", "data" or "post-data".
    void send(std::string_view section, receiver& to, int server_version);

private:
    using taker = std::function<void(std::string_view bytes, bool end)>;

    std::string chosen(std::string const& list, bool leave_bookkeeping) const;
    void run(std::vector<std::string> words, taker const& take);

    embedded::client_programs const& programs_;
    backup_file const& backup_;
    tar_member const& member_;
    open_file list_;
};

// The settings that pg_restore begins with, without what servers of that version do not know.
std::string fitting_header(std::string header, int server_version);

}  // namespace agente::operations
