// The connections of one worker and the work on them: the scheduler decides, this sends, listens,
// connects and keeps time. Behind database and lease.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/breaker.hpp"
#include "net/gate.hpp"
#include "net/retry.hpp"
#include "postgres/connection.hpp"
#include "postgres/database.hpp"
#include "postgres/pool_metrics.hpp"
#include "postgres/scheduler.hpp"

namespace agente::postgres {

class pool final : public std::enable_shared_from_this<pool>, private connection_events {
public:
    pool(asio::io_context& loop, options with, telemetry::metrics& metrics);
    ~pool();

    task<> start();
    task<> stop();
    void shut_down();  // at once: everything under way fails
    database::status now() const;

    task<answers> run(batch b);

    task<lease> exclusive(access as, std::chrono::milliseconds most_wait);
    task<table> run_on(int lent_connection, statement one, bool commits);
    void give_back(int lent_connection, bool transaction_over);

private:
    // --- work (pool.cpp) ---
    unit_ptr make_unit(batch b) const;
    void admit_or_throw(unit& one);
    [[noreturn]] void refuse(std::string_view query, std::string_view code, std::string why);
    task<> landing_of(unit_ptr one);
    void abandon(unit_ptr const& one);
    void complete(unit_ptr const& one);
    void complete_all(finished const& all);
    void pump_soon();
    void pump();
    void tick_soon();
    void tick();
    task<> fly_on(int lent_connection, unit_ptr one, when_cut cut);

    // --- what connections report ---
    void replied(int connection, reply one) override;
    void synced(int connection) override;
    void lost(int connection, std::string why) override;
    void lose(int connection, std::string_view why, bool too_slow, bool nonsense);
    void close(int connection);

    // --- keeping connections (keeper.cpp) ---
    task<> keep();
    task<> connect_one();
    task<> probe();
    void choose_mode();
    void use_mode(bool multi, std::string reason);
    void connect_failed(error const& why);
    void retire_old(steady_time now);
    bool wants_more(steady_time now) const;
    bool hopeless() const noexcept;  // no connection, and trying has failed for a while

    asio::io_context& loop_;
    options options_;
    pool_metrics metrics_;
    scheduler scheduler_;
    std::unordered_map<int, std::shared_ptr<connection>> connections_;
    std::unordered_set<int> returning_;  // lent connections whose rollback is under way
    int next_id_{1};

    asio::steady_timer pace_timer_, tick_timer_;
    bool pumping_soon_{false}, ticking_{false}, stopping_{false}, shut_down_{false};
    breaker breaker_;

    net::gate keeper_gate_;   // something for the keeper to look at
    net::gate changed_gate_;  // a first attempt ended; something landed while stopping
    system_random random_;
    net::backoff backoff_{{}, random_};
    int refusals_{0};  // of the login, in a row
    steady_time next_attempt_{};
    unsigned attempts_{0};
    bool tried_{false}, probe_wanted_{false};
    std::string last_connect_error_, mode_reason_;
};

}  // namespace agente::postgres
