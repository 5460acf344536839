// A private Redis in a folder: for `demo` and the tests. Killed with this process.
// Its calls block and throw `failure`; use it from one thread that is not an event loop.
#pragma once

#include <optional>
#include <string>

#include "embedded/certificates.hpp"
#include "embedded/private_folder.hpp"
#include "embedded/process.hpp"

namespace agente::embedded {

struct redis_options {
    std::filesystem::path folder;
    bool tls{false};   // rediss:// only
    bool keep{false};  // the data set is written at stop() and read at the next start
    std::chrono::milliseconds start_limit{20'000};
};

class redis_server {
public:
    explicit redis_server(redis_options options);
    ~redis_server();

    std::string url(int database = 0)
        const;  // "redis://:password@127.0.0.1:port/0"; with TLS "rediss://:…@localhost:port/0"
    unsigned short port() const noexcept { return port_; }
    secret const& password() const noexcept { return password_; }
    std::filesystem::path const& authority() const;  // ca.crt; needs options.tls
    std::filesystem::path log_file() const { return folder_.path() / "redis.log"; }

    bool running() { return server_.running(); }
    void stop();
    void kill();
    void start();                               // again, on the same port
    void freeze() { server_.signal(SIGSTOP); }  // accepts connections, answers nothing
    void thaw() { server_.signal(SIGCONT); }

private:
    redis_options options_;
    private_folder folder_;
    secret password_;
    std::optional<certificates> certificates_;
    unsigned short port_{0};
    process server_;
};

}  // namespace agente::embedded
