#include "net/cpu_pool.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/result.hpp"

namespace agente::net {

struct cpu_pool::state {
    state(std::size_t most, telemetry::metrics& metrics)
        : most_waiting(most),
          waiting_metric(
              metrics.measure("cpu_pool_waiting", "Work that waits for a thread of the CPU pool")),
          refused_metric(metrics.count("cpu_pool_refused_total",
                                       "Work refused because the CPU pool's queue was full")) {}

    void serve() {
        for (;;) {
            std::unique_ptr<job> next;
            {
                std::unique_lock lock(mutex);
                ready.wait(lock, [this] { return closing || !waiting.empty(); });
                if (closing) return;
                next = std::move(waiting.front());
                waiting.pop_front();
                waiting_metric.add(-1);
            }
            next->work();
        }
    }

    std::size_t const most_waiting;
    telemetry::gauge& waiting_metric;
    telemetry::counter& refused_metric;
    std::mutex mutex;
    std::condition_variable ready;
    std::deque<std::unique_ptr<job>> waiting;
    bool closing = false;
    std::vector<std::thread> threads;
};

cpu_pool::cpu_pool(cpu_pool_options with, telemetry::metrics& metrics)
    : state_(std::make_unique<state>(with.most_waiting, metrics)) {
    auto const count = std::max<std::size_t>(with.threads, 1);
    for (std::size_t i = 0; i < count; ++i)
        state_->threads.emplace_back([s = state_.get()] { s->serve(); });
}

cpu_pool::~cpu_pool() {
    {
        std::lock_guard const lock(state_->mutex);
        state_->closing = true;
    }
    state_->ready.notify_all();
    for (auto& each : state_->threads) each.join();
    for (auto const& each : state_->waiting) {
        state_->waiting_metric.add(-1);
        each->drop(std::make_exception_ptr(
            failure(error(error_kind::unavailable, "net.cpu_pool_closed",
                          "the program is ending: the work was not begun"))));
    }
}

void cpu_pool::submit(std::unique_ptr<job> what) {
    {
        std::lock_guard const lock(state_->mutex);
        if (state_->waiting.size() >= state_->most_waiting) {
            state_->refused_metric.add();
            throw failure(error(
                error_kind::unavailable, "net.cpu_pool_full",
                fmt::format("overloaded: {} pieces of work already wait for a processor, try later",
                            state_->waiting.size())));
        }
        state_->waiting.push_back(std::move(what));
        state_->waiting_metric.add(1);
    }
    state_->ready.notify_one();
}

}  // namespace agente::net
