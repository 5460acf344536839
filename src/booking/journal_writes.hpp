// booking_run::journal(): one write to the journal, tried until its limit. Used by booking_run.cpp
// and booking_finish.cpp.
#pragma once

#include "base/ids.hpp"
#include "base/log.hpp"
#include "booking/booking_run.hpp"
#include "net/deadline.hpp"
#include "net/gate.hpp"
#include "net/retry.hpp"

namespace agente::booking {

// Every write of booking_store may be repeated, so an answer that was lost is asked for again.
template <class T>
task<std::optional<T>> booking_run::journal(std::function<task<T>()> write) {
    using std::chrono::steady_clock;
    auto const end = steady_clock::now() + core_.options.journal_limit;
    system_random random;
    net::backoff pauses({std::chrono::milliseconds(50), std::chrono::milliseconds(1'000)}, random);
    for (;;) {
        bool again = false;
        try {
            co_return co_await net::with_deadline(write(), end - steady_clock::now(),
                                                  "journal.late");
        } catch (failure const& why) {
            auto const kind = why.reason().kind();
            again = kind != error_kind::internal && kind != error_kind::invalid;
            log::write(again ? log::level::warn : log::level::error, "booking.journal_failed",
                       {{"reference", reference_},
                        {"code", why.reason().code()},
                        {"message", why.what()}});
        }
        auto const rest = pauses.next();
        if (!again || steady_clock::now() + rest >= end) co_return std::nullopt;
        co_await net::pause(rest);
    }
}

}  // namespace agente::booking
