#include "booking/settlement.hpp"

#include <cstdlib>

#include "net/deadline.hpp"

namespace agente::booking {

template <class T>
task<result<T>> limited(task<result<T>> question, std::chrono::milliseconds limit) {
    try {
        co_return co_await net::with_deadline(std::move(question), limit, "pms.late");
    } catch (failure const& why) {
        co_return why.reason();
    }
}

template task<result<std::vector<hotel::offer>>> limited(task<result<std::vector<hotel::offer>>>,
                                                         std::chrono::milliseconds);
template task<result<hotel::booking>> limited(task<result<hotel::booking>>,
                                              std::chrono::milliseconds);
template task<result<std::optional<hotel::booking>>> limited(
    task<result<std::optional<hotel::booking>>>, std::chrono::milliseconds);
template task<result<bool>> limited(task<result<bool>>, std::chrono::milliseconds);
template task<result<void>> limited(task<result<void>>, std::chrono::milliseconds);

task<verdict> examine(hotel::property_system& pms, hotel::booking const& made, expectation expected,
                      std::chrono::milliseconds limit) {
    auto const held = std::ranges::count_if(made.rooms, &hotel::booked_room::live);
    bool const growing =
        !expected.written && held == std::ssize(made.rooms) && held < expected.rooms;
    if (growing) co_return verdict{verdict::kind::undecided, "not all rooms are there yet"};
    if (!made.live || held < expected.rooms) co_return verdict{verdict::kind::bad, "sold_out"};
    auto const doubled = co_await limited(pms.doubled(made), limit);
    if (!doubled) co_return verdict{verdict::kind::undecided, std::string(doubled.error().code())};
    if (*doubled) co_return verdict{verdict::kind::bad, "sold_out"};
    if (expected.total && !same_total(*expected.total, made.total_with_tax))
        co_return verdict{verdict::kind::bad, "price_changed"};
    co_return verdict{verdict::kind::good, {}};
}

task<bool> cancel(hotel::property_system& pms, std::int64_t pms_id,
                  std::chrono::milliseconds limit) {
    auto const done = co_await limited(pms.cancel(pms_id), limit);
    co_return done.has_value() || done.error().kind() == error_kind::not_found;
}

bool same_total(hotel::money const& quoted, hotel::money const& billed) noexcept {
    constexpr std::int64_t cent = 10'000;
    return quoted.currency == billed.currency && std::abs(quoted.micros - billed.micros) <= cent;
}

}  // namespace agente::booking
