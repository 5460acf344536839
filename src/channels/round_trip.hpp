// What many coroutines want of one round trip: requests that arrive while a round trip is under way
// leave together in the next. Used by the inbox (claims) and the outbox (results of sendings). One
// event loop.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/result.hpp"
#include "net/gate.hpp"
#include "net/task.hpp"

namespace agente::channels {

struct round_trip_limits {
    std::size_t most_at_once{128};    // requests in one round trip
    std::size_t most_under_way{2};    // round trips at one time
    std::size_t most_waiting{8'192};  // requests; past it: unavailable
};

template <class Request, class Answer>
class round_trip {
public:
    // Answers in the order of the requests, as many. Its exception goes to everybody who travelled
    // along.
    using carry = std::function<task<std::vector<Answer>>(std::vector<Request> const&)>;

    // What `with` refers to must outlive the round trips under way, also when this object dies
    // first.
    round_trip(asio::any_io_executor loop, carry with, round_trip_limits limits = {})
        : core_(std::make_shared<core>(std::move(loop), std::move(with), limits)) {}

    // A caller that is cancelled leaves; its request travels all the same.
    task<Answer> ask(Request request) {
        auto const c = core_;
        if (c->waiting.size() >= c->limits.most_waiting)
            throw failure(error(error_kind::unavailable, "channels.journal_full",
                                "too much is waiting to be written; try again in a moment"));
        auto const mine = std::make_shared<passenger>();
        mine->request = std::move(request);
        c->waiting.push_back(mine);
        depart(c);
        while (!mine->done) co_await mine->arrived.wait();
        if (mine->trouble) std::rethrow_exception(mine->trouble);
        co_return std::move(mine->answer);
    }

private:
    struct passenger {
        Request request;
        Answer answer{};
        std::exception_ptr trouble;
        bool done = false;
        net::gate arrived;
    };
    struct core {
        core(asio::any_io_executor l, carry w, round_trip_limits m)
            : loop(std::move(l)), with(std::move(w)), limits(m) {}
        asio::any_io_executor loop;
        carry with;
        round_trip_limits limits;
        std::vector<std::shared_ptr<passenger>> waiting;
        std::size_t under_way = 0;
    };

    static void depart(std::shared_ptr<core> const& c) {
        if (c->waiting.empty() || c->under_way >= c->limits.most_under_way) return;
        ++c->under_way;
        asio::co_spawn(c->loop, travel(c), asio::detached);
    }

    // Who is on board is decided when the coroutine runs: whoever asks in the same turn of the loop
    // comes along.
    static task<> travel(std::shared_ptr<core> c) {
        auto const n = std::min(c->waiting.size(), c->limits.most_at_once);
        std::vector<std::shared_ptr<passenger>> aboard(
            c->waiting.begin(), c->waiting.begin() + static_cast<std::ptrdiff_t>(n));
        c->waiting.erase(c->waiting.begin(), c->waiting.begin() + static_cast<std::ptrdiff_t>(n));
        std::vector<Request> requests;
        requests.reserve(n);
        for (auto const& one : aboard) requests.push_back(one->request);
        try {
            if (n > 0) {
                auto answers = co_await c->with(requests);
                for (std::size_t i = 0; i < n; ++i) aboard[i]->answer = std::move(answers.at(i));
            }
        } catch (...) {
            for (auto const& one : aboard) one->trouble = std::current_exception();
        }
        for (auto const& one : aboard) {
            one->done = true;
            one->arrived.open_all();
        }
        --c->under_way;
        depart(c);
    }

    std::shared_ptr<core> core_;
};

}  // namespace agente::channels
