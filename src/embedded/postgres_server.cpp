#include "embedded/postgres_server.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "base/text.hpp"
#include "embedded/binaries.hpp"
#include "embedded/port_start.hpp"

namespace agente::embedded {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string first_line(fs::path const& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return line;
}

// Another postmaster on this data folder that was not started by us (pg_ctl by hand)?
bool serves(pid_t pid, fs::path const& data) {
    std::error_code ec;
    if (fs::read_symlink(fmt::format("/proc/{}/cwd", pid), ec) == data) return true;
    std::ifstream in(fmt::format("/proc/{}/cmdline", pid), std::ios::binary);
    std::ostringstream words;
    words << in.rdbuf();
    return std::move(words).str().find(data.string()) != std::string::npos;
}

}  // namespace

postgres_server::postgres_server(postgres_options options)
    : options_(std::move(options)), folder_(options_.folder),
      password_(folder_.password("postgres.password")) {
    auto const version = first_line(folder_.path() / "data/PG_VERSION");
    programs_ = postgres_programs(version.empty() ? options_.version : version);
    if (version.empty()) create_cluster();
    folder_.write("pg_hba.conf", options_.tls ? "hostssl all all 127.0.0.1/32 scram-sha-256\n"
                                                "hostnossl all all 127.0.0.1/32 scram-sha-256\n"
                                              : "host all all 127.0.0.1/32 scram-sha-256\n");
    if (options_.tls) certificates_ = make_certificates(folder_);
    remove_stale_lock();
    start();
}

postgres_server::~postgres_server() { stop(); }

command postgres_server::server_command(std::vector<std::string> words) const {
    return {.words = std::move(words),
            .folder = folder_.path(),
            .log = log_file(),
            .input = {},
            .inherited = folder_.claim(),
            .death_signal = SIGINT};
}

// Built aside and renamed when whole: a run that was cut off half way leaves nothing that looks
// like a cluster.
void postgres_server::create_cluster() {
    auto const building = folder_.path() / "data.new";
    fs::remove_all(building);
    auto const initdb = (programs_ / "initdb").string();
    std::vector<std::string> words{initdb,
                                   "-D",
                                   building.string(),
                                   "--username=postgres",
                                   "--auth=scram-sha-256",
                                   "--encoding=UTF8",
                                   "--locale=C.UTF-8",
                                   "--pwfile=" + (folder_.path() / "postgres.password").string()};
    if (!options_.durable) words.push_back("--no-sync");
    run(server_command(std::move(words)), options_.start_limit);

    if (!options_.database.empty() && options_.database != "postgres") {
        auto create = server_command({(programs_ / "postgres").string(), "--single", "-F", "-D",
                                      building.string(), "postgres"});
        auto name = options_.database;
        for (std::size_t at = 0; (at = name.find('"', at)) != std::string::npos; at += 2)
            name.insert(at, 1, '"');
        create.input = folder_.write("create.sql", fmt::format("create database \"{}\"\n", name));
        run(create, options_.start_limit);
        fs::remove(create.input);
    }
    fs::rename(building, folder_.path() / "data");
}

// We hold the claim, so no server of an earlier run is left, whatever its postmaster.pid says: the
// number in it may be another process by now, and PostgreSQL would refuse to start.
void postgres_server::remove_stale_lock() const {
    auto const data = folder_.path() / "data";
    auto const lock = data / "postmaster.pid";
    auto const pid = std::atoi(first_line(lock).c_str());
    if (pid > 0 && serves(pid, data))
        throw failure(error(
            error_kind::conflict, "embedded.folder_in_use",
            fmt::format(
                "a PostgreSQL that was started by hand (process {}) serves {}: stop it, or use another folder",
                pid, data.string())));
    fs::remove(lock);
}

void postgres_server::start() {
    if (running()) return;
    auto const data = (folder_.path() / "data").string();
    start_on_port(
        server_, port_,
        {
            .name = "PostgreSQL",
            .command_for =
                [&](unsigned short port) {
                    std::vector<std::string> words{
                        (programs_ / "postgres").string(),
                        "-D",
                        data,
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        fmt::format("port={}", port),
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        fmt::format("hba_file={}", (folder_.path() / "pg_hba.conf").string()),
                        "-c",
                        "timezone=UTC",
                        "-c",
                        "log_timezone=UTC",
                        "-c",
                        "logging_collector=off",
                        "-c",
                        "log_destination=stderr"};
                    auto const set = [&words](std::string_view name, std::string_view value) {
                        words.insert(words.end(), {"-c", fmt::format("{}={}", name, value)});
                    };
                    if (!options_.durable)
                        for (auto name : {"fsync", "synchronous_commit", "full_page_writes"})
                            set(name, "off");
                    if (certificates_) {
                        set("ssl", "on");
                        set("ssl_cert_file", certificates_->certificate.string());
                        set("ssl_key_file", certificates_->key.string());
                    }
                    for (auto const& [name, value] : options_.settings) set(name, value);
                    return server_command(std::move(words));
                },
            .ready = "database system is ready to accept connections",
            .port_taken = "could not create any TCP/IP sockets",
            .passing = {"pre-existing shared memory block"},  // backends of a killed postmaster are
                                                              // still going
            .limit = options_.start_limit,
        });
}

int postgres_server::major() const {
    return std::atoi(first_line(folder_.path() / "data/PG_VERSION").c_str());
}

void postgres_server::stop() { server_.stop(SIGINT, 20s); }

void postgres_server::kill() {
    server_.signal(SIGKILL);
    server_.wait(10s);
}

std::string postgres_server::url(std::string_view database) const {
    return url_for("postgres", password_.reveal(), database);
}

std::string postgres_server::url_for(std::string_view user, std::string_view password,
                                     std::string_view database) const {
    return fmt::format("postgresql://{}:{}@127.0.0.1:{}/{}", user, password, port_,
                       database.empty() ? options_.database : database);
}

std::string postgres_server::tls_url(std::string_view database) const {
    return fmt::format(
        "postgresql://postgres:{}@localhost:{}/{}?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert={}",
        password_.reveal(), port_, database.empty() ? options_.database : database,
        authority().string());
}

fs::path const& postgres_server::authority() const {
    if (!certificates_)
        throw failure(error(error_kind::internal, "embedded.no_tls",
                            "this private PostgreSQL was started without TLS"));
    return certificates_->authority;
}

}  // namespace agente::embedded
