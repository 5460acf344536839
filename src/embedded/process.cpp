#include "embedded/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <functional>
#include <future>
#include <mutex>
#include <sstream>
#include <thread>

#include "base/text.hpp"

namespace agente::embedded {
namespace {

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;
constexpr auto poll_pause = 5ms;

[[noreturn]] void fail(std::string message) {
    throw failure(error(error_kind::unavailable, "embedded.process_failed", std::move(message)));
}

class descriptor {
public:
    explicit descriptor(int fd) : fd_(fd) {}
    ~descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    descriptor(descriptor const&) = delete;
    descriptor& operator=(descriptor const&) = delete;
    int get() const { return fd_; }
    void reset() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }

private:
    int fd_;
};

// PR_SET_PDEATHSIG is about the THREAD that forked: when that thread ends the child is signalled.
// So one thread that lives as long as the process does all the forking.
class forker {
public:
    static forker& instance() {
        static forker one;
        return one;
    }
    pid_t run(std::function<pid_t()> fork_it) {
        std::packaged_task<pid_t()> job(std::move(fork_it));
        auto done = job.get_future();
        {
            std::lock_guard const hold(mutex_);
            jobs_.push_back(std::move(job));
        }
        wake_.notify_one();
        return done.get();
    }

private:
    forker() : thread_([this] { work(); }) {}
    ~forker() {
        {
            std::lock_guard const hold(mutex_);
            ended_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }
    void work() {
        std::unique_lock hold(mutex_);
        for (;;) {
            wake_.wait(hold, [this] { return ended_ || !jobs_.empty(); });
            if (ended_) return;
            auto job = std::move(jobs_.front());
            jobs_.pop_front();
            hold.unlock();
            job();
            hold.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::packaged_task<pid_t()>> jobs_;
    bool ended_{false};
    std::thread thread_;
};

// Everything the child needs between fork and exec, prepared before: there it may only make system
// calls.
struct prepared {
    std::vector<char*> words, environment;
    char const* folder;
    int input, output, log, inherited, report;
    int death_signal;
    pid_t parent;
    identity const* user;
};

[[noreturn]] void give_up(int report, int step) {
    int const said[2] = {step, errno};
    [[maybe_unused]] auto const n = ::write(report, said, sizeof said);
    ::_exit(127);
}

constexpr char const* steps[] = {
    "start a session",  "redirect its output",  "become the unprivileged user",
    "enter its folder", "be told of our death", "execute it"};

[[noreturn]] void become(prepared const& p) {
    constexpr int report = 3, kept = 4, unused = 5;
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    if (::setsid() < 0)
        give_up(p.report, 0);  // a Ctrl-C in the terminal is for us, not for the servers
    // Away from 0 to 4 first, so that no copy below overwrites the source of a later one.
    int const high = ::fcntl(p.report, F_DUPFD_CLOEXEC, 10),
              held = p.inherited < 0 ? -1 : ::fcntl(p.inherited, F_DUPFD, 10);
    int const in = ::fcntl(p.input, F_DUPFD, 10), out = ::fcntl(p.output, F_DUPFD, 10),
              said = ::fcntl(p.log, F_DUPFD, 10);
    if (high < 0 || ::dup2(in, 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(said, 2) < 0 ||
        ::dup3(high, report, O_CLOEXEC) < 0)
        give_up(p.report, 1);
    int first_unused = kept;
    if (held >= 0 && ::dup2(held, kept) == kept) first_unused = unused;
    ::syscall(SYS_close_range, first_unused, ~0U, 0);
    if (p.user != nullptr &&
        (::syscall(SYS_setgroups, 0, nullptr) != 0 || ::syscall(SYS_setgid, p.user->group) != 0 ||
         ::syscall(SYS_setuid, p.user->user) != 0))
        give_up(report, 2);
    if (::chdir(p.folder) != 0) give_up(report, 3);
    // After the change of user, which clears it; and the parent may have died before it was set.
    if (::prctl(PR_SET_PDEATHSIG, p.death_signal) != 0) give_up(report, 4);
    if (::getppid() != p.parent) ::_exit(126);
    ::execve(p.words[0], p.words.data(), p.environment.data());
    give_up(report, 5);
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> all;
    for (auto& word : words) all.push_back(word.data());
    all.push_back(nullptr);
    return all;
}

}  // namespace

std::optional<identity> const& unprivileged() {
    static auto const found = []() -> std::optional<identity> {
        if (::geteuid() != 0) return std::nullopt;
        for (auto const* name : {"postgres", "nobody"})
            if (auto const* entry = ::getpwnam(name))
                return identity{entry->pw_uid, entry->pw_gid, name};
        fail(
            "servers do not run as root and neither a user \"postgres\" nor \"nobody\" exists: create one");
    }();
    return found;
}

process::~process() {
    if (pid_ > 0) stop(SIGKILL, 0ms);
}

void process::start(command const& what) {
    log_ = what.log;
    descriptor const log(::open(what.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (log.get() < 0)
        fail(fmt::format("the log file {} cannot be written: {}", what.log.string(),
                         std::strerror(errno)));
    log_start_ = std::filesystem::file_size(what.log);
    auto const input_path = what.input.empty() ? std::filesystem::path("/dev/null") : what.input;
    descriptor const input(::open(input_path.c_str(), O_RDONLY | O_CLOEXEC));
    if (input.get() < 0)
        fail(fmt::format("{} cannot be read: {}", input_path.string(), std::strerror(errno)));
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) fail(fmt::format("no pipe: {}", std::strerror(errno)));
    descriptor const reading(ends[0]);
    descriptor writing(ends[1]);

    auto words = what.words;
    std::vector<std::string> environment{
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"};
    for (auto const& more : what.environment) environment.emplace_back(more.reveal());
    bool const other_user = !what.as_ourselves && unprivileged();
    prepared const p{.words = pointers(words),
                     .environment = pointers(environment),
                     .folder = what.folder.c_str(),
                     .input = what.input_descriptor >= 0 ? what.input_descriptor : input.get(),
                     .output = what.output_descriptor >= 0 ? what.output_descriptor : log.get(),
                     .log = log.get(),
                     .inherited = what.inherited,
                     .report = writing.get(),
                     .death_signal = what.death_signal,
                     .parent = ::getpid(),
                     .user = other_user ? &*unprivileged() : nullptr};
    pid_ = forker::instance().run([&p] {
        auto const pid = ::fork();
        if (pid == 0) become(p);
        return pid;
    });
    if (pid_ < 0) fail(fmt::format("{} cannot be started: {}", words[0], std::strerror(errno)));
    writing.reset();
    int said[2];
    if (::read(reading.get(), said, sizeof said) == static_cast<ssize_t>(sizeof said)) {
        wait(10s);
        fail(fmt::format("{} cannot be started in {}: it could not {}: {}", words[0],
                         what.folder.string(), steps[said[0]], std::strerror(said[1])));
    }
}

bool process::wait_for(std::string_view text, std::chrono::milliseconds limit) {
    auto const end = clock_type::now() + limit;
    for (;;) {
        bool const alive = running();
        if (log().find(text) != std::string::npos) return true;
        if (!alive) return false;
        if (clock_type::now() >= end)
            throw failure(
                error(error_kind::timeout, "embedded.start_timeout",
                      fmt::format("a server did not get ready within {} ms; the end of {}:\n{}",
                                  limit.count(), log_.string(), last_lines(10))));
        std::this_thread::sleep_for(poll_pause);
    }
}

std::optional<int> process::wait(std::chrono::milliseconds limit) {
    auto const end = clock_type::now() + limit;
    while (pid_ > 0) {
        int status = 0;
        auto const got = ::waitpid(pid_, &status, WNOHANG);
        if (got == pid_ || (got < 0 && errno == ECHILD)) {
            pid_ = -1;
            status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
            break;
        }
        if (clock_type::now() >= end) return std::nullopt;
        std::this_thread::sleep_for(poll_pause);
    }
    return status_;
}

void process::signal(int number) {
    if (pid_ > 0) ::kill(pid_, number);
}

void process::stop(int number, std::chrono::milliseconds grace) {
    signal(number);
    signal(SIGCONT);
    if (wait(grace)) return;
    signal(SIGKILL);
    wait(10s);
}

std::string process::log() const {
    std::ifstream in(log_, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(log_start_));
    std::ostringstream all;
    all << in.rdbuf();
    return std::move(all).str();
}

std::string process::last_lines(std::size_t n) const {
    auto const all = log();
    auto const trimmed = text::trim(all);
    auto at = trimmed.size();
    while (n > 0 && at != std::string_view::npos && at > 0) {
        at = trimmed.rfind('\n', at - 1);
        --n;
    }
    return std::string(at == std::string_view::npos || at == 0 ? trimmed : trimmed.substr(at + 1));
}

void run(command const& what, std::chrono::milliseconds limit) {
    process one;
    one.start(what);
    auto const status = one.wait(limit);
    if (status == 0) return;
    auto const how = status ? fmt::format("failed with status {}", *status)
                            : fmt::format("did not end within {} ms", limit.count());
    fail(fmt::format("{} {}; the end of its output:\n{}", what.words[0], how, one.last_lines(10)));
}

}  // namespace agente::embedded
