// A bounded cache of one event loop that loads what it lacks: one load a key at a time, whoever
// else asks for that key meanwhile gets the same answer. An answer that is used past half of its
// time is loaded again meanwhile, so that nobody waits for what is in steady use. Used by
// tenancy::directory.
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <unordered_map>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "net/gate.hpp"
#include "net/task.hpp"

namespace agente::tenancy {

struct loading_cache_limits {
    std::chrono::milliseconds fresh;         // of an answer
    std::chrono::milliseconds fresh_misses;  // of an empty answer (Value converts to false)
    std::size_t most_entries;
    std::size_t most_loads;  // under way at once; past it get() throws failure{unavailable}
};

// Two generations instead of a list in order of use: new entries go into the young one; when it
// holds half of what is allowed it becomes the old one and the old one is forgotten. What is used
// again moves back to the young one.
template <class Value>
class loading_cache {
public:
    loading_cache(clock const& clock, loading_cache_limits limits)
        : clock_(clock), limits_(limits) {}

    // `load` makes a task<Value>; it runs when nothing fresh is known, or ahead of that, when it
    // may outlive the caller: it holds copies of what it needs. Its exception goes to all who wait
    // for the key.
    template <class Load>
    task<Value> get(std::string key, Load load) {
        for (;;) {
            if (auto const* known = fresh(key)) {
                auto value = *known;
                if (aging(key) && !loading_->contains(key) && loading_->size() < limits_.most_loads)
                    asio::co_spawn(co_await asio::this_coro::executor,
                                   load_now(std::move(key), std::move(load)), asio::detached);
                co_return value;
            }
            auto const found = loading_->find(key);
            if (found == loading_->end()) break;
            auto const under_way = found->second;
            if (!under_way->done) co_await under_way->finished.wait();
            if (!under_way->done) continue;
            // A loader that was cancelled says nothing about the answer: the next who waits loads
            // for itself.
            if (under_way->cancelled) continue;
            if (under_way->trouble) std::rethrow_exception(under_way->trouble);
            co_return under_way->value;
        }
        if (loading_->size() >= limits_.most_loads)
            throw failure(
                error(error_kind::unavailable, "tenancy.too_many_lookups",
                      "too many look-ups of hotels are under way; try again in a moment"));
        co_return co_await load_now(std::move(key), std::move(load));
    }

    void remember(std::string const& key, Value value) {
        remember_since(key, std::move(value), clock_.steady_now());
    }

    Value const* fresh(std::string const& key) {
        if (auto const found = young_.find(key); found != young_.end())
            return usable(found->second);
        auto const found = old_.find(key);
        if (found == old_.end() || !usable(found->second)) return nullptr;
        auto kept = std::move(found->second);
        old_.erase(found);
        remember_since(key, std::move(kept.value), kept.since);
        return &young_.at(key).value;
    }

    // What the last answer was, however old it is; null: not known, or forgotten.
    Value const* last_known(std::string const& key) const {
        for (auto const* in : {&young_, &old_})
            if (auto const found = in->find(key); found != in->end()) return &found->second.value;
        return nullptr;
    }

    std::size_t size() const noexcept { return young_.size() + old_.size(); }

private:
    using steady_time = std::chrono::steady_clock::time_point;
    struct slot {
        Value value;
        steady_time since;  // when its load began: what it says was so then
    };

    template <class Load>
    task<Value> load_now(std::string key, Load load) {
        auto const began = clock_.steady_now();
        auto const mine = std::make_shared<load_state>(co_await asio::this_coro::executor);
        loading_->emplace(key, mine);
        landing const land{loading_, key, mine};
        try {
            mine->value = co_await load();
        } catch (boost::system::system_error const& e) {
            mine->cancelled = e.code() == asio::error::operation_aborted;
            mine->trouble = std::current_exception();
            throw;
        } catch (...) {
            mine->cancelled = false;
            mine->trouble = std::current_exception();
            throw;
        }
        mine->cancelled = false;
        remember_since(key, mine->value, began);
        co_return mine->value;
    }

    void remember_since(std::string const& key, Value value, steady_time since) {
        if (young_.size() >= std::max<std::size_t>(limits_.most_entries / 2, 1) &&
            !young_.contains(key)) {
            old_ = std::move(young_);
            young_.clear();
        }
        young_.insert_or_assign(key, slot{std::move(value), since});
    }

    struct load_state {
        explicit load_state(asio::any_io_executor const& loop) : finished(loop) {}
        net::gate finished;
        Value value{};
        std::exception_ptr trouble;
        bool done = false;
        bool cancelled = true;  // until the load ended by itself
    };
    using loads = std::unordered_map<std::string, std::shared_ptr<load_state>>;
    struct landing {  // also when the coroutine is destroyed in mid-load, maybe after the cache
        std::shared_ptr<loads> under_way;
        std::string const& key;
        std::shared_ptr<load_state> state;
        ~landing() {
            state->done = true;
            under_way->erase(key);
            state->finished.open_all();
        }
    };

    Value const* usable(slot const& s) const {
        auto const limit = static_cast<bool>(s.value) ? limits_.fresh : limits_.fresh_misses;
        return clock_.steady_now() - s.since < limit ? &s.value : nullptr;
    }

    // Of a key that is fresh. That nobody is known may change any moment, and is asked again soon.
    bool aging(std::string const& key) const {
        auto const& s = young_.at(key);
        return static_cast<bool>(s.value) && clock_.steady_now() - s.since > limits_.fresh / 2;
    }

    clock const& clock_;
    loading_cache_limits limits_;
    std::unordered_map<std::string, slot> young_, old_;
    std::shared_ptr<loads> loading_ = std::make_shared<loads>();
};

}  // namespace agente::tenancy
