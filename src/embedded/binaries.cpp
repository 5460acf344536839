#include "embedded/binaries.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>

#include "base/result.hpp"
#include "base/text.hpp"

namespace agente::embedded {
namespace {

namespace fs = std::filesystem;

bool executable(fs::path const& file) { return ::access(file.c_str(), X_OK) == 0; }

[[noreturn]] void missing(std::string_view what, std::string_view package) {
    throw failure(error(error_kind::unavailable, "embedded.missing_program",
                        fmt::format("{} is not installed: apt-get install {}", what, package)));
}

fs::path on_path(std::string_view name) {
    auto const* path = std::getenv("PATH");
    auto const all =
        std::string(path == nullptr ? "" : path) + ":/usr/local/bin:/usr/bin:/usr/sbin:/sbin";
    for (auto const folder : text::split(all, ':'))
        if (auto file = fs::path(folder) / name; !folder.empty() && executable(file)) return file;
    return {};
}

}  // namespace

fs::path postgres_programs(std::string_view major) {
    int newest = 0;
    std::error_code ec;
    for (auto const& entry : fs::directory_iterator("/usr/lib/postgresql", ec)) {
        auto const name = entry.path().filename().string();
        int version = 0;
        std::from_chars(name.data(), name.data() + name.size(), version);
        if (executable(entry.path() / "bin/postgres") && executable(entry.path() / "bin/initdb") &&
            (major.empty() || name == major))
            newest = std::max(newest, version);
    }
    if (newest > 0) return fmt::format("/usr/lib/postgresql/{}/bin", newest);
    if (major.empty()) {
        auto const initdb = on_path("initdb");
        auto real = initdb.empty() ? initdb : fs::canonical(initdb).parent_path();
        if (!real.empty() && executable(real / "postgres")) return real;
        missing("PostgreSQL's server", "postgresql");
    }
    missing(fmt::format("the server of PostgreSQL {}, whose data or kind is wanted,", major),
            fmt::format("postgresql-{}", major));
}

client_programs postgres_clients(int least) {
    client_programs found{{}, 0};
    std::error_code ec;
    for (auto const& entry : fs::directory_iterator("/usr/lib/postgresql", ec)) {
        auto const name = entry.path().filename().string();
        int major = 0;
        std::from_chars(name.data(), name.data() + name.size(), major);
        auto const folder = entry.path() / "bin";
        bool const whole = executable(folder / "pg_dump") && executable(folder / "pg_restore") &&
                           executable(folder / "psql");
        if (whole && major >= least && (found.major == 0 || major < found.major))
            found = {folder, major};
    }
    if (found.major == 0)
        missing(fmt::format("pg_dump of PostgreSQL {} or newer, as the server needs it,", least),
                fmt::format("postgresql-client-{}", least));
    return found;
}

fs::path program(std::string_view name, std::string_view package) {
    auto file = on_path(name);
    if (file.empty()) missing(name, package);
    return file;
}

}  // namespace agente::embedded
