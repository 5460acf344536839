// `agente-hotel serve`, or what it is compared with, as a child of a benchmark: started with an
// environment of its own, watched from outside, killed at the end. Blocking calls, for the
// benchmark's main thread.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace agente::bench {

// The program built beside this benchmark.
std::filesystem::path built_program();

struct executable {
    std::vector<std::string> words{built_program().string(), "serve"};
    std::string ready{"/health/ready"};  // says 200 then
};

class service {
public:
    // Starts it, with `folder` as its working directory. PORT must be in `environment`.
    service(std::filesystem::path const& folder, std::map<std::string, std::string> environment,
            executable what = {});
    ~service();  // killed: what it holds in memory is not wanted
    service(service const&) = delete;
    service& operator=(service const&) = delete;

    // Until it is ready: the time since it was executed. Throws when it ends or does not
    // get there in 20 s.
    std::chrono::duration<double, std::milli> wait_until_ready();

    double cpu_seconds() const;   // of all its threads, in the program and in the kernel for it
    double resident_mib() const;  // now (VmRSS)
    double peak_mib() const;      // since the start (VmHWM)
    unsigned short port() const noexcept { return port_; }

    // From /metrics: the sum over all labels; 0 when it is not there.
    std::map<std::string, double> metrics() const;

private:
    std::string errors() const;  // the end of its log
    double status_mib(std::string_view field) const;

    pid_t pid_{-1};
    std::string ready_;
    unsigned short port_{0};
    std::chrono::steady_clock::time_point started_;
    std::filesystem::path log_;
};

// A blocking GET of 127.0.0.1: the status and the body; status 0 when nobody listens.
struct page {
    int status{0};
    std::string body;
};
page get(unsigned short port, std::string const& path);

}  // namespace agente::bench
