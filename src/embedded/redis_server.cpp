#include "embedded/redis_server.hpp"

#include <fmt/format.h>

#include "embedded/binaries.hpp"
#include "embedded/port_start.hpp"

namespace agente::embedded {

using namespace std::chrono_literals;

redis_server::redis_server(redis_options options)
    : options_(std::move(options)), folder_(options_.folder),
      password_(folder_.password("redis.password")) {
    if (options_.tls) certificates_ = make_certificates(folder_);
    start();
}

redis_server::~redis_server() { stop(); }

void redis_server::start() {
    if (running()) return;
    auto const binary = program("redis-server", "redis-server").string();
    start_on_port(
        server_, port_,
        {
            .name = "Redis",
            .command_for =
                [&](unsigned short port) {
                    // In a file, because other users can read a command line.
                    auto text = fmt::format(
                        "bind 127.0.0.1\n{} {}\nrequirepass {}\ndir \"{}\"\nappendonly no\nsave \"{}\"\ndaemonize no\n",
                        certificates_ ? "port 0\ntls-port" : "port", port, password_.reveal(),
                        folder_.path().string(), options_.keep ? "3600 1" : "");
                    if (certificates_)
                        text += fmt::format(
                            "tls-cert-file \"{}\"\ntls-key-file \"{}\"\ntls-ca-cert-file \"{}\"\ntls-auth-clients no\n",
                            certificates_->certificate.string(), certificates_->key.string(),
                            certificates_->authority.string());
                    auto const file = folder_.write("redis.conf", text);
                    return command{.words = {binary, file.string()},
                                   .folder = folder_.path(),
                                   .log = log_file(),
                                   .input = {},
                                   .inherited = folder_.claim(),
                                   .death_signal = SIGTERM};
                },
            .ready = "Ready to accept connections",
            .port_taken = "Address already in use",
            .passing = {},
            .limit = options_.start_limit,
        });
}

void redis_server::stop() { server_.stop(SIGTERM, 10s); }

void redis_server::kill() {
    server_.signal(SIGKILL);
    server_.wait(10s);
}

std::string redis_server::url(int database) const {
    return fmt::format("{}://:{}@{}:{}/{}", options_.tls ? "rediss" : "redis", password_.reveal(),
                       options_.tls ? "localhost" : "127.0.0.1", port_, database);
}

std::filesystem::path const& redis_server::authority() const {
    if (!certificates_)
        throw failure(error(error_kind::internal, "embedded.no_tls",
                            "this private Redis was started without TLS"));
    return certificates_->authority;
}

}  // namespace agente::embedded
