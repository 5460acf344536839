#include "app/pms_checking.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_future.hpp>

#include "app/connections.hpp"
#include "app/hotel_systems.hpp"
#include "app/identity_settings.hpp"
#include "net/http_client.hpp"
#include "postgres/database.hpp"
#include "qloapps/pms_check.hpp"
#include "qloapps/pms_write_test.hpp"
#include "tenancy/directory.hpp"

namespace agente::app {
namespace {

operations::severity severity_of(qloapps::pms_observation::weight level) {
    switch (level) {
        case qloapps::pms_observation::weight::ok: return operations::severity::ok;
        case qloapps::pms_observation::weight::info: return operations::severity::info;
        case qloapps::pms_observation::weight::warning: return operations::severity::warning;
        case qloapps::pms_observation::weight::fault: return operations::severity::fault;
    }
    return operations::severity::fault;
}

operations::findings as_findings(qloapps::pms_observations all) {
    operations::findings out;
    for (auto& one : all)
        out.push_back({std::move(one.check), severity_of(one.level), std::move(one.what),
                       std::move(one.cure)});
    return out;
}

template <class T>
T waited_for(asio::io_context& loop, task<T> work) {
    auto done = asio::co_spawn(loop, std::move(work), asio::use_future);
    loop.run();
    return done.get();
}

template <class T>
task<> keep(task<T> work, std::optional<T>& into) {
    into.emplace(co_await std::move(work));
}

// One question to the directory of hotels, over a connection of its own.
template <class T>
task<T> asked(asio::io_context& loop, settings const& s, telemetry::metrics& metrics,
              std::function<task<T>(tenancy::directory&)> const& question) {
    auto with = database_options(s, 0).value();
    with.size = 1;
    with.mode = postgres::pipeline_mode::single;
    real_clock const time;
    postgres::database database(loop, std::move(with), metrics);
    co_await database.start();
    std::exception_ptr trouble;
    std::optional<T> answer;
    try {
        tenancy::directory hotels(database, time, {}, metrics);
        co_await keep(question(hotels), answer);
    } catch (...) {
        trouble = std::current_exception();
    }
    co_await database.stop();
    if (trouble) std::rethrow_exception(trouble);
    co_return std::move(*answer);
}

template <class T>
T ask_directory(settings const& s, std::function<task<T>(tenancy::directory&)> const& question) {
    asio::io_context loop{1};
    telemetry::metrics metrics;
    return waited_for(loop, asked<T>(loop, s, metrics, question));
}

bool has_own_system(tenancy::tenant const& who) {
    return !who.own().pms_base_url.empty() || !who.own().pms_api_key.empty() || who.pms_hotel_id;
}

}  // namespace

qloapps::adapter_options pms_of_tenant(settings const& s, std::string const& slug) {
    auto const found = ask_directory<std::optional<tenancy::resolved>>(
        s, [&](tenancy::directory& hotels) { return hotels.by_slug(slug); });
    if (!found)
        throw failure(error(error_kind::not_found, "tenants.not_found",
                            fmt::format("there is no active hotel {}: agente-hotel tenant list "
                                        "shows which there are",
                                        slug)));
    tenancy::sealer const sealed(settings_keys(s));
    return pms_options(pms_options(s), *found->who, sealed).value();
}

std::vector<hotel_with_own_system> hotels_with_own_systems(settings const& s, int most) {
    auto const all = ask_directory<std::vector<tenancy::tenant>>(
        s, [&](tenancy::directory& hotels) { return hotels.some(1'000); });
    tenancy::sealer const sealed(settings_keys(s));
    std::vector<hotel_with_own_system> out;
    for (auto const& who : all)
        if (has_own_system(who) && std::ssize(out) < most)
            out.push_back({who.slug, pms_options(pms_options(s), who, sealed)});
    return out;
}

operations::findings check_pms(qloapps::adapter_options const& with) {
    asio::io_context loop{1};
    telemetry::metrics metrics;
    net::http_client http(loop, {}, metrics);
    real_clock const time;
    return as_findings(waited_for(loop, qloapps::check_pms(http, time, with)));
}

operations::findings try_a_booking(qloapps::adapter_options const& with) {
    asio::io_context loop{1};
    telemetry::metrics metrics;
    net::http_client http(loop, {}, metrics);
    real_clock const time;
    // Who presses Ctrl+C now would leave a booking behind: the signal has no effect until the
    // booking is cancelled, which takes some deadlines at most.
    asio::signal_set const held_back(loop, SIGINT, SIGTERM);
    qloapps::adapter pms(http, time, metrics, with);
    return as_findings(waited_for(loop, qloapps::try_a_booking(pms, time)));
}

}  // namespace agente::app
