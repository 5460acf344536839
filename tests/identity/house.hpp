// A database with two hotels, Redis, and instances of identity over them. Used by the tests of this
// folder that need real servers.
#pragma once

#include <gmock/gmock.h>

#include <optional>

#include "identity/service.hpp"
#include "net/cpu_pool.hpp"
#include "net/gate.hpp"
#include "postgres/database.hpp"
#include "redis/connection.hpp"
#include "support/run.hpp"
#include "support/servers.hpp"
#include "telemetry/metrics.hpp"

namespace agente::identity {

inline constexpr auto password_of_all = "three otters at dawn";

// A clock that tests may move forward, and which goes on by itself.
class moved_clock final : public clock {
public:
    time_point now() const override { return real_.now() + by; }
    std::chrono::steady_clock::time_point steady_now() const override {
        return real_.steady_now() + by;
    }
    std::chrono::microseconds by{0};

private:
    real_clock real_;
};

// One worker's connections and services.
struct instance {
    instance(asio::io_context& loop, std::string const& database_url, std::string const& redis_url,
             net::cpu_pool& pool, moved_clock const& time, options const& with,
             telemetry::metrics& metrics);
    ~instance();

    asio::io_context& loop;
    postgres::database db;
    redis::connection redis;
    tenancy::sealer sealer;
    identity::service identity;
};

class house : public testing::Test {
protected:
    house();
    ~house() override;

    instance& another_instance();

    template <class T>
    T run(task<T> work) {
        return support::run(loop, std::move(work));
    }
    // The stable code of what it throws; "fine" when it does not.
    template <class T>
    std::string code_of(task<T> work) {
        try {
            run(std::move(work));
            return "fine";
        } catch (failure const& f) {
            return std::string(f.reason().code());
        }
    }
    std::string sql(std::string const& statements) { return support::sql(url, statements); }

    issued_tokens sign_in(std::string identifier, std::string password = password_of_all,
                          std::string address = "192.0.2.1");
    std::string sign_in_code(std::string identifier, std::string password,
                             std::string address = "192.0.2.1",
                             std::optional<std::string> code = {});
    // Who the token says it is, as the guard of that instance would find out.
    tenancy::caller_ptr caller(std::string const& access_token, instance* at = nullptr);
    std::string caller_code(std::string const& access_token, instance* at = nullptr,
                            std::string_view route = "/api/v1/auth/sessions");
    tenancy::caller_ptr signed_in(std::string identifier) {
        return caller(sign_in(std::move(identifier)).access_token);
    }
    // "auth.signed_in auth.locked_out …": types in the order they happened, all written by then.
    std::string events(std::string const& where = "true");

    static options fast_options();

    asio::io_context loop;
    telemetry::metrics metrics;
    moved_clock time;
    std::string url, redis_url;
    options with{fast_options()};
    net::cpu_pool pool{{.threads = 2, .most_waiting = 64}, metrics};
    std::vector<std::unique_ptr<instance>> instances;
    instance* home{nullptr};
};

}  // namespace agente::identity
