// A hotel with everything around it, and instances of the built binary serving it: PostgreSQL,
// Redis, the simulated QloApps, the simulated Cloud API, guests. Used by the tests of this folder.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/side_loop.hpp"
#include "channels/whatsapp_simulator.hpp"
#include "e2e/phones.hpp"
#include "e2e/program.hpp"
#include "e2e/simulated_shop.hpp"
#include "support/servers.hpp"

namespace agente::e2e {

struct site_options {
    std::string database;  // a deployed one, for the tests' own look at it; empty: a fresh one of
                           // support::postgres()
    std::string redis;     // empty: support::redis()
    qloapps::simulation::shop shop{qloapps::simulation::demo_shop()};
};

class hotel_site {
public:
    static constexpr auto tenant = "hotel";

    explicit hotel_site(site_options options = {});
    ~hotel_site();

    // `agente-hotel serve` on a port of its own, listening when this returns; guests' messages
    // reach it from then on. `changes` to its environment.
    program& serve(std::map<std::string, std::string> changes = {});
    std::map<std::string, std::string> environment() const;
    std::string const& url(std::size_t instance) const { return instances_[instance].url; }
    // SIGTERM to all, which must end well.
    void stop_serving();

    // On the guests' loop: started now, waited for by future.get(); run() waits here.
    template <class T>
    std::future<T> start(task<T> work) {
        return asio::co_spawn(side_.loop(), std::move(work), asio::use_future);
    }
    template <class T>
    T run(task<T> work) {
        return side_.run(std::move(work));
    }
    template <class What>
    decltype(auto) there(What what) {
        std::packaged_task<decltype(what())()> job(std::move(what));
        auto done = job.get_future();
        asio::post(side_.loop(), [&job] { job(); });
        return done.get();
    }
    net::http_response get(std::size_t instance, std::string path);
    net::http_response send(net::http_request request);
    // /health/ready of an instance: the status, and what it says of a part ("" for none).
    int ready(std::size_t instance);
    std::string part(std::size_t instance, std::string const& name);
    double metric(std::size_t instance,
                  std::string const& sample);  // "name{label=\"value\"}"; 0: not there

    std::string sql(std::string const& statements) { return support::sql(database_, statements); }
    simulated_shop& shop() { return shop_; }
    phone_network& network() { return *network_; }
    phone& guest() {
        return there([this]() -> phone& { return new_guest(); });
    }
    phone& new_guest();  // on the guests' loop
    std::vector<channels::captured_message> heard(phone const& who) {
        return there([&] { return who.heard(); });
    }

    delivery_counts counts() {
        return there([this] { return network_->counts(); });
    }

private:
    struct instance {
        std::unique_ptr<program> process;
        std::string url;
    };

    real_clock time_;
    telemetry::metrics metrics_;
    secret app_secret_{"an app secret of thirty-two chars"};
    std::string database_, redis_;
    simulated_shop shop_;
    app::side_loop side_;
    std::unique_ptr<net::http_client> http_;  // it and what follows are made on the loop
    std::unique_ptr<channels::whatsapp_simulator> whatsapp_;
    std::unique_ptr<phone_network> network_;
    std::vector<std::unique_ptr<phone>> guests_;
    std::vector<instance> instances_;
};

}  // namespace agente::e2e
