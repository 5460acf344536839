#include "operations/restore.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/text.hpp"
#include "operations/endpoint.hpp"
#include "operations/interruption.hpp"
#include "operations/our_objects.hpp"
#include "operations/restore_script.hpp"
#include "operations/rollback.hpp"

namespace agente::operations {
namespace {

using namespace std::chrono_literals;
using postgres::query;

constexpr query<std::string> database_name{"restore.database",
                                           "select pg_catalog.current_database()::text"};
constexpr query<std::optional<int>> newest_migration{"restore.version",
                                                     "select max(version) from agente.migrations"};

[[noreturn]] void conflict(std::string_view code, std::string message) {
    throw failure(error(error_kind::conflict, code, std::move(message)));
}

// psql reading from us. Without `commit` it ends, and with it whatever it did.
class receiver {
public:
    receiver(embedded::client_programs const& programs, postgres::conninfo const& where)
        : psql_(start(programs, where)) {}

    void say(std::string_view sql) {
        while (!sql.empty()) {
            interruption::check();
            auto const n = ::send(ours_.get(), sql.data(), sql.size(), MSG_NOSIGNAL);
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) stopped();
            sql.remove_prefix(static_cast<std::size_t>(n));
        }
    }

    void commit() {
        say("commit;\n");
        ours_.close();
        psql_.finish();
    }

private:
    client_program start(embedded::client_programs const& programs,
                         postgres::conninfo const& where) {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
            throw failure(error(error_kind::unavailable, "backup.program_failed",
                                fmt::format("no socket: {}", std::strerror(errno))));
        ours_ = open_file(ends[0]);
        open_file const theirs(ends[1]);
        return {programs,
                {.name = "psql",
                 // Terse: details quote rows.
                 .words = {"--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1",
                           "--set=VERBOSITY=terse", "--output=/dev/null", "--file=-"},
                 .where = &where,
                 .input = theirs.get()}};
    }

    [[noreturn]] void stopped() {
        ours_.close();
        psql_.finish();
        throw failure(error(error_kind::unavailable, "backup.program_failed",
                            "psql ended before the restore was whole"));
    }

    open_file ours_;
    client_program psql_;
};

// One archive of a backup, read by pg_restore where it lies.
class archive {
public:
    archive(embedded::client_programs const& programs, backup_file const& backup,
            tar_member const& member, bool leave_bookkeeping)
        : programs_(programs), backup_(backup), member_(member) {
        auto const kept = chosen(contents(), leave_bookkeeping);
        list_ = open_file(::memfd_create("list", MFD_CLOEXEC));
        if (!list_.open() ||
            ::write(list_.get(), kept.data(), kept.size()) != static_cast<ssize_t>(kept.size()))
            throw failure(error(error_kind::unavailable, "backup.program_failed",
                                fmt::format("no memory: {}", std::strerror(errno))));
    }

    void send(std::string_view section, receiver& to, int server_version) {
        run({"--no-owner", "--no-privileges", fmt::format("--section={}", section),
             "--use-list=/proc/self/fd/4", "--file=-"},
            [&, header = std::string(), whole = false](std::string_view bytes, bool end) mutable {
                if (whole) return to.say(bytes);
                header += bytes;
                if (!end && header.find("search_path") == std::string::npos) return;
                whole = true;
                to.say(fitting(std::move(header), server_version));
            });
    }

private:
    // Newer clients set what older servers do not know.
    static std::string fitting(std::string header, int server_version) {
        auto const at = header.find("transaction_timeout");  // since 17
        if (server_version < 170'000 && at != std::string::npos) {
            auto const line = header.rfind('\n', at) + 1;
            header.erase(line, header.find('\n', at) + 1 - line);
        }
        return header;
    }

    // Policies name roles of the server they come from; the schema makes them anew. Triggers of an
    // earlier installation call a function that is not ours.
    std::string chosen(std::string const& list, bool leave_bookkeeping) const {
        bool const earlier = !backup_.manifest.schema_version;
        std::string out;
        for (auto const line : text::split(list, '\n')) {
            auto const unwanted = [&](std::string_view kind) {
                return line.find(kind) != std::string_view::npos;
            };
            if (unwanted(" POLICY ") || unwanted(" DEFAULT ACL ") ||
                (earlier && unwanted(" TRIGGER ")) ||
                (leave_bookkeeping && unwanted(" TABLE DATA agente migrations ")))
                continue;
            out += fmt::format("{}\n", line);
        }
        return out;
    }

    std::string contents() {
        std::string all;
        run({"--list"}, [&](std::string_view bytes, bool) { all += bytes; });
        return all;
    }

    template <class Take>
    void run(std::vector<std::string> words, Take take) {
        auto const offset = static_cast<off_t>(member_.offset);
        if (::lseek(backup_.file.get(), offset, SEEK_SET) != offset)
            throw failure(
                error(error_kind::unavailable, "backup.cannot_read",
                      fmt::format("the backup cannot be read: {}", std::strerror(errno))));
        auto ends = make_pipe();
        client_program reading(programs_, {.name = "pg_restore",
                                           .words = std::move(words),
                                           .input = backup_.file.get(),
                                           .output = ends.writing.get(),
                                           .extra = list_.get()});
        ends.writing.close();
        std::array<char, 65'536> chunk;
        for (;;) {
            auto const n = ::read(ends.reading.get(), chunk.data(), chunk.size());
            interruption::check();
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) break;
            take({chunk.data(), static_cast<std::size_t>(n)}, false);
        }
        reading.finish();
        take({}, true);
    }

