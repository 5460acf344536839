// The built binary as a child of a test: started with arguments and an environment of its own, read
// line by line, killed.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace agente::e2e {

class program {
public:
    // `environment` is all the child gets, besides PATH, HOME and the sanitizers' options.
    program(std::vector<std::string> arguments, std::map<std::string, std::string> environment = {},
            std::string input = {});
    ~program();  // SIGKILL when it still runs
    program(program const&) = delete;
    program& operator=(program const&) = delete;

    // The next line of standard output. Fails the test and returns an empty text when none comes in
    // time.
    std::string read_line(std::chrono::milliseconds limit = std::chrono::seconds(60));
    // Everything on standard output until it ends.
    std::string read_all(std::chrono::milliseconds limit = std::chrono::seconds(60));

    void signal(int number) const;
    // Its exit status, 128 + signal when killed; nullopt (and a test failure) when it does not end.
    std::optional<int> wait(std::chrono::milliseconds limit = std::chrono::seconds(60));
    bool running();
    pid_t pid() const { return pid_; }
    std::string errors() const;  // standard error so far
    // The first line on standard error that contains `text`. Fails the test and returns an empty
    // text when none comes in time, or it ends without.
    std::string wait_for_error_line(std::string_view text,
                                    std::chrono::milliseconds limit = std::chrono::seconds(60));

private:
    bool fill(std::chrono::steady_clock::time_point until);

    pid_t pid_{-1};
    int out_{-1};
    int err_file_{-1};
    std::string buffer_;
    std::optional<int> status_;
};

}  // namespace agente::e2e
