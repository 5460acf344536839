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

task<tenancy::tenant> find_tenant(asio::io_context& loop, settings const& s,
                                  telemetry::metrics& metrics, std::string slug) {
    auto with = database_options(s, 0).value();
    with.size = 1;
    with.mode = postgres::pipeline_mode::single;
    real_clock const time;
    postgres::database database(loop, std::move(with), metrics);
    co_await database.start();
    std::exception_ptr trouble;
    std::optional<tenancy::resolved> found;
    try {
        tenancy::directory hotels(database, time, {}, metrics);
        found = co_await hotels.by_slug(slug);
    } catch (...) {
        trouble = std::current_exception();
    }
    co_await database.stop();
    if (trouble) std::rethrow_exception(trouble);
    if (!found)
        throw failure(error(error_kind::not_found, "tenants.not_found",
                            fmt::format("there is no active hotel {}: agente-hotel tenant list "
                                        "shows which there are",
                                        slug)));
    co_return *found->who;
}

}  // namespace

qloapps::adapter_options pms_of_tenant(settings const& s, std::string const& slug) {
    asio::io_context loop{1};
    telemetry::metrics metrics;
    auto const who = waited_for(loop, find_tenant(loop, s, metrics, slug));
    tenancy::sealer const sealed(settings_keys(s));
    return pms_options(pms_options(s), who, sealed).value();
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
