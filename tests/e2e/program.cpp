#include "e2e/program.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>

namespace agente::e2e {

using namespace std::chrono;

program::program(std::vector<std::string> arguments, std::map<std::string, std::string> environment,
                 std::string input) {
    for (auto const* name :
         {"PATH", "HOME", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"})
        if (auto const* value = std::getenv(name)) environment.emplace(name, value);
    std::vector<std::string> pairs;
    for (auto const& [name, value] : environment) pairs.push_back(name + "=" + value);
    arguments.insert(arguments.begin(), AGENTE_BINARY);
    std::vector<char*> argv, envp;
    for (auto& a : arguments) argv.push_back(a.data());
    for (auto& p : pairs) envp.push_back(p.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);

    int out[2], in[2];
    if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(in, O_CLOEXEC) != 0)
        throw std::runtime_error("pipe2 failed");
    std::string name = testing::TempDir() + "/agente-e2e-XXXXXX";
    err_file_ = ::mkostemp(name.data(), O_CLOEXEC);
    ::unlink(name.c_str());
    pid_ = ::fork();
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(in[0], STDIN_FILENO);
        ::dup2(out[1], STDOUT_FILENO);
        ::dup2(err_file_, STDERR_FILENO);
        // Not the test's sockets: a server that the test stops would go on listening in the child.
        ::close_range(3, ~0u, 0);
        ::execve(argv[0], argv.data(), envp.data());
        ::_exit(127);
    }
    ::close(out[1]);
    ::close(in[0]);
    out_ = out[0];
    // Inputs of tests are far smaller than a pipe holds.
    if (!input.empty())
        EXPECT_EQ(::write(in[1], input.data(), input.size()), static_cast<ssize_t>(input.size()));
    ::close(in[1]);
}

program::~program() {
    if (running()) {
        ::kill(pid_, SIGKILL);
        int status{};
        ::waitpid(pid_, &status, 0);
    }
    if (testing::Test::HasFailure() || std::uncaught_exceptions() > 0) {
        constexpr std::size_t most = 30'000;
        auto const all = errors();
        auto const end =
            all.size() > most ? all.substr(all.find('\n', all.size() - most) + 1) : all;
        std::fprintf(stderr, "--- the end of the program's standard error ---\n%s\n", end.c_str());
    }
    ::close(out_);
    ::close(err_file_);
}

bool program::fill(steady_clock::time_point until) {
    auto const left = duration_cast<milliseconds>(until - steady_clock::now()).count();
    pollfd waiting{out_, POLLIN, 0};
    if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) <= 0) return false;
    char chunk[4096];
    auto const n = ::read(out_, chunk, sizeof chunk);
    if (n <= 0) return false;
    buffer_.append(chunk, static_cast<std::size_t>(n));
    return true;
}

std::string program::read_line(milliseconds limit) {
    auto const until = steady_clock::now() + limit;
    for (;;) {
        if (auto const end = buffer_.find('\n'); end != std::string::npos) {
            auto line = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            return line;
        }
        if (!fill(until)) {
            ADD_FAILURE() << "no line of output came; so far: " << buffer_;
            return {};
        }
    }
}

std::string program::read_all(milliseconds limit) {
    auto const until = steady_clock::now() + limit;
    while (fill(until)) {
    }
    return std::exchange(buffer_, {});
}

void program::signal(int number) const {
    if (pid_ > 0 && !status_) ::kill(pid_, number);
}

bool program::running() {
    if (pid_ <= 0 || status_) return false;
    int status{};
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return false;
}

std::optional<int> program::wait(milliseconds limit) {
    auto const until = steady_clock::now() + limit;
    while (running()) {
        if (steady_clock::now() > until) {
            ADD_FAILURE() << "the program did not end";
            return std::nullopt;
        }
        ::poll(nullptr, 0, 5);
    }
    return status_;
}

std::string program::wait_for_error_line(std::string_view text, milliseconds limit) {
    auto const until = steady_clock::now() + limit;
    for (;;) {
        bool const over = !running() || steady_clock::now() > until;
        auto const all = errors();
        auto const found = all.find(text);
        auto const end = found == std::string::npos ? found : all.find('\n', found);
        if (end != std::string::npos) {
            auto const begin = all.rfind('\n', found);
            auto const first = begin == std::string::npos ? 0 : begin + 1;
            return all.substr(first, end - first);
        }
        if (over) {
            ADD_FAILURE() << "standard error never said " << text;
            return {};
        }
        ::poll(nullptr, 0, 5);
    }
}

std::string program::errors() const {
    std::string text;
    char chunk[4096];
    off_t at = 0;
    for (;;) {
        auto const n = ::pread(err_file_, chunk, sizeof chunk, at);
        if (n <= 0) return text;
        text.append(chunk, static_cast<std::size_t>(n));
        at += n;
    }
}

}  // namespace agente::e2e
