// One session with its socket on the loop: sends statements, tells what comes back. Knows nothing
// of units. Used by the pool.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <deque>
#include <memory>

#include "postgres/flight.hpp"
#include "postgres/kept_statements.hpp"
#include "postgres/session.hpp"

namespace agente::postgres {

// Called on the loop, never from inside send() or sync().
class connection_events {
public:
    virtual void replied(int connection, reply one) = 0;
    virtual void synced(int connection) = 0;
    virtual void lost(int connection, std::string why) = 0;  // once; nothing comes after it

protected:
    ~connection_events() = default;
};

class connection : public std::enable_shared_from_this<connection> {
public:
    // `events` must live until close().
    connection(asio::any_io_executor loop, session made, int id, connection_events& events);
    ~connection();

    void start();  // to listen, also while idle: that is how a closed server is noticed

    void send(statement const& one);  // queued; sync() follows
    void sync();                      // ends the implicit transaction; everything leaves
    void close() noexcept;            // no events after this

    // What is sent often is parsed once and run by name: only where no pooler stands between.
    void keep_statements(bool keep) noexcept { keep_ = keep; }
    void lend(bool exclusive) noexcept { exclusive_ = exclusive; }  // BEGIN is allowed
    bool lent() const noexcept { return exclusive_; }
    bool in_transaction() const noexcept;  // meaningful right after synced()
    int id() const noexcept { return id_; }
    steady_time opened() const noexcept { return opened_; }
    int server_version() const noexcept;  // 150020
    int backend_pid() const noexcept;     // as told at the sign-in; a pooler tells one of its own

private:
    void arm();
    void readable();
    void drain();
    void take(struct pg_result* result);
    void ask_for_kept();
    void flush();
    void break_down(std::string why);  // reported soon
    void check_socket();
    bool tls_holds_more() const noexcept;

    asio::any_io_executor loop_;
    session session_;
    asio::posix::stream_descriptor socket_;
    connection_events& events_;
    int id_;
    steady_time opened_{std::chrono::steady_clock::now()};
    // The Syncs the server owes, in order: null for one of sync(), else what is parsed before it.
    std::deque<kept_statements::entry*> owed_;
    kept_statements kept_;
    bool keep_{false};
    bool writing_{false};
    bool exclusive_{false};
    bool broken_{false};
    bool closed_{false};
};

}  // namespace agente::postgres
