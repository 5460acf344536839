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
        if (request.method == "OPTIONS") {
            e.answer = empty_response();
            if (auto const& pages = core_->options.cross_origin)
                pages->answer_preflight(request, found.allow, e.answer);
        } else {
            e.refuse({405, "http.method_not_allowed",
                      "This path does not have that method; see the Allow header."});
        }
        e.answer.set("Allow", std::move(found.allow));
    } else {
        e.refuse({404, "http.not_found", "There is nothing at this path."});
    }
    return nullptr;
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
        e.ask_for_a_token();
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
    for (auto& header : e.request.answer_headers) e.answer.headers.push_back(std::move(header));
    if (core.options.cross_origin) core.options.cross_origin->mark(e.request, e.answer);
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
    auto const id = core_->new_request_id();
    auto answer = problem(503, "http.too_many_connections",
                          "There is no room for another connection; try again soon.", id);
    set_retry_after(answer, core_->options.retry_after);
    auto const whole =
        response_head(answer, {.default_headers = &core_->options.default_headers,
                               .date = core_->date(),
                               .request_id = core_->options.send_request_id ? std::string_view(id)
                                                                            : std::string_view(),
                               .keep_alive = false}) +
        answer.body;
    auto const [ec, n] = co_await asio::async_write(socket_, asio::buffer(whole), quietly);
    said_goodbye_ = !ec;
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
