#include "operations/restore.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "operations/endpoint.hpp"
#include "operations/interruption.hpp"
#include "operations/our_objects.hpp"
#include "operations/restore_script.hpp"
#include "operations/restore_stream.hpp"
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

// The steps of one restore, in their order. Of this program's own version the tables are made by
// its schema, as `db deploy` makes them; of an older one by the backup, and then brought up to
// date.
class restoration {
public:
    restoration(postgres::conninfo const& where, int server, backup_file const& backup,
                restore_options const& options, restore_way way, told const& step)
        : manifest_(backup.manifest), options_(options), way_(way), server_(server), step_(step),
          programs_(embedded::postgres_clients(manifest_.client_version)),
          in_public_(part(backup, public_member)), in_agente_(part(backup, agente_member)),
          to_(programs_, where) {}

    void begin(restore_target const& target) {
        to_.say(begin_restore());
        if (!options_.overwrite) to_.say(refuse_rows(target.tables));
        if (way_ == restore_way::replaced) to_.say(drop_script());
        emptied_ = way_ == restore_way::refilled ? target.tables : manifest_.tables;
    }

    void make_tables() {
        if (way_ != restore_way::refilled) tell("making the tables");
        if (by_backup()) {
            send("pre-data", in_agente_);
            if (in_agente_) to_.say(make_room_for_extension());
            send("pre-data", in_public_);
            return;
        }
        if (way_ != restore_way::refilled) to_.say(bring_up_to_date(newest()));
        to_.say(let_rows_in());
        to_.say(empty_tables(emptied_));
    }

    void fill() {
        tell(fmt::format("filling {} tables with {} rows", manifest_.tables.size(),
                         manifest_.rows()));
        send("data", in_public_);
        send("data", in_agente_);
    }

    void check() {
        tell("checking rows and checksums");
        auto tables = manifest_.tables;
        if (!by_backup()) {
            to_.say("set constraints all immediate;\n");
            std::erase_if(tables, is_bookkeeping);
        }
        to_.say(check_tables(tables));
    }

    // The schema's version when it is another one now.
    std::optional<int> finish() {
        if (!by_backup()) {
            to_.say(close_again());
            return std::nullopt;
        }
        tell("making indexes and constraints");
        send("post-data", in_public_);
        send("post-data", in_agente_);
        if (!manifest_.schema_version || options_.as_it_was) return std::nullopt;
        to_.say(bring_up_to_date(*manifest_.schema_version));
        return newest();
    }

    void commit() {
        tell("committing");
        to_.commit();
    }

private:
    static int newest() { return static_cast<int>(embedded_schema().migrations.size()); }

    bool by_backup() const {
        bool const by_schema = !options_.as_it_was && manifest_.schema_version == newest();
        return way_ != restore_way::refilled && !by_schema;
    }

    std::optional<archive> part(backup_file const& backup, std::string_view name) const {
        auto const* const member = backup.member(name);
        if (member == nullptr) return std::nullopt;
        return std::optional<archive>(std::in_place, programs_, backup, *member, !by_backup());
    }

    void send(std::string_view section, std::optional<archive>& from) {
        if (from) from->send(section, to_, server_);
    }

    void tell(std::string_view what) const {
        interruption::check();
        if (step_) step_(what);
    }

    backup_manifest const& manifest_;
    restore_options const& options_;
    restore_way way_;
    int server_;
    told const& step_;
    embedded::client_programs programs_;
    std::optional<archive> in_public_, in_agente_;
    std::vector<table_sum> emptied_;
    receiver to_;
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
    restore_report report;
    report.way = choose(target, backup.manifest, options);
    report.manifest = backup.manifest;
    report.schema_version = backup.manifest.schema_version;
    postgres::command_connection looking(where, {.connect = 15s, .answer = 1min});
    int const server = looking.server_version();
    if (report.way == restore_way::replaced) refuse_others(looking);
    looking.close();

    restoration work(where, server, backup, options, report.way, step);
    work.begin(target);
    work.make_tables();
    work.fill();
    work.check();
    if (auto const version = work.finish()) report.schema_version = version;
    work.commit();
    return report;
}

}  // namespace agente::operations
