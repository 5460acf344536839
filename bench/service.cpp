#include "bench/service.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace agente::bench {

namespace asio = boost::asio;
using namespace std::chrono_literals;

std::filesystem::path built_program() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() /
           "agente-hotel";
}

service::service(std::filesystem::path const& folder,
                 std::map<std::string, std::string> environment, executable what)
    : ready_(std::move(what.ready)),
      port_(static_cast<unsigned short>(std::stoi(environment.at("PORT")))),
      log_(folder / "service.log") {
    environment.emplace("PATH", "/usr/bin:/bin");
    auto const where = folder.string(), log = log_.string();
    std::vector<std::string> pairs;
    auto& words = what.words;
    for (auto const& [name, value] : environment) pairs.push_back(name + "=" + value);
    std::vector<char*> argv, envp;
    for (auto& word : words) argv.push_back(word.data());
    for (auto& pair : pairs) envp.push_back(pair.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    started_ = std::chrono::steady_clock::now();
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("fork failed");
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        int const out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (::chdir(where.c_str()) != 0) ::_exit(126);
        ::dup2(out, STDOUT_FILENO);
        ::dup2(out, STDERR_FILENO);
        ::execve(argv[0], argv.data(), envp.data());
        ::_exit(127);
    }
}

service::~service() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

std::chrono::duration<double, std::milli> service::wait_until_ready() {
    for (;;) {
        if (get(port_, ready_).status == 200) return std::chrono::steady_clock::now() - started_;
        if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
            pid_ = -1;
            throw std::runtime_error("the service ended: " + errors());
        }
        if (std::chrono::steady_clock::now() - started_ > 20s)
            throw std::runtime_error("the service does not get ready: " + errors());
        std::this_thread::sleep_for(500us);
    }
}

std::string service::errors() const {
    std::ifstream in(log_);
    std::ostringstream text;
    text << in.rdbuf();
    auto all = std::move(text).str();
    return all.size() > 2'000 ? all.substr(all.size() - 2'000) : all;
}

double service::cpu_seconds() const {
    std::ifstream in(fmt::format("/proc/{}/stat", pid_));
    std::string line;
    std::getline(in, line);
    // The fields after the program's name, which may hold blanks: utime and stime are the 14th and
    // 15th of all.
    std::istringstream fields(line.substr(line.rfind(')') + 2));
    std::string skipped;
    for (int i = 3; i < 14; ++i) fields >> skipped;
    double user = 0, kernel = 0;
    fields >> user >> kernel;
    return (user + kernel) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double service::status_mib(std::string_view field) const {
    std::ifstream in(fmt::format("/proc/{}/status", pid_));
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(field)) return std::stod(line.substr(field.size() + 1)) / 1024;
    return 0;
}

double service::resident_mib() const { return status_mib("VmRSS"); }
double service::peak_mib() const { return status_mib("VmHWM"); }

std::map<std::string, double> service::metrics() const {
    std::map<std::string, double> sums;
    std::istringstream lines(get(port_, "/metrics").body);
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line[0] == '#') continue;
        auto const blank = line.rfind(' ');
        sums[line.substr(0, std::min(line.find('{'), blank))] += std::stod(line.substr(blank + 1));
    }
    return sums;
}

page get(unsigned short port, std::string const& path) {
    asio::io_context loop;
    asio::ip::tcp::socket socket(loop);
    boost::system::error_code ec;
    socket.connect({asio::ip::make_address("127.0.0.1"), port}, ec);
    if (ec) return {};
    auto const request = fmt::format(
        "GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n", path, port);
    asio::write(socket, asio::buffer(request), ec);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), ec);
    page out;
    auto const body = answer.find("\r\n\r\n");
    if (body == std::string::npos) return out;
    out.status = std::stoi(answer.substr(9, 3));
    out.body = answer.substr(body + 4);
    return out;
}

}  // namespace agente::bench
