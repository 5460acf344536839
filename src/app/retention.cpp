#include "app/retention.hpp"

#include "base/log.hpp"
#include "net/gate.hpp"
#include "tenancy/keys.hpp"

namespace agente::app {

using namespace std::chrono_literals;

namespace {

constexpr auto first_look = 1min, between_looks = 10min, longest_run = 50min;

std::vector<std::string> claim(std::string const& instance) {
    return {"SET", tenancy::keys::upkeep("cleanup"), instance, "NX", "EX", "3600"};
}

// Until when nobody needs to look again.
std::vector<std::string> note(std::string const& instance, std::chrono::seconds next) {
    return {"SET", tenancy::keys::upkeep("cleanup"), instance, "EX", std::to_string(next.count())};
}

}  // namespace

operations::retention retention_of(settings const& s) {
    operations::retention keep;
    for (auto const& rule : operations::cleanup_rules()) {
        auto const given = s.retention_days.find(std::string(rule.name));
        std::chrono::seconds const days =
            given == s.retention_days.end() ? rule.usual : std::chrono::days(given->second);
        keep.push_back(days == 0s ? days : std::max(days, rule.least));
    }
    return keep;
}

task<bool> clean_up_when_due(postgres::database& database, redis::connection& redis,
                             std::string instance, operations::retention keep,
                             telemetry::metrics& metrics) {
    auto const claimed = co_await redis.command(claim(instance));
    if (!claimed.ok()) co_return false;
    bool well = true;
    try {
        for (auto const& one :
             co_await operations::clean_up(database, std::move(keep), longest_run)) {
            metrics
                .count("cleanup_rows_total", "Rows deleted because they were old",
                       {{"table", std::string(one.table)}})
                .add(static_cast<double>(one.rows));
            if (one.rows > 0)
                log::info("cleanup.deleted", {{"table", one.table}, {"rows", one.rows}});
        }
    } catch (failure const& e) {
        well = false;
        log::warn("cleanup.failed", {{"message", e.what()}});
    }
    co_await redis.command(
        note(instance, well ? std::chrono::seconds(23h) : std::chrono::seconds(between_looks)));
    co_return well;
}

task<> daily_cleanup(postgres::database& database, redis::connection& redis, std::string instance,
                     operations::retention keep, telemetry::metrics& metrics) {
    co_await net::pause(first_look);
    for (;;) {
        try {
            co_await clean_up_when_due(database, redis, instance, keep, metrics);
        } catch (failure const& e) {  // without Redis nobody knows whose turn it is: later
            log::warn("cleanup.postponed", {{"message", e.what()}});
        }
        co_await net::pause(between_looks);
    }
}

}  // namespace agente::app
