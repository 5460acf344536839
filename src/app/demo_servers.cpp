#include "app/demo_servers.hpp"

#include <boost/asio/post.hpp>
#include <boost/json/object.hpp>
#include <future>

#include "base/log.hpp"
#include "operations/deploy.hpp"
#include "postgres/database.hpp"

namespace agente::app {
namespace {

constexpr postgres::query<void, std::string, std::string, boost::json::value> keep_hotel{
    "demo.keep_hotel",
    "insert into public.tenants (tenant_id, name, settings) values ($1, $2, $3)"
    " on conflict (tenant_id) do update set settings = excluded.settings || public.tenants.settings"};

task<> prepare(postgres::database& database, demo_hotel const& hotel) {
    co_await database.start();
    boost::json::value const settings{{"whatsapp", {{"phone_number_id", hotel.phone_number_id}}},
                                      {"pms", {{"hotel_id", 1}}},
                                      {"timezone", hotel.time_zone}};
    co_await database.execute(postgres::access::owner(), keep_hotel, hotel.tenant, hotel.name,
                              settings);
    co_await database.stop();
}

task<> listen(channels::whatsapp_simulator& simulator) {
    simulator.listen("127.0.0.1", 0);
    co_return;
}

}  // namespace

demo_servers::demo_servers(std::filesystem::path const& folder, demo_secrets const& secrets,
                           demo_hotel const& hotel, telemetry::metrics& metrics,
                           std::function<void(std::string_view)> const& progress) {
    progress("PostgreSQL");
    postgres_ = std::make_unique<embedded::postgres_server>(
        embedded::postgres_options{.folder = folder / "postgres"});
    progress("Redis");
    redis_ = std::make_unique<embedded::redis_server>(
        embedded::redis_options{.folder = folder / "redis", .keep = true});
    progress("schema and demo hotel");
    prepare_database(hotel, metrics);
    progress("hotel system (simulated QloApps)");
    pms_ = std::make_unique<simulated_pms>(secrets.pms_api_key, folder / "pms.json", metrics);
    progress("WhatsApp (simulated Cloud API)");
    side_ = std::make_unique<side_loop>();
    whatsapp_ = std::make_unique<channels::whatsapp_simulator>(
        side_->loop(), time_, metrics,
        channels::whatsapp_simulator_options{.access_token = secrets.access_token,
                                             .app_secret = secrets.app_secret,
                                             .webhook_url = {}});
    side_->run(listen(*whatsapp_));
}

demo_servers::~demo_servers() {
    if (whatsapp_ == nullptr) return;
    try {
        side_->run(whatsapp_->stop());
    } catch (std::exception const& e) {
        log::warn("simulator.stop_failed", {{"message", e.what()}});
    }
}

void demo_servers::prepare_database(demo_hotel const& hotel, telemetry::metrics& metrics) const {
    postgres::options with;
    with.server = postgres::parse_url(postgres_->url()).value();
    with.size = 1;
    with.mode = postgres::pipeline_mode::single;
    operations::deploy(with.server);
    side_loop loop;
    postgres::database database(loop.loop(), std::move(with), metrics);
    loop.run(prepare(database, hotel));
}

void demo_servers::fill(settings& s) const {
    s.database_url = secret(postgres_->url());
    s.redis_url = secret(redis_->url());
    s.pms_base_url = pms_->url();
    s.whatsapp_api_base_url = whatsapp_->base_url();
}

void demo_servers::fill(demo_addresses& at) const {
    at.postgres = postgres_->url();
    at.redis = redis_->url();
    at.pms = pms_->url();
    at.whatsapp = whatsapp_->base_url();
    at.captured = whatsapp_->captured_url();
}

void demo_servers::webhook_is(std::string const& url) {
    std::promise<void> done;
    asio::post(side_->loop(), [&] {
        whatsapp_->set_webhook(url);
        done.set_value();
    });
    done.get_future().wait();
}

}  // namespace agente::app
