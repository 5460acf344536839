// A faulty PostgreSQL: speaks the protocol (version 3, extended query) well enough for libpq,
// echoes what it was asked and by whom, and errs, stalls, cuts and splits as told. Runs on the loop
// of the test.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <random>
#include <set>
#include <string>

#include "net/task.hpp"

namespace agente::postgres::tests {

struct faults {
    unsigned seed{1};
    // Chance of each per statement (or per Sync for `delay`).
    double error{0};  // an ErrorResponse to Parse, Bind or Execute; its message is "refused <who>"
    double cut{0};    // the connection ends, in the middle of what is being sent
    double drop{0};   // the connection stays, but nothing is answered on it any more
    double delay{0};  // up to 3 ms before what was answered is sent
    bool in_pieces{false};  // what is sent leaves in pieces of odd sizes
    // As Supavisor before 2.10: whatever came in behind a Sync together with it is thrown away.
    bool forgets_pipelined{false};
    std::string refuse_login;  // SQLSTATE; empty: everybody is let in
    bool answer_twice{false};  // every Execute: nobody can trust this one
};

class fake_server {
public:
    // Statements it knows: the scope statement; `select echo($1)`, which answers (tenant, said) of
    // the scope and parameter, and fails with P0001 "refused <said>" when `said` starts with
    // "fail"; the probe's; `begin`, `commit`, `rollback`.
    fake_server(asio::io_context& loop, faults with);
    ~fake_server();

    std::string url() const;
    void be(faults now) { faults_ = std::move(now); }
    void stop_listening();
    void cut_all();
    int logins() const { return logins_; }
    int cuts() const { return cuts_; }
    int drops() const { return drops_; }
    std::size_t sessions() const { return sessions_.size(); }
    int run_by_name() const { return by_name_; }  // statements that were parsed before
    std::size_t most_syncs_behind_each_other() const { return most_syncs_; }  // read in one go

private:
    class session;
    task<> accept();
    bool chance(double p) { return p > 0 && std::uniform_real_distribution<>(0, 1)(dice_) < p; }

    asio::io_context& loop_;
    faults faults_;
    std::minstd_rand dice_;
    asio::ip::tcp::acceptor acceptor_;
    std::set<std::shared_ptr<session>> sessions_;
    int logins_{0}, cuts_{0}, drops_{0}, by_name_{0};
    std::size_t most_syncs_{0};
};

}  // namespace agente::postgres::tests
