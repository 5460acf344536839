// A private PostgreSQL with the product's own schema, near and far. Used by the benchmarks that
// need a database.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "bench/delay_proxy.hpp"
#include "embedded/postgres_server.hpp"
#include "postgres/options.hpp"

namespace agente::bench {

// A folder for private servers, gone with it.
class temporary_folder {
public:
    temporary_folder();
    ~temporary_folder();
    temporary_folder(temporary_folder const&) = delete;
    temporary_folder& operator=(temporary_folder const&) = delete;
    std::filesystem::path const& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

// fsync is on, as in production: what a commit costs is a part of every write measured here.
class private_database {
public:
    explicit private_database(std::filesystem::path const& folder);
    ~private_database();

    // Round trips to this URL take `rtt` milliseconds longer than to the server itself.
    std::string url(int rtt = 0);
    embedded::postgres_server const& server() const noexcept { return server_; }

    // As the owner, outside of what is measured.
    void execute(std::string const& sql);
    std::int64_t number(std::string const& sql);  // the only column of the only row
    double commit_ms();  // of one small INSERT by itself, nobody else writing: the median of many

private:
    embedded::postgres_server server_;
    std::map<int, std::unique_ptr<delay_proxy>> proxies_;
};

}  // namespace agente::bench
