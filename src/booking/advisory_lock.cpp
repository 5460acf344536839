#include "booking/advisory_lock.hpp"

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "booking/catalogue.hpp"

namespace agente::booking {
namespace {

using namespace std::chrono_literals;
using postgres::query;

// Nothing ends an idle transaction earlier, and no crashed instance holds a night longer.
constexpr std::string_view longest_hold = "120000";
constexpr auto longest_statement = 10'000ms;  // below every pool's reply deadline

constexpr query<bool, std::string, std::string> limit_waits{
    "booking.limit_waits",
    "select set_config('lock_timeout', $1, true) is not null"
    "   and set_config('idle_in_transaction_session_timeout', $2, true) is not null"};

// A function scan yields the array in its order, and so the locks are taken in it.
constexpr query<std::int64_t, std::vector<std::int64_t>> lock_nights{
    "booking.lock_nights",
    "select count(pg_advisory_xact_lock(night)::text) from unnest($1) as night"};

// A statement of its own: it must see what the holder before us committed.
constexpr query<std::int64_t, std::string, std::int64_t> next_fence{
    "booking.next_fence",
    "select greatest((extract(epoch from clock_timestamp()) * 1000000)::bigint,"
    "                coalesce((select max(fence) + 1 from agente.booking_journal"
    "                           where tenant_id = $1 and room_type = $2), 0))"};

constexpr query<bool> still_there{"booking.still_there", "select true"};

constexpr std::string_view lock_not_available = "55P03";

}  // namespace

void append_advisory_queries(std::vector<postgres::query_text>& to) {
    to.push_back(postgres::describe(limit_waits));
    to.push_back(postgres::describe(lock_nights));
    to.push_back(postgres::describe(next_fence));
    to.push_back(postgres::describe(still_there));
}

std::int64_t advisory_key(std::string_view redis_key) {
    auto const digest = crypto::sha256(redis_key);
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < sizeof key; ++i)
        key = (key << 8) | static_cast<unsigned char>(digest[i]);
    return static_cast<std::int64_t>(key);
}

task<std::optional<advisory_lock>> advisory_lock::take(postgres::database& database,
                                                       tenancy::scope as, std::int64_t room_type,
                                                       std::vector<std::string> night_keys,
                                                       std::chrono::milliseconds most) {
    std::vector<std::int64_t> keys;
    keys.reserve(night_keys.size());
    for (auto const& name : night_keys) keys.push_back(advisory_key(name));
    std::ranges::sort(keys);

    auto const end = std::chrono::steady_clock::now() + most;
    for (;;) {
        auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(
            end - std::chrono::steady_clock::now());
        if (left <= 0ms) co_return std::nullopt;
        auto const wait = std::min(left, longest_statement);
        auto const access = as.access().with_timeout(wait + 1s);
        auto connection = co_await database.exclusive(access, left);
        co_await connection.row(limit_waits, std::to_string(wait.count()),
                                std::string(longest_hold));
        bool late = false;
        try {
            co_await connection.row(lock_nights, keys);
        } catch (postgres::error const& why) {
            if (why.sqlstate() != lock_not_available) throw;
            late = true;
        }
        if (late)
            continue;  // the connection goes back and another is asked for: nobody keeps one for
                       // long by waiting
        auto const fence = co_await connection.row(next_fence, as.slug(), room_type);
        co_return advisory_lock(std::move(connection), fence.value_or(0));
    }
}

task<bool> advisory_lock::confirm() {
    if (!connection_) co_return false;
    // Out of the object while the question is under way: cancelled in the middle, the connection
    // must not be used again.
    auto connection = std::move(*connection_);
    connection_.reset();
    try {
        co_await connection.row(still_there);
    } catch (postgres::error const& why) {
        log::warn("booking.lock_lost", {{"message", why.what()}});
        co_return false;
    }
    connection_.emplace(std::move(connection));
    co_return true;
}

task<> advisory_lock::release() {
    if (!connection_) co_return;
    auto connection = std::move(*connection_);
    connection_.reset();
    try {
        co_await connection.commit();
    } catch (postgres::error const& why) {
        log::debug("booking.release_failed",
                   {{"message", why.what()}});  // the transaction ended with its connection
    }
}

}  // namespace agente::booking
