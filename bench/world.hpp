// Everything around the service that a benchmark needs: PostgreSQL near and far, Redis, a simulated
// hotel system, a Cloud API that only takes messages, and hotels with numbers of their own. Used by
// the benchmarks of the service.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "app/side_loop.hpp"
#include "app/simulated_pms.hpp"
#include "bench/http_client.hpp"
#include "bench/private_database.hpp"
#include "bench/service.hpp"
#include "bench/webhook.hpp"
#include "embedded/redis_server.hpp"
#include "http/server.hpp"

namespace agente::bench {

// Takes what the service sends to guests. On its own loop; `on_message` runs there, with the
// guest's phone in digits, as soon as the message has come whole.
class channel {
public:
    using listener = std::function<void(std::string const& guest)>;

    channel(telemetry::metrics& metrics, listener on_message);
    ~channel();

    std::string base_url() const { return url_; }
    app::side_loop& side() noexcept { return side_; }

private:
    task<http::response> take(http::request const& posted);

    app::side_loop side_;
    listener on_message_;
    http::router routes_;
    std::unique_ptr<http::server> server_;
    std::string url_;
};

struct service_options {
    int rtt{0};                      // milliseconds to PostgreSQL
    std::string pipeline{"single"};  // DB_PIPELINE
    bool replies{true};              // false: nobody is answered while the benchmark runs
    std::map<std::string, std::string> also{};  // more of its environment
};

class world {
public:
    // `hotels` of them, each with a number: the Cloud API's limit of 80 messages a second and
    // number is not what is measured.
    explicit world(std::size_t hotels, channel::listener on_message = {});

    // A pool of 2 + 2; no access log, no debouncing.
    std::unique_ptr<service> start(service_options const& with);
    webhook_source source() const;
    // Another program with an environment of its own beside these servers, at the same port.
    std::unique_ptr<service> start_other(std::map<std::string, std::string> environment,
                                         executable const& what);

    private_database& database() noexcept { return database_; }
    channel& messages() noexcept { return channel_; }
    void forget_messages() { database_.execute("truncate agente.inbox, agente.outbox"); }
    void forget_sessions();  // and all else that Redis holds
    std::string redis_url() const { return redis_.url(); }
    secret const& secret_key() const noexcept { return secret_key_; }
    unsigned short port() const noexcept { return port_; }

private:
    temporary_folder folder_;
    telemetry::metrics metrics_;
    private_database database_;
    embedded::redis_server redis_;
    secret pms_key_, app_secret_, secret_key_;
    app::simulated_pms pms_;
    channel channel_;
    unsigned short port_;  // of every service that is started: webhooks are made for it once
    std::vector<std::string> number_ids_;
};

}  // namespace agente::bench
