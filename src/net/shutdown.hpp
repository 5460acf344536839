// SIGINT and SIGTERM as something to wait for. Used once, by the program's main task.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "net/task.hpp"

namespace agente::net {

// From its construction on, the first signal asks for an orderly end; a second one ends the process
// at once, with the exit code a shell gives it (128 + signal), whatever the orderly end is doing.
// Signals are handled by `loop`'s thread; made and destroyed on any, while `loop` lives.
class shutdown {
public:
    explicit shutdown(asio::io_context& loop);
    ~shutdown();
    shutdown(shutdown const&) = delete;
    shutdown& operator=(shutdown const&) = delete;

    // Returns the first signal's number, at once when it has come already. Cancelled: throws
    // operation_aborted.
    task<int> wait();

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace agente::net
