// A private PostgreSQL, real and whole, in a folder: for `demo` and the tests. Killed with this
// process. Its calls block and throw `failure`; use it from one thread that is not an event loop.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "embedded/certificates.hpp"
#include "embedded/private_folder.hpp"
#include "embedded/process.hpp"

namespace agente::embedded {

struct postgres_options {
    std::filesystem::path folder;    // made when missing; its data is kept between runs
    std::string database{"agente"};  // created with the cluster
    std::string version;             // of a new cluster: "15"; empty: the newest installed
    bool tls{false};
    bool durable{true};  // false: no fsync, for tests: fast, and lost when the machine crashes
    std::vector<std::pair<std::string, std::string>>
        settings;  // of postgresql.conf, such as {"max_connections", "200"}
    std::chrono::milliseconds start_limit{60'000};
};

class postgres_server {
public:
    explicit postgres_server(
        postgres_options options);  // initdb when the folder is new; running when it returns
    ~postgres_server();

    // For the superuser "postgres", over TCP on 127.0.0.1 with a random password. `database` empty:
    // the options' one.
    std::string url(std::string_view database = {}) const;
    // The same by name and with sslmode=verify-full; needs options.tls.
    std::string tls_url(std::string_view database = {}) const;
    // For another role, whose password is the caller's ('@' and the like already percent-encoded).
    std::string url_for(std::string_view user, std::string_view password,
                        std::string_view database = {}) const;

    unsigned short port() const noexcept { return port_; }
    int major() const;  // 15
    secret const& password() const noexcept { return password_; }
    std::filesystem::path const& authority() const;  // ca.crt; needs options.tls
    std::filesystem::path log_file() const { return folder_.path() / "postgres.log"; }

    bool running() { return server_.running(); }
    void stop();   // fast shutdown: open transactions are rolled back, data is on disk
    void kill();   // as a crash: SIGKILL, recovery at the next start
    void start();  // again, on the same port

private:
    void create_cluster();
    void remove_stale_lock() const;
    command server_command(std::vector<std::string> words) const;

    postgres_options options_;
    private_folder folder_;
    std::filesystem::path programs_;
    secret password_;
    std::optional<certificates> certificates_;
    unsigned short port_{0};
    process server_;
};

}  // namespace agente::embedded
