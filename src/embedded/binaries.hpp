// Where the servers' programs are on a Debian machine; a missing one names its package.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace agente::embedded {

// The folder of initdb and postgres: version `major` ("15"), or the newest when empty. Throws
// failure{unavailable}.
std::filesystem::path postgres_programs(std::string_view major = {});

struct client_programs {
    std::filesystem::path folder;  // of pg_dump, pg_restore and psql
    int major;
};

// The oldest installed clients that understand servers up to version `least` (pg_dump refuses newer
// ones than itself). Throws failure{unavailable} naming the package.
client_programs postgres_clients(int least);

// On the PATH or in the usual sbin folders. Throws failure{unavailable} naming `package`.
std::filesystem::path program(std::string_view name, std::string_view package);

}  // namespace agente::embedded
