// An event loop with a thread of its own: for the workers, for the wait for signals, and for the
// demo's simulators, which must not share the worker's loop, as the real systems do not.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <thread>

#include "net/task.hpp"

namespace agente::app {

class side_loop {
public:
    side_loop() : work_(loop_.get_executor()), thread_([this] { loop_.run(); }) {}
    ~side_loop() { end(); }
    side_loop(side_loop const&) = delete;
    side_loop& operator=(side_loop const&) = delete;

    asio::io_context& loop() { return loop_; }

    // Runs a task over there. Exceptions travel.
    template <class T>
    std::future<T> start(task<T> work) {
        return asio::co_spawn(loop_, std::move(work), asio::use_future);
    }
    // The same, and waits for it here: for start-up and shutdown only.
    template <class T>
    T run(task<T> work) {
        return start(std::move(work)).get();
    }

    // Ends the thread, whatever waits on the loop; for an owner whose other members live on it.
    void end() {
        if (!thread_.joinable()) return;
        work_.reset();
        loop_.stop();
        thread_.join();
    }

private:
    asio::io_context loop_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    std::thread thread_;
};

}  // namespace agente::app
