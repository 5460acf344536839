#include "operations/restore_stream.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/text.hpp"
#include "operations/interruption.hpp"

namespace agente::operations {
namespace {

[[noreturn]] void fail(std::string_view code, std::string_view what) {
    throw failure(
        error(error_kind::unavailable, code, fmt::format("{}: {}", what, std::strerror(errno))));
}

}  // namespace

receiver::receiver(embedded::client_programs const& programs, postgres::conninfo const& where)
    : psql_(start(programs, where)) {}

// A socket rather than a pipe: writing to one whose reader is gone need not raise SIGPIPE.
client_program receiver::start(embedded::client_programs const& programs,
                               postgres::conninfo const& where) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        fail("backup.program_failed", "no socket");
    ours_ = open_file(ends[0]);
    open_file const theirs(ends[1]);
    return {programs,
            {.name = "psql",
             // Terse: details quote rows.
             .words = {"--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse",
                       "--output=/dev/null", "--file=-"},
             .where = &where,
             .input = theirs.get()}};
}

void receiver::say(std::string_view sql) {
    while (!sql.empty()) {
        interruption::check();
        auto const n = ::send(ours_.get(), sql.data(), sql.size(), MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) stopped();
        sql.remove_prefix(static_cast<std::size_t>(n));
    }
}

void receiver::commit() {
    say("commit;\n");
    ours_.close();
    psql_.finish(client_program::interruptible::no);  // said is said
}

void receiver::stopped() {
    ours_.close();
    psql_.finish();
    throw failure(error(error_kind::unavailable, "backup.program_failed",
                        "psql ended before the restore was whole"));
}

archive::archive(embedded::client_programs const& programs, backup_file const& backup,
                 tar_member const& member, bool leave_bookkeeping)
    : programs_(programs), backup_(backup), member_(member) {
    std::string contents;
    run({"--list"}, [&](std::string_view bytes, bool) { contents += bytes; });
    auto const kept = chosen(contents, leave_bookkeeping);
    list_ = open_file(::memfd_create("list", MFD_CLOEXEC));
    if (!list_.open() ||
        ::write(list_.get(), kept.data(), kept.size()) != static_cast<ssize_t>(kept.size()))
        fail("backup.program_failed", "no memory");
}

void archive::send(std::string_view section, receiver& to, int server_version) {
    std::string header;
    bool whole = false;
    run({"--no-owner", "--no-privileges", fmt::format("--section={}", section),
         "--use-list=/proc/self/fd/4", "--file=-"},
        [&](std::string_view bytes, bool end) {
            if (whole) return to.say(bytes);
            header += bytes;
            if (!end && header.find("search_path") == std::string::npos) return;
            whole = true;
            to.say(fitting_header(std::move(header), server_version));
        });
}

// Triggers of an earlier installation call a function that is not ours.
std::string archive::chosen(std::string const& list, bool leave_bookkeeping) const {
    bool const earlier = !backup_.manifest.schema_version;
    std::string out;
    for (auto const line : text::split(list, '\n')) {
        auto const is = [&](std::string_view kind) {
            return line.find(kind) != std::string_view::npos;
        };
        if (is(" POLICY ") || is(" DEFAULT ACL ") || (earlier && is(" TRIGGER ")) ||
            (leave_bookkeeping && is(" TABLE DATA agente migrations ")))
            continue;
        out += fmt::format("{}\n", line);
    }
    return out;
}

void archive::run(std::vector<std::string> words, taker const& take) {
    auto const offset = static_cast<off_t>(member_.offset);
    if (::lseek(backup_.file.get(), offset, SEEK_SET) != offset)
        fail("backup.cannot_read", "the backup cannot be read");
    auto ends = make_pipe();
    client_program reading(programs_, {.name = "pg_restore",
                                       .words = std::move(words),
                                       .input = backup_.file.get(),
                                       .output = ends.writing.get(),
                                       .extra = list_.get()});
    ends.writing.close();
    std::array<char, 65'536> chunk;
    for (;;) {
        auto const n = ::read(ends.reading.get(), chunk.data(), chunk.size());
        interruption::check();
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        take({chunk.data(), static_cast<std::size_t>(n)}, false);
    }
    reading.finish();
    take({}, true);
}

std::string fitting_header(std::string header, int server_version) {
    auto const at = header.find("transaction_timeout");  // since 17
    if (server_version >= 170'000 || at == std::string::npos) return header;
    auto const line = header.rfind('\n', at) + 1;
    header.erase(line, header.find('\n', at) + 1 - line);
    return header;
}

}  // namespace agente::operations
