#include "http/session.hpp"

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include "base/log.hpp"
#include "http/exchange.hpp"
#include "http/problem.hpp"
#include "http/wire.hpp"

namespace agente::http {
namespace {

constexpr auto quietly = asio::as_tuple(asio::deferred);
constexpr std::size_t small_read = 4 * 1024;
constexpr std::size_t large_read = 64 * 1024;
// Bytes a refused client may still send before it is cut: enough for clients that read the answer
// only after their whole body. linger_time bounds it as well.
constexpr std::size_t most_discarded = 16 * 1024 * 1024;

using std::chrono::steady_clock;

}  // namespace

session::session(std::shared_ptr<server_core> core, asio::ip::tcp::socket socket, bool refused)
    : core_(std::move(core)), socket_(std::move(socket)), refused_(refused) {
    boost::system::error_code ec;
    socket_.set_option(asio::ip::tcp::no_delay(true), ec);
    auto const from = socket_.remote_endpoint(ec);
    if (!ec) peer_ = from.address().to_string();
}

void session::start(std::shared_ptr<session> self) {
    auto& s = *self;
    asio::co_spawn(s.core_->loop, serve(self),
                   asio::bind_cancellation_slot(s.stop_.slot(), [self](std::exception_ptr thrown) {
                       if (thrown) {
                           try {
                               std::rethrow_exception(thrown);
                           } catch (std::exception const& e) {
                               log::error("http.connection_failed", {{"message", e.what()}});
                           }
                       }
                       self->close();
                       self->core_->left(*self);
                   }));
}

task<> session::serve(std::shared_ptr<session> self) {
    if (self->refused_) {
        co_await self->refuse();
    } else {
        while (co_await self->one_request()) {
        }
    }
    co_await self->linger();
}

task<bool> session::one_request() {
    auto& core = *core_;
    if (core.draining && unread().empty()) co_return false;
    interrupted_ = interruption::none;
    parser p(parser_limits{core.options.most_header, core.options.most_fields,
                           core.options.most_target});
    auto const header = co_await read_header(p);
    if (header == reading::closed) co_return false;

    exchange e(core, p.message(), peer_);
    if (header != reading::done) {
        e.keep = false;
        if (header == reading::late)
            e.refuse({408, "http.header_timeout", "The request's header did not arrive in time."});
        else
            e.refuse(p.why());
        co_return co_await send(e);
    }
    e.keep = p.keep_alive();
    e.body_left = p.content_length() != std::uint64_t{0};

    auto const* const handle = choose(e);
    if (!handle) co_return co_await send(e);
    if (e.route && core.routes.guarded_by()) {
        bool const welcome =
            co_await supervise(e, e.pass(core.routes.guarded_by()), e.route->doc.limits);
        if (!welcome) co_return co_await send(e);
    }
    if (e.body_left) {
        bool const received = co_await receive_body(e, p);
        if (!received) co_return co_await send(e);
    }
    co_await supervise(e, e.answer_with(*handle), e.route ? e.route->doc.limits : limits{});
    co_return co_await send(e);
}

handler const* session::choose(exchange& e) {
    auto& request = e.request;
    auto found = core_->routes.find(request.method, request.path);
    using kind = router::match::kind;
    if (found.what == kind::found) {
        e.route = found.route;
        request.route = found.route->pattern;
        request.path_params = std::move(found.path_params);
        return &found.route->handle;
    }
    if (found.what == kind::malformed) {
        e.refuse({400, "http.bad_path",
                  "The path has a broken percent escape, NUL, or bytes that are not UTF-8."});
    } else if (core_->routes.fallback()) {
        return &core_->routes.fallback();
    } else if (request.path == "*") {
        e.answer = empty_response();
        e.answer.set("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    } else if (found.what == kind::no_such_method) {
        if (request.method == "OPTIONS")
            e.answer = empty_response();
        else
            e.refuse({405, "http.method_not_allowed",
                      "This path does not have that method; see the Allow header."});
        e.answer.set("Allow", std::move(found.allow));
    } else {
        e.refuse({404, "http.not_found", "There is nothing at this path."});
    }
    return nullptr;
}

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

// Runs a guard or a handler within its limits. true: it ended well; otherwise the answer is set, or
// the client is gone.
task<bool> session::supervise(exchange& e, task<> work, limits const& within) {
    auto& core = *core_;
    if (core.in_flight >= core.options.most_in_flight) {
        e.no_room("in_flight", "http.busy", "Too many requests are in work; try again soon.");
        co_return false;
    }
    ++core.in_flight;
    enter(phase::handling, within.deadline);
    hang_up_cancels_ =
        within.cancel_on_hang_up.value_or(e.request.method == "GET" || e.request.method == "HEAD");
    std::exception_ptr thrown;
    try {
        co_await std::move(work);
    } catch (...) {
        thrown = std::current_exception();
    }
    hang_up_cancels_ = false;
    until_ = steady_clock::time_point::max();
    --core.in_flight;
    if (interrupted_ != interruption::none)
        co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    if (interrupted_ == interruption::hung_up) e.gone = true;
    if (thrown) explain(e, thrown);
    interrupted_ = interruption::none;
    co_return !thrown && !e.gone;
}

void session::explain(exchange& e, std::exception_ptr thrown) {
    bool const aborted = interrupted_ != interruption::none && is_abort(thrown);
    if (!aborted) {
        e.answer = response_to(thrown, e.request, core_->options.retry_after);
    } else if (interrupted_ == interruption::late) {
        e.no_room("deadline", "http.deadline", "The answer was not ready in time; try again.");
    } else if (interrupted_ == interruption::shut_down) {
        e.no_room("shutdown", "http.shutting_down", "This server is shutting down; try again.");
    }
}

task<bool> session::send(exchange& e) {
    auto& core = *core_;
    if (e.gone || e.answer.hang_up) {
        record(e, 499, 0);  // the customary number for a client that left
        co_return false;
    }
    bool const last = !e.keep || e.body_left || core.draining || e.answer.close ||
                      e.answer.http_1_0 || e.answer.no_length;
    wire_options const options{
        .default_headers = &core.options.default_headers,
        .date = core.date(),
        .request_id = core.options.send_request_id ? e.request.id : std::string_view(),
        .keep_alive = !last,
        .say_keep_alive = e.request.version < 11};
    auto head = e.head(options);
    bool const with_body = e.request.method != "HEAD" && has_body(e.answer.status);
    std::array<asio::const_buffer, 2> const parts{
        asio::buffer(head), with_body ? asio::buffer(e.answer.body) : asio::const_buffer()};
    enter(phase::writing, core.options.write_time);
    auto const [ec, n] = co_await asio::async_write(socket_, parts, quietly);
    record(e, e.answer.status, n);
    said_goodbye_ = !ec && last;
    co_return !ec && !last;
}

void session::record(exchange const& e, int status, std::size_t bytes) {
    core_->log.write({.method = e.request.method,
                      .route = e.request.route,
                      .status = status,
                      .took = steady_clock::now() - e.began,
                      .bytes_in = e.request.body.size(),
                      .bytes_out = bytes,
                      .request_id = e.request.id});
}

task<> session::refuse() {
    enter(phase::writing, core_->options.linger_time);
    auto answer = problem(503, "http.too_many_connections",
                          "There is no room for another connection; try again soon.", {});
    set_retry_after(answer, core_->options.retry_after);
    auto const whole = response_head(answer, {.default_headers = &core_->options.default_headers,
                                              .date = core_->date(),
                                              .keep_alive = false}) +
                       answer.body;
    auto const [ec, n] = co_await asio::async_write(socket_, asio::buffer(whole), quietly);
    said_goodbye_ = !ec;
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

void session::enter(phase p, std::chrono::milliseconds limit) {
    phase_ = p;
    until_ = steady_clock::now() + limit;
}

bool session::overdue(steady_clock::time_point now) const noexcept {
    if (now >= until_) return true;
    if (phase_ != phase::handling || !hang_up_cancels_ || interrupted_ != interruption::none ||
        !socket_.is_open())
        return false;
    char byte;
    auto const n = ::recv(const_cast<asio::ip::tcp::socket&>(socket_).native_handle(), &byte, 1,
                          MSG_PEEK | MSG_DONTWAIT);
    return n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

void session::check(steady_clock::time_point now) {
    switch (phase_) {
        case phase::handling:
            return interrupt(now >= until_ ? interruption::late : interruption::hung_up);
        case phase::header:
        case phase::body: {
            interrupted_ = interruption::late;
            until_ = steady_clock::time_point::max();
            boost::system::error_code ignored;
            socket_.cancel(ignored);
            return;
        }
        case phase::idle:
        case phase::writing:
        case phase::lingering: return close();
    }
}

void session::interrupt(interruption why) {
    if (interrupted_ != interruption::none) return;
    interrupted_ = why;
    until_ = steady_clock::time_point::max();
    core_->cancelled.add();
    stop_.emit(asio::cancellation_type::terminal);
}

void session::drain() {
    if (phase_ == phase::idle) close();
}

void session::cut() {
    if (phase_ == phase::handling)
        interrupt(interruption::shut_down);
    else
        close();
}

void session::close() noexcept {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

}  // namespace agente::http
