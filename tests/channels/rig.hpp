// A world for tests of the channels: PostgreSQL, Redis, a simulated Cloud API, a hotel without a
// system, and instances of everything between webhook and sender, wired as the program wires them.
// All of it moves on the test's thread, while it waits.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "channels/conversation_worker.hpp"
#include "channels/whatsapp_payload_builder.hpp"
#include "channels/whatsapp_routes.hpp"
#include "channels/whatsapp_simulator.hpp"
#include "http/server.hpp"
#include "redis/connection.hpp"
#include "support/servers.hpp"
#include "tenancy/sealer.hpp"

namespace agente::channels {

inline constexpr auto demo_number = "106540352242922";
inline secret const app_secret("the-app-secret"), access_token("the-access-token"),
    verify_token("the-verify-token");
// Seals what hotels keep secret; the app secret of the hotel `slug` is "app of <slug>".
inline tenancy::sealer const seals({secret(std::string(40, 'k'))});
inline secret app_of(std::string const& slug) { return secret("app of " + slug); }

struct instance_options {
    std::string database_url;  // empty: the world's
    std::string redis_url;     // empty: the shared one
    turn_queue_options queue{.debounce = std::chrono::milliseconds(0),
                             .most_debounce = std::chrono::milliseconds(1)};
    std::chrono::milliseconds lease{60'000};
    std::chrono::milliseconds settle_after{60'000};
    turn_runner_options turns{.trouble_pause = std::chrono::milliseconds(1)};
    send_queue_options sending{};
    std::chrono::milliseconds sending_deadline{15'000};
    int most_sending_attempts{10};
    std::function<task<result<secret>>(std::string)> token_of;  // instead of access_token
    // Called when a turn asks for its hotel system; what it throws is the turn's trouble.
    std::function<void(tenancy::tenant const&)> on_turn;
};

// One process. Destroyed without stop(): killed, everything dropped where it stands.
class instance {
public:
    instance(instance_options options, std::string api_url);
    ~instance();

    std::string webhook() const;
    std::string webhook_of(std::string const& slug) const { return webhook() + "/" + slug; }
    void stop(std::chrono::milliseconds drain = std::chrono::milliseconds(5'000));
    double counted(std::string const& name) { return metrics.count(name, "").value(); }

    asio::io_context loop{1};
    real_clock time;
    telemetry::metrics metrics;
    std::string owner;
    postgres::database database;
    redis::connection redis;
    net::http_client http;
    tenancy::directory directory;
    guest::session_store sessions;
    guest::receptionist receptionist;
    channels::inbox inbox;
    channels::outbox outbox;
    hotel_question question;
    turn_runner turns;
    whatsapp_sender sender;
    conversation_worker worker;
    http::router routes;
    std::unique_ptr<http::server> server;
    unsigned short port{0};
};

class world {
public:
    world();
    ~world();

    instance& start(instance_options options = {});
    void kill(instance& which);
    void stop(instance& which, std::chrono::milliseconds drain = std::chrono::milliseconds(5'000));

    // Moves everything until `reached`; false after a minute.
    bool until(std::function<bool()> const& reached);
    // Moves everything for a while in which nothing is expected to happen.
    void let_pass(std::chrono::milliseconds length);

    net::http_response post(instance& to, boost::json::object const& payload,
                            secret const& signed_with = app_secret);
    net::http_response send(net::http_request request);

    void add_hotel(std::string const& slug, std::string const& name,
                   std::string const& number_id = demo_number);
    void give_app(std::string const& slug);  // of its own, with app_of(slug)
    std::string sql(std::string const& statements) const {
        return support::sql(database_url, statements);
    }
    std::vector<captured_message> captured(std::string const& to = {}) const;

    std::string database_url;
    asio::io_context loop{1};  // of the simulators and of those who play the guests
    real_clock time;
    telemetry::metrics metrics;
    whatsapp_simulator whatsapp;
    net::http_client http;

private:
    void move_once();
    std::vector<std::unique_ptr<instance>> instances_;
};

simulated_guest guest_called(std::string phone, std::string number_id = demo_number);

}  // namespace agente::channels
