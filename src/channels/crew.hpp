// The coroutines a long-lived object has running: started, counted, cancelled and waited for
// together. One event loop.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>
#include <vector>

#include "net/task.hpp"

namespace agente::channels {

class crew {
public:
    explicit crew(asio::any_io_executor loop);
    ~crew();  // cancels; does not wait
    crew(crew const&) = delete;
    crew& operator=(crew const&) = delete;

    // What `work` refers to must live until it ended: see join(). An exception other than a
    // cancellation is logged under `name`, a literal.
    void run(std::string_view name, task<> work);

    void cancel();                                           // asks all to end
    task<> join();                                           // until none runs
    task<bool> join_for(std::chrono::milliseconds at_most);  // false: some still run
    std::size_t size() const noexcept;

private:
    struct state;
    std::shared_ptr<state> state_;
};

// Runs all of them at once and returns when all have ended; then throws the first exception, if
// there was one.
task<> all_of(std::vector<task<>> works);

}  // namespace agente::channels
