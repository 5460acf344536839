// The private servers of a test process, started when first asked for, gone with it. One of each is
// shared by all its tests.
#pragma once

#include <string>

#include "embedded/pgbouncer_server.hpp"
#include "embedded/postgres_server.hpp"
#include "embedded/redis_server.hpp"
#include "postgres/options.hpp"

namespace agente::support {

embedded::postgres_server& postgres();  // no fsync, 200 connections
embedded::redis_server& redis();

// The URL of a new database of postgres(), which is dropped when the running test ends (made
// outside of a test: kept). Deployed: a copy of a template that holds the whole schema, a matter of
// some 30 ms.
std::string fresh_database(bool deployed = true);

// What `db deploy` does, to a database made with fresh_database(false).
void deploy(std::string const& url);

// Statements as the superuser, outside of the library under test: arrange and inspect. Throws
// std::runtime_error. Returns the first column of the first row; "" without rows or for NULL.
std::string sql(std::string const& url, std::string const& statements);

// Options of a small pool for `url`.
agente::postgres::options pool_options(std::string const& url);

// A folder of this process for more servers (fault tests stop and start their own): removed at
// exit.
std::filesystem::path server_folder(std::string_view name);

}  // namespace agente::support
