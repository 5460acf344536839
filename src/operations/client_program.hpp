// pg_dump, pg_restore or psql as a child: passwords in its environment only, what it says on
// standard error line by line. Used by backup and restore.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "embedded/binaries.hpp"
#include "embedded/process.hpp"
#include "postgres/conninfo.hpp"

namespace agente::operations {

// A descriptor that closes itself.
class open_file {
public:
    open_file() = default;
    explicit open_file(int descriptor) : fd_(descriptor) {}
    ~open_file() { close(); }
    open_file(open_file&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    open_file& operator=(open_file&& other) noexcept {
        close();
        fd_ = std::exchange(other.fd_, -1);
        return *this;
    }

    int get() const noexcept { return fd_; }
    bool open() const noexcept { return fd_ >= 0; }
    void close() noexcept;

private:
    int fd_{-1};
};

struct pipe_ends {
    open_file reading, writing;
};
pipe_ends make_pipe();

struct client_call {
    std::string name;                          // "pg_dump"
    std::vector<std::string> words;            // its arguments, without the connection's
    postgres::conninfo const* where{nullptr};  // nullptr: it connects to nothing
    int input{-1}, output{-1};                 // descriptors; -1: none
    int extra{-1};                             // one more, which the child finds as /proc/self/fd/4
};

class client_program {
public:
    client_program(embedded::client_programs const& programs, client_call const& call);

    // Whole lines of standard error since the last call.
    std::vector<std::string> said();
    // Its status, when it has ended.
    std::optional<int> status(std::chrono::milliseconds limit = {});
    // What went wrong, from its standard error, in one line.
    std::string complaint() const;
    enum class interruptible { no, yes };
    // Waits for its end. Throws failure unavailable "backup.program_failed" with its complaint.
    void finish(interruptible when = interruptible::yes);

private:
    std::string name_;
    open_file log_;  // in memory
    std::size_t told_{0};
    embedded::process process_;
};

}  // namespace agente::operations
