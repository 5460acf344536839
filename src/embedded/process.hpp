// A server as a child process: unprivileged, logging to a file, dead when we are. Used by the
// private servers of this folder. Everything here blocks: for start-up and tests, never for an
// event loop.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace agente::embedded {

// Servers such as PostgreSQL refuse to run as root: as root, children become this user.
struct identity {
    uid_t user;
    gid_t group;
    std::string name;
};
std::optional<identity> const&
unprivileged();  // "postgres", else "nobody"; nullopt when we are not root

struct command {
    std::vector<std::string> words;  // words[0] is the program's full path
    std::filesystem::path folder;    // working directory
    std::filesystem::path log;       // standard output and error are appended
    std::filesystem::path input;     // standard input; empty: /dev/null
    int inherited{-1};               // a descriptor the child keeps (as 4): its claim on the folder
    int death_signal{SIGTERM};       // what it gets when this process dies, however it dies
    bool as_ourselves{false};        // keeps our user, also when that is root: for clients
    std::vector<secret> environment{};  // more variables, each "NAME=value"
    int input_descriptor{-1};           // instead of `input`
    int output_descriptor{-1};          // of standard output alone; the log keeps standard error
};

class process {
public:
    process() = default;
    ~process();  // killed and reaped
    process(process const&) = delete;
    process& operator=(process const&) = delete;

    // Starts it and returns; what it has written to its log since is log().
    // Throws failure{unavailable} when it cannot be executed.
    void start(command const& what);

    // Until `text` is in the log: true. False: it ended before (see log()). Throws failure{timeout}
    // after `limit`.
    bool wait_for(std::string_view text, std::chrono::milliseconds limit);
    // Until it ends: its exit status (128 + signal when killed). Nullopt: still running after
    // `limit`.
    std::optional<int> wait(std::chrono::milliseconds limit);

    bool running() { return pid_ > 0 && !wait(std::chrono::milliseconds(0)); }
    pid_t pid() const noexcept { return pid_; }
    void signal(int number);
    // `number` first, SIGKILL after `grace`; returns when it is gone.
    void stop(int number, std::chrono::milliseconds grace);

    std::string log() const;                      // since start()
    std::string last_lines(std::size_t n) const;  // for error messages

private:
    pid_t pid_{-1};
    int status_{0};
    std::filesystem::path log_;
    std::uintmax_t log_start_{0};
};

// Runs a short program to its end. Throws failure{unavailable} with the end of its output unless it
// exits with 0.
void run(command const& what, std::chrono::milliseconds limit);

}  // namespace agente::embedded
