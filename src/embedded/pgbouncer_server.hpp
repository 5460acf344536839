// A private PgBouncer in transaction mode before a private PostgreSQL: for tests. Killed with this
// process. Its calls block and throw `failure`; use it from one thread that is not an event loop.
#pragma once

#include <string>

#include "embedded/postgres_server.hpp"

namespace agente::embedded {

struct pgbouncer_options {
    std::filesystem::path folder;
    int pool_size{4};  // server connections a database
    int most_clients{100};
    std::string pool_mode{"transaction"};
    std::chrono::milliseconds start_limit{20'000};
};

class pgbouncer_server {
public:
    // `server` must outlive it; its superuser is the only user.
    pgbouncer_server(postgres_server const& server, pgbouncer_options options);
    ~pgbouncer_server();

    std::string url(std::string_view database) const;
    unsigned short port() const noexcept { return port_; }
    std::filesystem::path log_file() const { return folder_.path() / "pgbouncer.log"; }

    bool running() { return bouncer_.running(); }
    void stop();
    void start();  // again, on the same port

private:
    postgres_server const& server_;
    pgbouncer_options options_;
    private_folder folder_;
    unsigned short port_{0};
    process bouncer_;
};

}  // namespace agente::embedded
