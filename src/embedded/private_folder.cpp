#include "embedded/private_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <thread>

#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "embedded/process.hpp"

namespace agente::embedded {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto marker = "claimed-by";
constexpr auto most_wait_for_a_dying_run = 15s;

[[noreturn]] void fail(error_kind kind, std::string_view code, std::string message) {
    throw failure(error(kind, code, std::move(message)));
}

bool may_enter(struct stat const& s, identity const& who) {
    if (s.st_uid == who.user) return (s.st_mode & S_IXUSR) != 0;
    if (s.st_gid == who.group) return (s.st_mode & S_IXGRP) != 0;
    return (s.st_mode & S_IXOTH) != 0;
}

// The first folder above `path` that the servers' user cannot enter; empty: none.
fs::path barrier(fs::path const& path) {
    if (!unprivileged()) return {};
    fs::path so_far;
    for (auto const& part : path.parent_path()) {
        so_far /= part;
        struct stat s {};
        if (::stat(so_far.c_str(), &s) != 0) return {};  // not there yet: we shall make it
        if (!may_enter(s, *unprivileged())) return so_far;
    }
    return {};
}

std::string name_of(pid_t pid) {
    std::ifstream in(fmt::format("/proc/{}/comm", pid));
    std::string name;
    std::getline(in, name);
    return name;
}

// "1234 agente-hotel"
std::string holder(int claim) {
    char text[128] = {};
    auto const n = ::pread(claim, text, sizeof text - 1, 0);
    return std::string(text::trim(std::string_view(text, n > 0 ? static_cast<std::size_t>(n) : 0)));
}

bool alive(std::string const& who) {
    pid_t const pid = std::atoi(who.c_str());
    auto const blank = who.find(' ');
    return pid > 0 && blank != std::string::npos && name_of(pid) == who.substr(blank + 1);
}

void claim_for_us(int claim, fs::path const& path) {
    auto const end = std::chrono::steady_clock::now() + most_wait_for_a_dying_run;
    while (::flock(claim, LOCK_EX | LOCK_NB) != 0) {
        auto const who = holder(claim);
        bool const living = alive(who);
        if (living || std::chrono::steady_clock::now() >= end)
            fail(error_kind::conflict, "embedded.folder_in_use",
                 fmt::format("{} is in use by {} {}: stop it, or use another folder", path.string(),
                             living ? "process" : "a server that was started by process", who));
        std::this_thread::sleep_for(20ms);  // its run was killed; the server is shutting down
    }
    auto const us = fmt::format("{} {}\n", ::getpid(), name_of(::getpid()));
    if (::ftruncate(claim, 0) != 0 || ::pwrite(claim, us.data(), us.size(), 0) < 0)
        fail(error_kind::unavailable, "embedded.folder_unusable",
             fmt::format("{} cannot be written: {}", path.string(), std::strerror(errno)));
}

}  // namespace

void make_unprivileged_owner(fs::path const& path) {
    if (!unprivileged()) return;
    if (::lchown(path.c_str(), unprivileged()->user, unprivileged()->group) != 0)
        fail(error_kind::unavailable, "embedded.folder_unusable",
             fmt::format("{} cannot be given to user {}: {}", path.string(), unprivileged()->name,
                         std::strerror(errno)));
}

private_folder::private_folder(fs::path path) : path_(fs::absolute(path).lexically_normal()) {
    std::error_code ec;
    fs::create_directories(path_.parent_path(), ec);
    bool const made = ::mkdir(path_.c_str(), 0700) == 0;
    if (!made && !fs::is_directory(path_, ec))
        fail(error_kind::invalid, "embedded.folder_unusable",
             fmt::format("{} cannot be created: {}", path_.string(), std::strerror(errno)));
    if (auto const closed = barrier(path_); !closed.empty())
        fail(
            error_kind::invalid, "embedded.folder_unusable",
            fmt::format(
                "servers run as user {} here, who cannot enter {}: use a folder elsewhere, such as /var/lib/agente-hotel",
                unprivileged()->name, closed.string()));
    if (!made && !fs::exists(path_ / marker, ec) && !ec && !fs::is_empty(path_, ec) && !ec)
        fail(error_kind::invalid, "embedded.folder_unusable",
             fmt::format(
                 "{} holds files that are not a private server's: use an empty or new folder",
                 path_.string()));
    claim_ = ::open((path_ / marker).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (claim_ < 0)
        fail(error_kind::invalid, "embedded.folder_unusable",
             fmt::format("{} cannot be used: {} (does it belong to another user?)", path_.string(),
                         std::strerror(errno)));
    try {
        claim_for_us(claim_, path_);
        if (unprivileged()) {  // the last run may have been somebody else's
            make_unprivileged_owner(path_);
            for (auto const& entry : fs::recursive_directory_iterator(path_))
                make_unprivileged_owner(entry.path());
        }
    } catch (...) {
        ::close(claim_);
        throw;
    }
}

private_folder::~private_folder() {
    if (claim_ >= 0) ::close(claim_);
}

fs::path private_folder::write(std::string_view name, std::string_view text) const {
    auto target = path_ / name;
    ::unlink(target.c_str());
    int const fd = ::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool const written =
        fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (fd >= 0) ::close(fd);
    if (!written)
        fail(error_kind::unavailable, "embedded.folder_unusable",
             fmt::format("{} cannot be written: {}", target.string(), std::strerror(errno)));
    make_unprivileged_owner(target);
    return target;
}

secret private_folder::password(std::string_view name) const {
    std::ifstream in(path_ / name);
    std::string kept;
    if (std::getline(in, kept) && !kept.empty()) return secret(std::move(kept));
    secret fresh(random_hex(16));
    write(name, std::string(fresh.reveal()) + '\n');
    return fresh;
}

fs::path reachable_folder(fs::path const& wanted) {
    auto path = fs::absolute(wanted).lexically_normal();
    if (barrier(path / "x").empty()) return path;
    return fs::path("/var/lib/agente-hotel") /
           text::hex(crypto::sha256(path.string())).substr(0, 16);
}

unsigned short free_port() {
    int const fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    bool const found = fd >= 0 && ::bind(fd, reinterpret_cast<sockaddr*>(&at), size) == 0 &&
                       ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size) == 0;
    if (fd >= 0) ::close(fd);
    if (!found)
        fail(error_kind::unavailable, "embedded.no_port",
             fmt::format("no free port on 127.0.0.1: {}", std::strerror(errno)));
    return ntohs(at.sin_port);
}

}  // namespace agente::embedded
