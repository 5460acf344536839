// One connection of a client: reads requests one after the other, answers each before it reads the
// next. Private to http/.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <list>
#include <memory>
#include <string>

#include "http/parser.hpp"
#include "http/server_core.hpp"

namespace agente::http {

class session : public std::enable_shared_from_this<session> {
public:
    // `refused`: there is no room; the client is told so whatever it wants.
    session(std::shared_ptr<server_core> core, asio::ip::tcp::socket socket, bool refused);

    static void start(std::shared_ptr<session> self);

    // The server's clock ticks: ends what has taken too long and notices clients that hung up on a
    // running handler.
    void check(std::chrono::steady_clock::time_point now);
    bool overdue(std::chrono::steady_clock::time_point now) const noexcept;
    void drain();  // closes at once when nothing is in flight
    void cut();    // closes whatever is in flight

    bool refused() const noexcept { return refused_; }
    std::list<std::weak_ptr<session>>::iterator place;  // in the server's list

private:
    // What the connection is waiting for; each has its own limit.
    enum class phase { idle, header, body, handling, writing, lingering };
    enum class interruption { none, late, hung_up, shut_down };
    enum class reading { done, closed, failed, late };
    struct exchange;  // one request and its answer

    static task<> serve(std::shared_ptr<session> self);
    task<bool> one_request();  // true: the connection stays open for another
    task<reading> read_header(parser& p);
    task<reading> read_body(exchange& e, parser& p);
    task<bool> fill(std::size_t room);  // reads more into the buffer; false: no more will come
    handler const* choose(exchange& e);
    task<bool> receive_body(exchange& e, parser& p);
    task<bool> supervise(exchange& e, task<> work, limits const& within);
    void explain(exchange& e, std::exception_ptr thrown);
    task<bool> send(exchange& e);
    void record(exchange const& e, int status, std::size_t bytes);
    task<> refuse();
    task<> linger();
    void enter(phase p, std::chrono::milliseconds limit);
    void interrupt(interruption why);
    void close() noexcept;
    std::string_view unread() const noexcept { return {buffer_.data() + begin_, end_ - begin_}; }

    std::shared_ptr<server_core> core_;
    asio::ip::tcp::socket socket_;
    std::string peer_;
    bool refused_;
    asio::cancellation_signal stop_;
    phase phase_{phase::idle};
    std::chrono::steady_clock::time_point until_{};
    interruption interrupted_{interruption::none};
    bool hang_up_cancels_{false};
    bool said_goodbye_{false};  // the last answer announced the end of the connection
    std::string buffer_;        // [begin_, end_) is read and not yet parsed
    std::size_t begin_{0};
    std::size_t end_{0};
};

}  // namespace agente::http