    embedded::client_programs const& programs_;
    backup_file const& backup_;
    tar_member const& member_;
    open_file list_;
};

restore_way choose(restore_target const& target, backup_manifest const& backup,
                   restore_options const& options) {
    auto const newest = static_cast<int>(embedded_schema().migrations.size());
    bool const same = target.schema_version && target.schema_version == backup.schema_version;
    if (!options.as_it_was && backup.schema_version.value_or(0) > newest)
        conflict("restore.newer_program",
                 fmt::format("the backup's schema is version {}, this program knows {}: restore it "
                             "with the program that made it, or a newer one",
                             *backup.schema_version, newest));
    if (backup.scope == backup_scope::data && !same)
        conflict(
            "restore.other_schema",
            fmt::format("the backup holds data alone, of schema version {}, and the database's "
                        "is {}: deploy that version first, or restore a whole backup",
                        backup.schema_version.value_or(0),
                        target.schema_version ? std::to_string(*target.schema_version)
                                              : std::string("not there")));
    if (target.rows() > 0 && !options.overwrite)
        conflict("restore.holds_rows",
                 fmt::format("{} holds {} rows of this program: nothing was restored", target.name,
                             target.rows()));
    if (target.tables.empty()) return restore_way::created;
    return same && backup.scope != backup_scope::schema ? restore_way::refilled
                                                        : restore_way::replaced;
}

}  // namespace

std::string_view to_string(restore_way way) noexcept {
    switch (way) {
        case restore_way::created: return "created";
        case restore_way::replaced: return "replaced";
        case restore_way::refilled: return "refilled";
    }
    return "created";
}

std::int64_t restore_target::rows() const {
    std::int64_t all = 0;
    for (auto const& one : tables)
        if (!is_bookkeeping(one)) all += one.rows;
    return all;
}

restore_target look_at_target(postgres::conninfo const& where) {
    postgres::command_connection connection(where, {.connect = 15s, .answer = 10min});
    restore_target out;
    auto const at = endpoint_of(where);
    out.name = at.project_ref.empty() ? *connection.row(database_name) : at.project_ref;
    out.tables = table_rows(connection);
    if (std::ranges::any_of(out.tables, is_bookkeeping))
        out.schema_version = *connection.row(newest_migration);
    return out;
}

restore_report restore_backup(postgres::conninfo const& where, backup_file const& backup,
                              restore_options const& options, told const& step) {
    auto const target = look_at_target(where);
    auto const& manifest = backup.manifest;
    restore_report report;
    report.way = choose(target, manifest, options);
    report.manifest = manifest;
    report.schema_version = manifest.schema_version;
    postgres::command_connection looking(where, {.connect = 15s, .answer = 1min});
    int const server = looking.server_version();
    if (report.way == restore_way::replaced) refuse_others(looking);
    looking.close();
    auto const programs = embedded::postgres_clients(manifest.client_version);

    // Of this program's own version the tables are made by its schema, as `db deploy` makes them;
    // of an older one by the backup, and then brought up to date.
    int const newest = static_cast<int>(embedded_schema().migrations.size());
    bool const stays = report.way == restore_way::refilled;
    bool const by_schema = !stays && !options.as_it_was && manifest.schema_version == newest;
    bool const by_backup = !stays && !by_schema;
    std::vector<std::unique_ptr<archive>> parts(2);  // of public, of agente
    std::array const names{public_member, agente_member};
    for (std::size_t i = 0; i < names.size(); ++i)
        if (auto const* const member = backup.member(names[i]))
            parts[i] = std::make_unique<archive>(programs, backup, *member, !by_backup);
    auto const& [in_public, in_agente] = std::tie(parts[0], parts[1]);

    receiver to(programs, where);
    auto const send = [&](std::string_view section, std::unique_ptr<archive> const& part) {
        if (part) part->send(section, to, server);
    };
    auto const tell = [&](std::string_view what) {
        interruption::check();
        if (step) step(what);
    };
    to.say(begin_restore());
    if (!options.overwrite) to.say(refuse_rows(target.tables));
    if (!stays) tell("making the tables");
    if (report.way == restore_way::replaced) to.say(drop_script());
    if (by_schema) to.say(bring_up_to_date(newest));
    if (by_backup) {
        send("pre-data", in_agente);
        if (in_agente) to.say(make_room_for_extension());
        send("pre-data", in_public);
    } else {
        to.say(let_rows_in());
        to.say(empty_tables(stays ? target.tables : manifest.tables));
    }
    tell(fmt::format("filling {} tables with {} rows", manifest.tables.size(), manifest.rows()));
    send("data", in_public);
    send("data", in_agente);
    tell("checking rows and checksums");
    auto checked = manifest.tables;
    if (!by_backup) {
        to.say("set constraints all immediate;\n");
        std::erase_if(checked, is_bookkeeping);
    }
    to.say(check_tables(checked));
    if (by_backup) {
        tell("making indexes and constraints");
        send("post-data", in_public);
        send("post-data", in_agente);
        if (manifest.schema_version && !options.as_it_was) {
            to.say(bring_up_to_date(*manifest.schema_version));
            report.schema_version = newest;
        }
    } else {
        to.say(close_again());
    }
    tell("committing");
    to.commit();
    return report;
}

}  // namespace agente::operations
