#include "embedded/pgbouncer_server.hpp"

#include <fmt/format.h>

#include "embedded/binaries.hpp"
#include "embedded/port_start.hpp"

namespace agente::embedded {

using namespace std::chrono_literals;

pgbouncer_server::pgbouncer_server(postgres_server const& server, pgbouncer_options options)
    : server_(server), options_(std::move(options)), folder_(options_.folder) {
    start();
}

pgbouncer_server::~pgbouncer_server() { stop(); }

void pgbouncer_server::start() {
    if (running()) return;
    auto const binary = program("pgbouncer", "pgbouncer").string();
    auto const users = folder_.write(
        "users.txt", fmt::format("\"postgres\" \"{}\"\n", server_.password().reveal()));
    start_on_port(
        bouncer_, port_,
        {
            .name = "PgBouncer",
            .command_for =
                [&](unsigned short port) {
                    auto const file = folder_.write(
                        "pgbouncer.ini",
                        fmt::format(
                            "[databases]\n* = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {}\n"
                            "unix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {}\npool_mode = {}\ndefault_pool_size = {}\n"
                            "max_client_conn = {}\nignore_startup_parameters = extra_float_digits,options\nserver_login_retry = 1\n",
                            server_.port(), port, users.string(), options_.pool_mode,
                            options_.pool_size, options_.most_clients));
                    return command{.words = {binary, file.string()},
                                   .folder = folder_.path(),
                                   .log = log_file(),
                                   .input = {},
                                   .inherited = folder_.claim(),
                                   .death_signal = SIGTERM};
                },
            .ready = "process up",
            .port_taken = "Address already in use",
            .passing = {},
            .limit = options_.start_limit,
        });
}

void pgbouncer_server::stop() { bouncer_.stop(SIGTERM, 10s); }

std::string pgbouncer_server::url(std::string_view database) const {
    return fmt::format("postgresql://postgres:{}@127.0.0.1:{}/{}", server_.password().reveal(),
                       port_, database);
}

}  // namespace agente::embedded
