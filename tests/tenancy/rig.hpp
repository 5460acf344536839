// The admin API of hotels in process: a private database and Redis, a router whose guard takes the
// caller from a header, a server on a free port.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

#include "base/clock.hpp"
#include "http/harness.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "postgres/database.hpp"
#include "redis/connection.hpp"
#include "support/servers.hpp"
#include "tenancy/caller.hpp"
#include "tenancy/security_log.hpp"

namespace agente::tenancy::test {

namespace json = boost::json;

// Keeps what is noted.
class noted_events final : public security_log {
public:
    void note(security_event what) override {
        std::lock_guard const hold(mutex_);
        all_.push_back(std::move(what));
    }
    std::vector<security_event> take() {
        std::lock_guard const hold(mutex_);
        return std::exchange(all_, {});
    }
    std::vector<std::string> types() {  // and forgets them
        std::vector<std::string> out;
        for (auto const& one : take()) out.push_back(one.type);
        return out;
    }

private:
    std::mutex mutex_;
    std::vector<security_event> all_;
};

struct answer {
    int status{0};
    json::value body;  // null: none
    std::string text;
    std::string code() const {
        auto const* const o = body.if_object();
        auto const* const c = o ? o->if_contains("code") : nullptr;
        return c && c->is_string() ? std::string(c->get_string()) : std::string();
    }
};

// Who asks: "operator", or "<role>@<slug>", with the rights such a role has.
caller_ptr somebody(std::string const& who, security_log& log);

class rig {
public:
    rig();
    ~rig();
    rig(rig const&) = delete;

    // Once the routes are added. `who` as somebody() takes it; empty: nobody signed in.
    answer ask(std::string const& who, std::string const& method, std::string const& target,
               std::string const& body = {});

    unsigned short port();  // of the server, which starts if it has not

    template <class T>
    T run(task<T> work) {
        return asio::co_spawn(loop, std::move(work), asio::use_future).get();
    }
    void run(task<> work) { asio::co_spawn(loop, std::move(work), asio::use_future).get(); }

    std::string sql(std::string const& statements) { return support::sql(url, statements); }

    asio::io_context loop{1};
    std::string url;
    mock_clock time{time_point(std::chrono::seconds(1'796'083'200))};
    telemetry::metrics metrics;
    noted_events events;
    postgres::database database;
    redis::connection redis;
    http::router routes;

private:
    void listen();
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    std::thread thread_;
    std::unique_ptr<http::server> server_;
    unsigned short port_{0};
};

}  // namespace agente::tenancy::test
