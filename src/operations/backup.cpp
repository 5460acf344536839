#include "operations/backup.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "operations/backup_folder.hpp"
#include "operations/endpoint.hpp"
#include "operations/interruption.hpp"
#include "postgres/command_connection.hpp"

namespace agente::operations {
namespace {

using namespace std::chrono_literals;
using postgres::query;

constexpr query<std::string> export_snapshot{"backup.snapshot",
                                             "select pg_catalog.pg_export_snapshot()"};
constexpr query<int> stay{"backup.stay", "select 1"};
constexpr query<bool> bypasses{
    "backup.bypasses",
    "select r.rolsuper or r.rolbypassrls from pg_catalog.pg_roles r where r.rolname = current_user"};
constexpr query<std::optional<int>> newest_migration{"backup.version",
                                                     "select max(version) from agente.migrations"};

// Reads that all see the state of one moment; held until the dumps are made.
class snapshot {
public:
    explicit snapshot(postgres::conninfo const& where)
        : connection_(where, {.connect = 15s, .answer = 6h}) {
        connection_.script("backup.begin",
                           "begin isolation level repeatable read read only;"
                           "select set_config('statement_timeout', '0', true),"
                           " set_config('idle_in_transaction_session_timeout', '0', true),"
                           " set_config('lock_timeout', '10s', true);" +
                               fixed_formats());
    }

    postgres::command_connection& connection() { return connection_; }
    std::string id() { return *connection_.row(export_snapshot); }

    // Now and then: poolers and firewalls forget silent connections.
    void keep_alive() {
        auto const now = std::chrono::steady_clock::now();
        if (now - asked_ < 10s) return;
        connection_.row(stay);
        asked_ = now;
    }

private:
    postgres::command_connection connection_;
    std::chrono::steady_clock::time_point asked_{std::chrono::steady_clock::now()};
};

std::vector<std::string> scope_words(backup_scope scope, std::string_view schema,
                                     std::vector<table_sum> const& tables) {
    std::vector<std::string> words;
    if (scope == backup_scope::data) {
        words = {"--data-only", "--exclude-table=agente.migrations"};
    } else if (scope == backup_scope::schema) {
        for (auto const& one : tables)
            if (one.schema == schema && !is_bookkeeping(one))
                words.push_back("--exclude-table-data=" + one.shown());
    }
    return words;
}

class dump_maker {
public:
    dump_maker(postgres::conninfo const& where, embedded::client_programs programs, snapshot& state,
               std::vector<table_sum> const& tables, told const& step)
        : where_(where), programs_(std::move(programs)), state_(state), tables_(tables),
          step_(step), common_{"--format=custom", "--verbose", "--lock-wait-timeout=10s",
                               "--snapshot=" + state.id()} {
        // With the owner's policy, which shows every row; otherwise pg_dump refuses.
        if (!*state.connection().row(bypasses)) common_.push_back("--enable-row-security");
    }

    void run(tar_writer& into, std::string_view member, std::vector<std::string> what) {
        auto ends = make_pipe();
        client_call call{"pg_dump", common_, &where_, -1, ends.writing.get()};
        call.words.insert(call.words.end(), what.begin(), what.end());
        client_program dump(programs_, call);
        ends.writing.close();
        into.begin(std::string(member));
        while (take(ends.reading.get(), into)) {
            interruption::check();
            state_.keep_alive();
            tell(dump);
        }
        dump.finish();
        tell(dump);
        into.end();
    }

private:
    // False at its end.
    static bool take(int from, tar_writer& into) {
        pollfd waiting{from, POLLIN, 0};
        if (::poll(&waiting, 1, 200) <= 0) return true;
        std::array<char, 65'536> chunk;
        auto const n = ::read(from, chunk.data(), chunk.size());
        if (n > 0) into.add({chunk.data(), static_cast<std::size_t>(n)});
        return n > 0 || (n < 0 && errno == EINTR);
    }

    void tell(client_program& dump) {
        for (auto const& line : dump.said()) {
            constexpr std::string_view opening = "dumping contents of table \"";
            auto const at = line.find(opening);
            if (at == std::string::npos) continue;
            auto const from = at + opening.size();
            auto const name = line.substr(from, line.find('"', from) - from);
            auto const found = std::ranges::find(tables_, name, &table_sum::shown);
            if (step_ && found != tables_.end())
                step_(fmt::format("dumping {}: {} rows", name, found->rows));
        }
    }

    postgres::conninfo const& where_;
    embedded::client_programs programs_;
    snapshot& state_;
    std::vector<table_sum> const& tables_;
    told const& step_;
    std::vector<std::string> common_;
};

std::string project_of(postgres::conninfo const& where) {
    auto const at = endpoint_of(where);
    return !at.project_ref.empty() ? at.project_ref : at.host.empty() ? "local" : at.host;
}

std::string database_of(postgres::command_connection& connection) {
    constexpr query<std::string> name{"backup.database",
                                      "select pg_catalog.current_database()::text"};
    return *connection.row(name);
}

}  // namespace

backup_report make_backup(postgres::conninfo const& where, backup_options const& options,
                          told const& step) {
    snapshot state(where);
    auto& connection = state.connection();
    backup_manifest manifest;
    manifest.scope = options.scope;
    manifest.created = real_clock().now();
    manifest.project = project_of(where);
    manifest.database = database_of(connection);
    manifest.server_version = connection.server_version();
    auto programs = embedded::postgres_clients(manifest.server_version / 10'000);
    manifest.client_version = programs.major;

    backup_in_progress file(options.folder);
    auto const tables = table_sums(connection, [&](table_sum const& one) {
        interruption::check();
        if (step) step(fmt::format("summing {}", one.shown()));
    });
    if (tables.empty())
        throw failure(
            error(error_kind::conflict, "backup.nothing_there",
                  "the database holds none of this program's tables: nothing to back up"));
    bool const bookkept = std::ranges::any_of(tables, is_bookkeeping);
    if (bookkept) manifest.schema_version = *connection.row(newest_migration);
    for (auto const& one : tables)
        if (options.scope == backup_scope::everything ||
            is_bookkeeping(one) == (options.scope == backup_scope::schema))
            manifest.tables.push_back(one);

    tar_writer out(file.descriptor());
    dump_maker dump(where, std::move(programs), state, tables, step);
    auto const dump_one = [&](std::string_view member, std::string_view schema,
                              std::vector<std::string> words) {
        auto const more = scope_words(options.scope, schema, tables);
        words.insert(words.end(), more.begin(), more.end());
        dump.run(out, member, std::move(words));
    };
    std::vector<std::string> in_public;
    for (auto const& one : tables)
        if (one.schema == "public") in_public.push_back("--table=" + one.shown());
    if (!in_public.empty()) dump_one(public_member, "public", in_public);
    if (std::ranges::any_of(tables, [](auto const& one) { return one.schema == "agente"; }))
        dump_one(agente_member, "agente", {"--schema=agente"});
    out.begin(std::string(manifest_member));
    out.add(to_json(manifest));
    out.end();
    out.finish();
    interruption::check();

    backup_report report;
    report.file = file.publish(backup_name(manifest));
    std::error_code ignored;
    report.bytes = std::filesystem::file_size(report.file, ignored);
    if (options.keep > 0)
        report.removed = remove_older(report.file.parent_path(), manifest, options.keep);
    report.manifest = std::move(manifest);
    return report;
}

}  // namespace agente::operations
