#include "postgres/lease.hpp"

#include <fmt/format.h>

#include "postgres/pool.hpp"
#include "postgres/scope_statement.hpp"

namespace agente::postgres {

// --- the pool's part ---

task<lease> pool::exclusive(access as, std::chrono::milliseconds most_wait) {
    auto const wish = std::make_shared<unit>();
    wish->query = "postgres.exclusive";
    admit_or_throw(*wish);
    wish->expires = wish->submitted + most_wait;
    if (!scheduler_.request_lease(wish)) {
        if (wish->tested) breaker_.untried();
        refuse(wish->query, "postgres.full",
               "too many wait for a connection of their own: try again later");
    }
    pump_soon();
    co_await landing_of(wish);
    if (wish->failed) throw error(*wish->failed);

    lease mine(weak_from_this(), wish->connection);
    auto const begin = std::make_shared<unit>();
    begin->query = "postgres.begin";
    begin->statements.push_back({"postgres.begin", "begin", {}});
    begin->statements.push_back(scope_statement(as, false, options_.statement_timeout));
    // Its owner may never come back, or leave in the middle of a statement: the server then ends
    // the transaction, and with it the locks.
    begin->statements.push_back(
        {"postgres.begin",
         "select set_config('idle_in_transaction_session_timeout', '60000', true), "
         "set_config('client_connection_check_interval', '1000', true)",
         {}});
    co_await fly_on(mine.connection_, begin, when_cut::rolled_back);
    co_return mine;
}

task<table> pool::run_on(int lent_connection, statement one, bool commits) {
    auto const alone = std::make_shared<unit>();
    alone->query = one.name;
    alone->statements.push_back(std::move(one));
    co_await fly_on(lent_connection, alone, commits ? when_cut::in_doubt : when_cut::rolled_back);
    co_return std::move(alone->tables.front());
}

task<> pool::fly_on(int id, unit_ptr one, when_cut cut) {
    auto const at = connections_.find(id);
    if (at == connections_.end()) throw connection_error(one->query, false, "it was lost before");
    one->cut = cut;
    one->submitted = std::chrono::steady_clock::now();
    scheduler_.fly_alone(id, one, one->submitted);
    for (auto const& s : one->statements) at->second->send(s);
    at->second->sync();
    metrics_.departed(1, false);
    co_await landing_of(one);
    if (one->failed) throw error(*one->failed);
}

void pool::give_back(int id, bool transaction_over) {
    auto const at = connections_.find(id);
    if (at == connections_.end()) return;
    if (scheduler_.busy(id)) {  // its owner was cancelled in the middle of a statement
        scheduler_.lost(id, "given up in the middle of a statement", false,
                        std::chrono::steady_clock::now());
        close(id);
    } else if (transaction_over && !at->second->in_transaction()) {
        at->second->lend(false);
        scheduler_.take_back(id);
    } else {
        auto const undo = std::make_shared<unit>();
        undo->query = "postgres.rollback";
        undo->abandoned = true;
        undo->submitted = std::chrono::steady_clock::now();
        undo->statements.push_back({"postgres.rollback", "rollback", {}});
        returning_.insert(id);
        scheduler_.fly_alone(id, undo, undo->submitted);
        at->second->send(undo->statements.front());
        at->second->sync();
        tick_soon();
    }
    pump_soon();
}

// --- the owner's part ---

lease::lease(lease&& other) noexcept
    : pool_(std::move(other.pool_)), connection_(std::exchange(other.connection_, -1)) {}

lease::~lease() {
    if (connection_ < 0) return;
    if (auto const from = pool_.lock()) from->give_back(connection_, false);
}

task<table> lease::send(statement one, bool commits) {
    auto const from = pool_.lock();
    if (!from || connection_ < 0) throw connection_error(one.name, false, "the lease has ended");
    auto answer = co_await from->run_on(connection_, std::move(one), commits);
    co_return answer;
}

task<std::int64_t> lease::affected_by(statement one) {
    auto const answer = co_await send(std::move(one));
    co_return answer.affected();
}

task<> lease::commit() {
    statement last{"postgres.commit", "commit", {}};
    auto const answer = co_await send(std::move(last), true);
    // COMMIT of a transaction that failed before is answered with its rollback.
    if (answer.command() != "COMMIT")
        throw error(agente::error(
            error_kind::conflict, "postgres.rolled_back",
            "postgres.commit: a statement of the transaction had failed, it was rolled back"));
    if (auto const from = pool_.lock()) from->give_back(std::exchange(connection_, -1), true);
}

}  // namespace agente::postgres
