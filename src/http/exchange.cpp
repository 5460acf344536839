#include "http/exchange.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "base/log.hpp"
#include "http/problem.hpp"

namespace agente::http {
namespace {

constexpr std::size_t most_id = 64;

// An id from outside goes to logs and answers: only what is harmless in both.
bool is_sane_id(std::string_view id) {
    return !id.empty() && id.size() <= most_id && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.' || c == ':';
    });
}

void complain(log::level at, std::string_view event, request const& r, std::string_view code,
              std::string_view message) {
    if (!log::enabled(at)) return;
    log::write(at, event,
               {{"request_id", std::string_view(r.id)},
                {"route", r.route},
                {"code", code},
                {"message", message}});
}

response unexpected(request const& r, std::string_view what) {
    complain(log::level::error, "http.handler_failed", r, "internal", what);
    return problem(error(error_kind::internal, "internal", std::string(what)), r.id);
}

}  // namespace

bool is_abort(std::exception_ptr const& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (boost::system::system_error const& e) {
        return e.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

response response_to(std::exception_ptr const& thrown, request const& r,
                     std::chrono::seconds retry_after) {
    try {
        std::rethrow_exception(thrown);
    } catch (invalid_fields const& e) {
        return problem(422, e.reason().code(), e.reason().message(), r.id, e.fields());
    } catch (status_failure const& e) {
        auto answer = problem(e.status(), e.reason().code(), e.reason().message(), r.id);
        for (auto const& [name, value] : e.headers()) answer.replace(name, value);
        return answer;
    } catch (failure const& e) {
        auto const kind = e.reason().kind();
        if (kind == error_kind::internal)
            complain(log::level::error, "http.handler_failed", r, e.reason().code(),
                     e.reason().message());
        else if (kind == error_kind::unavailable || kind == error_kind::timeout ||
                 kind == error_kind::in_doubt || withheld(e.reason()))
            complain(log::level::warn, "http.dependency_failed", r, e.reason().code(),
                     e.reason().message());
        auto answer = problem(e.reason(), r.id);
        if (answer.status == 503) set_retry_after(answer, retry_after);
        return answer;
    } catch (std::exception const& e) {
        return unexpected(r, e.what());
    } catch (...) {
        return unexpected(r, "an exception of an unknown type");
    }
}

void set_retry_after(response& answer, std::chrono::seconds wait) {
    answer.replace("Retry-After", std::to_string(wait.count()));
}

session::exchange::exchange(server_core& c, http::request& r, std::string const& peer)
    : core(c), request(r), began(std::chrono::steady_clock::now()) {
    auto const given = request.header("x-request-id");
    request.id = is_sane_id(given) ? std::string(given) : core.new_request_id();
    request.remote_address =
        core.options.remote_address ? core.options.remote_address(peer, request) : peer;
}

void session::exchange::refuse(bad_request const& why) {
    answer = problem(why.status, why.code, why.detail, request.id);
}

void session::exchange::no_room(std::string_view reason, std::string_view code,
                                std::string_view detail) {
    core.shed(reason);
    answer = problem(503, code, detail, request.id);
    set_retry_after(answer, core.options.retry_after);
}

bool session::exchange::reserve_memory(std::size_t bytes) {
    if (bytes > core.options.most_body_memory ||
        core.body_memory > core.options.most_body_memory - bytes)
        return false;
    reserved += bytes;
    core.body_memory += bytes;
    return true;
}

// Coroutines of their own, so that what a guard or handler throws before it becomes one is caught
// like the rest.
task<> session::exchange::pass(guard const& g) { co_await g(request, *route); }
task<> session::exchange::answer_with(handler const& h) { answer = co_await h(request); }

void session::exchange::ask_for_a_token() {
    if (answer.status != 401 || !route || route->doc.scope.empty()) return;
    answer.replace("WWW-Authenticate", request.has_header("authorization")
                                           ? R"(Bearer error="invalid_token")"
                                           : "Bearer");
}

std::string session::exchange::head(wire_options const& options) {
    try {
        return response_head(answer, options);
    } catch (std::logic_error const& e) {
        answer = unexpected(request, e.what());
        return response_head(answer, options);
    }
}

}  // namespace agente::http
