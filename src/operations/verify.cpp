#include "operations/verify.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include "base/ids.hpp"
#include "embedded/postgres_server.hpp"
#include "operations/interruption.hpp"
#include "operations/schema_files.hpp"

namespace agente::operations {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::string_view prefix = "agente-hotel-verify-";

// Somebody's data is in there: it goes with this object, or with the next one's start.
class private_place {
public:
    private_place() {
        auto const base = fs::temp_directory_path();
        remove_orphans(base);
        path_ = base / fmt::format("{}{}", prefix, random_hex(8));
    }
    ~private_place() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    private_place(private_place const&) = delete;
    private_place& operator=(private_place const&) = delete;
    fs::path const& path() const { return path_; }

private:
    // Claimed by its run and by its servers as long as one of them lives (see private_folder).
    static void remove_orphans(fs::path const& base) {
        std::error_code ignored;
        for (auto const& entry : fs::directory_iterator(base, ignored)) {
            if (!entry.path().filename().string().starts_with(prefix)) continue;
            auto const marker = entry.path() / "claimed-by";
            open_file const claim(::open(marker.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
            if (claim.open() && ::flock(claim.get(), LOCK_EX | LOCK_NB) == 0)
                fs::remove_all(entry.path(), ignored);
        }
    }

    fs::path path_;
};

void deploy_for_data(postgres::command_connection& database, backup_manifest const& manifest) {
    auto const& files = embedded_schema();
    if (manifest.schema_version != static_cast<int>(files.migrations.size()))
        throw failure(
            error(error_kind::conflict, "restore.other_schema",
                  fmt::format("the backup holds data alone, of schema version {}, and this "
                              "program makes version {}: verify it with the program that made it",
                              manifest.schema_version.value_or(0), files.migrations.size())));
    database.script("verify.schema", files.schema.text);
}

}  // namespace

verify_report verify_backup(backup_file const& backup, told const& step) {
    if (step) step("starting a private PostgreSQL");
    private_place const place;
    embedded::postgres_server server(
        {.folder = place.path(), .database = "agente", .durable = false});
    auto const where = postgres::parse_url(server.url()).value();
    postgres::command_connection connection(where, {.connect = 15s, .answer = 6h});
    verify_report report;
    report.server_version = connection.server_version();
    report.manifest = backup.manifest;
    if (backup.manifest.scope == backup_scope::data) deploy_for_data(connection, backup.manifest);
    restore_backup(where, backup, {.overwrite = false, .as_it_was = true}, step);

    connection.script("verify.begin", "begin;" + fixed_formats());
    auto const found = table_sums(connection, [&](table_sum const& one) {
        interruption::check();
        if (step) step(fmt::format("comparing {}", one.shown()));
    });
    for (auto const& expected : backup.manifest.tables)
        if (std::ranges::find(found, expected) == found.end())
            throw failure(
                error(error_kind::conflict, "backup.differs",
                      fmt::format("restored, {} is not what it was when the backup was made",
                                  expected.shown())));
    return report;
}

}  // namespace agente::operations
