// What a connection reads: headers and bodies within their limits, and what a refused client still
// sends.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/write.hpp>

#include "http/exchange.hpp"
#include "http/session.hpp"

namespace agente::http {
namespace {

constexpr auto quietly = asio::as_tuple(asio::deferred);
constexpr std::size_t small_read = 4 * 1024;
constexpr std::size_t large_read = 64 * 1024;
// Bytes a refused client may still send before it is cut: enough for clients that read the answer
// only after their whole body. linger_time bounds it as well.
constexpr std::size_t most_discarded = 16 * 1024 * 1024;

}  // namespace

task<session::reading> session::read_header(parser& p) {
    if (unread().empty())
        enter(phase::idle, core_->options.idle_time);
    else
        enter(phase::header, core_->options.header_time);
    for (;;) {
        auto const step = p.feed(unread());
        begin_ += step.consumed;
        if (step.state == parser::progress::header_done) co_return reading::done;
        if (step.state == parser::progress::failed) co_return reading::failed;
        if (phase_ == phase::idle && (p.got_some() || !unread().empty()))
            enter(phase::header, core_->options.header_time);
        bool const more = co_await fill(small_read);
        if (!more) co_return interrupted_ == interruption::late ? reading::late : reading::closed;
    }
}

task<bool> session::receive_body(exchange& e, parser& p) {
    auto const& options = core_->options;
    auto const most = e.route ? e.route->doc.limits.most_body : limits{}.most_body;
    if (!p.limit_body(most)) {
        e.refuse(p.why());
        co_return false;
    }
    if (!e.reserve_memory(p.content_length().value_or(most))) {
        e.no_room("body_memory", "http.busy",
                  "Too many requests with large bodies are being read; try again soon.");
        co_return false;
    }
    enter(phase::body, options.body_time);
    if (p.expects_continue() && unread().empty()) {
        auto const go_on = asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n"));
        co_await asio::async_write(socket_, go_on, quietly);  // a failure shows at the next read
    }
    switch (co_await read_body(e, p)) {
        case reading::done: co_return true;
        case reading::failed: e.refuse(p.why()); break;
        case reading::late:
            e.refuse({408, "http.body_timeout", "The request's body did not arrive in time."});
            break;
        case reading::closed: e.gone = true; break;
    }
    co_return false;
}

task<session::reading> session::read_body(exchange& e, parser& p) {
    for (;;) {
        auto const step = p.feed(unread());
        begin_ += step.consumed;
        if (step.state == parser::progress::failed) co_return reading::failed;
        if (step.state == parser::progress::complete) {
            e.body_left = false;
            co_return reading::done;
        }
        auto const length = p.content_length();
        bool const more = co_await fill(length && *length > large_read ? large_read : small_read);
        if (!more) co_return interrupted_ == interruption::late ? reading::late : reading::closed;
    }
}

task<bool> session::fill(std::size_t room) {
    if (begin_ == end_) {
        begin_ = end_ = 0;
        if (buffer_.size() > large_read && room == small_read) std::string().swap(buffer_);
    } else if (begin_ > 0 && end_ == buffer_.size()) {
        buffer_.erase(0, begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    // What the parser leaves unread is at most a header or a chunk's header, so this is bounded.
    if (buffer_.size() - end_ < room / 2) buffer_.resize(end_ + room);
    auto const [ec, n] = co_await socket_.async_read_some(
        asio::buffer(buffer_.data() + end_, buffer_.size() - end_), quietly);
    end_ += n;
    // What the clock decided while the bytes were on their way stands: a connection closed for a
    // drain takes no request.
    co_return !ec && interrupted_ == interruption::none && socket_.is_open();
}

// A socket closed with unread bytes resets the connection, and the client may never see the answer:
// let it finish first.
task<> session::linger() {
    if (!said_goodbye_ || !socket_.is_open()) co_return;
    boost::system::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    enter(phase::lingering, core_->options.linger_time);
    buffer_.resize(small_read);
    for (std::size_t discarded = 0; discarded < most_discarded;) {
        auto const [ec, n] = co_await socket_.async_read_some(asio::buffer(buffer_), quietly);
        if (ec) co_return;
        discarded += n;
    }
}

}  // namespace agente::http
