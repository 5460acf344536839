#include "e2e/hotel_site.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <csignal>

namespace agente::e2e {
namespace {

namespace json = boost::json;

task<net::http_response> ask(net::http_client& http, net::http_request request) {
    auto answer = co_await http.send(std::move(request));
    if (!answer) throw failure(answer.error());
    co_return *std::move(answer);
}

std::filesystem::path snapshot_file() {
    static int count = 0;
    auto const folder = support::server_folder("shops");
    std::filesystem::create_directories(folder);
    return folder / fmt::format("shop{}.json", ++count);
}

}  // namespace

hotel_site::hotel_site(site_options options)
    : database_(options.database.empty() ? support::fresh_database() : options.database),
      redis_(options.redis.empty() ? support::redis().url() : options.redis),
      shop_(std::move(options.shop), snapshot_file()) {
    sql(fmt::format(
        R"(insert into public.tenants (tenant_id, name, settings) values
           ('{}', 'Hotel', '{{"whatsapp": {{"phone_number_id": "{}"}}, "pms": {{"hotel_id": 1}}}}'))",
        tenant, hotel_number_id));
    there([this] {
        http_ =
            std::make_unique<net::http_client>(side_.loop(), net::http_client_options{}, metrics_);
        whatsapp_ = std::make_unique<channels::whatsapp_simulator>(
            side_.loop(), time_, metrics_,
            channels::whatsapp_simulator_options{
                .access_token = secret("token"), .app_secret = app_secret_, .webhook_url = {}});
        whatsapp_->listen("127.0.0.1", 0);
        network_ =
            std::make_unique<phone_network>(side_.loop(), app_secret_, whatsapp_->captured_url());
        network_->start();
    });
}

hotel_site::~hotel_site() {
    instances_.clear();
    side_.run(network_->stop());
    side_.run(whatsapp_->stop());
    side_.end();  // guests of a test that failed may still wait for something
}

std::map<std::string, std::string> hotel_site::environment() const {
    return {{"DATABASE_URL", database_},
            {"REDIS_URL", redis_},
            {"PORT", "0"},
            {"PMS_TYPE", "qloapps"},
            {"PMS_BASE_URL", shop_.url()},
            {"PMS_API_KEY", std::string(shop_.key().reveal())},
            {"WHATSAPP_APP_SECRET", std::string(app_secret_.reveal())},
            {"WHATSAPP_VERIFY_TOKEN", "verify"},
            {"WHATSAPP_ACCESS_TOKEN", "token"},
            {"WHATSAPP_API_BASE_URL", whatsapp_->base_url()},
            {"DEBOUNCE_MS", "20"},
            {"LOG_LEVEL", "info"}};
}

program& hotel_site::serve(std::map<std::string, std::string> changes) {
    auto with = environment();
    for (auto& [name, value] : changes) with[name] = std::move(value);
    auto process = std::make_unique<program>(std::vector<std::string>{"serve"}, std::move(with));
    auto const line = process->wait_for_error_line("\"service.ready\"");
    if (line.empty()) throw std::runtime_error("serve did not begin to listen");
    auto const port = json::parse(line).at("port").to_number<int>();
    instances_.push_back({std::move(process), fmt::format("http://127.0.0.1:{}", port)});
    std::vector<std::string> webhooks;
    for (auto const& one : instances_) webhooks.push_back(one.url + "/webhooks/whatsapp");
    there([&] {
        whatsapp_->set_webhook(webhooks.front());
        network_->route_to(webhooks);
    });
    return *instances_.back().process;
}

void hotel_site::stop_serving() {
    for (auto const& one : instances_) one.process->signal(SIGTERM);
    for (auto const& one : instances_) EXPECT_EQ(one.process->wait(), 0);
}

net::http_response hotel_site::get(std::size_t instance, std::string path) {
    net::http_request request;
    request.url = instances_.at(instance).url + path;
    request.deadline = std::chrono::seconds(30);
    return send(std::move(request));
}

net::http_response hotel_site::send(net::http_request request) {
    return side_.run(ask(*http_, std::move(request)));
}

int hotel_site::ready(std::size_t instance) { return get(instance, "/health/ready").status; }

std::string hotel_site::part(std::size_t instance, std::string const& name) {
    auto const answer = json::parse(get(instance, "/health/ready").body);
    auto const* found = answer.as_object().if_contains(name);
    return found ? std::string(found->as_string()) : std::string();
}

double hotel_site::metric(std::size_t instance, std::string const& sample) {
    auto const all = get(instance, "/metrics").body;
    auto const at = all.find("\n" + sample + " ");
    return at == std::string::npos ? 0 : std::stod(all.substr(at + sample.size() + 2));
}

phone& hotel_site::new_guest() {
    auto const number = fmt::format("+54911{}", 10'000'000 + guests_.size());
    guests_.push_back(std::make_unique<phone>(*network_, number));
    return *guests_.back();
}

}  // namespace agente::e2e
