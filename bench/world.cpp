#include "bench/world.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "base/ids.hpp"
#include "bench/loop.hpp"
#include "redis/connection.hpp"

namespace agente::bench {

namespace json = boost::json;
using namespace std::chrono_literals;

namespace {

task<unsigned short> listen_on(http::server& server) { co_return server.listen("127.0.0.1", 0); }

task<> stop(http::server& server) { co_await server.stop(200ms); }

task<> flush(redis::connection& at) {
    co_await at.start();
    std::vector<std::string> const words{"FLUSHALL"};
    co_await at.command(words);
    co_await at.stop();
}

}  // namespace

channel::channel(telemetry::metrics& metrics, listener on_message)
    : on_message_(std::move(on_message)) {
    routes_.add("POST", "/{version}/{number}/messages",
                [this](http::request const& posted) { return take(posted); });
    http::server_options with;
    with.access_log = false;
    server_ = std::make_unique<http::server>(side_.loop(), routes_, with, metrics);
    url_ = fmt::format("http://127.0.0.1:{}/v21.0", side_.run(listen_on(*server_)));
}

channel::~channel() { side_.run(stop(*server_)); }

task<http::response> channel::take(http::request const& posted) {
    auto const message = json::parse(posted.body);
    std::string const guest(message.at("to").as_string());
    if (on_message_) on_message_(guest.starts_with('+') ? guest.substr(1) : guest);
    co_return http::json_response(
        json::object{{"messaging_product", "whatsapp"},
                     {"contacts", json::array{json::object{{"input", guest}, {"wa_id", guest}}}},
                     {"messages", json::array{json::object{{"id", "wamid." + random_hex(16)}}}}});
}

world::world(std::size_t hotels, channel::listener on_message)
    : database_(folder_.path()), redis_({.folder = folder_.path() / "redis"}),
      pms_key_(random_hex(16)), app_secret_(random_hex(16)), secret_key_(random_hex(32)),
      pms_(pms_key_, {}, metrics_), channel_(metrics_, std::move(on_message)),
      port_(embedded::free_port()) {
    for (std::size_t i = 0; i < hotels; ++i)
        number_ids_.push_back(fmt::format("1065403522{:05}", i));
    database_.execute(
        fmt::format("insert into public.tenants (tenant_id, name, settings)"
                    " select 'hotel-' || i, 'Hotel ' || i, jsonb_build_object('whatsapp',"
                    " jsonb_build_object('phone_number_id', '1065403522' || lpad(i::text, 5, '0')),"
                    " 'pms', jsonb_build_object('hotel_id', 1),"
                    " 'timezone', 'America/Argentina/Buenos_Aires')"
                    " from generate_series(0, {}) i",
                    hotels - 1));
}

std::unique_ptr<service> world::start(service_options const& with) {
    std::map<std::string, std::string> environment{
        {"PORT", std::to_string(port_)},
        {"LOG_LEVEL", "warn"},
        {"DATABASE_URL", database_.url(with.rtt)},
        {"POSTGRES_POOL_SIZE", "2"},
        {"POSTGRES_MAX_OVERFLOW", "2"},
        {"DB_PIPELINE", with.pipeline},
        {"REDIS_URL", redis_.url()},
        {"PMS_TYPE", "qloapps"},
        {"PMS_BASE_URL", pms_.url()},
        {"PMS_API_KEY", std::string(pms_key_.reveal())},
        {"WHATSAPP_APP_SECRET", std::string(app_secret_.reveal())},
        {"WHATSAPP_VERIFY_TOKEN", "verify"},
        {"WHATSAPP_ACCESS_TOKEN", "token"},
        {"WHATSAPP_API_BASE_URL", channel_.base_url()},
        {"SECRET_KEY", std::string(secret_key_.reveal())},
        {"DEBOUNCE_MS", "0"}};
    if (!with.replies) {
        environment["DEBOUNCE_MS"] = "60000";
        environment["LEASE_SECONDS"] = "3600";
    }
    for (auto const& [name, value] : with.also) environment[name] = value;
    return std::make_unique<service>(folder_.path(), std::move(environment));
}

std::unique_ptr<service> world::start_other(std::map<std::string, std::string> environment,
                                            executable const& what) {
    environment["PORT"] = std::to_string(port_);
    return std::make_unique<service>(folder_.path(), std::move(environment), what);
}

webhook_source world::source() const {
    return {.port = port_, .app_secret = app_secret_, .number_ids = number_ids_};
}

void world::forget_sessions() {
    asio::io_context loop;
    redis::connection at(loop, redis::parse_url(redis_.url()).value(), metrics_);
    run(loop, flush(at));
}

}  // namespace agente::bench
