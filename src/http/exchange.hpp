// One request and the answer it gets, while they are in work. Private to http/.
#pragma once

#include <chrono>
#include <exception>
#include <string>

#include "http/parser.hpp"
#include "http/server_core.hpp"
#include "http/session.hpp"
#include "http/wire.hpp"

namespace agente::http {

// Whether this is the exception of a wait that was cancelled.
bool is_abort(std::exception_ptr const& thrown);

// The problem document for what a guard or handler threw; what is a bug of ours goes to the log.
response response_to(std::exception_ptr const& thrown, request const& r,
                     std::chrono::seconds retry_after);

void set_retry_after(response& answer, std::chrono::seconds wait);

struct session::exchange {
    exchange(server_core& c, http::request& r, std::string const& peer);
    ~exchange() { core.body_memory -= reserved; }
    exchange(exchange const&) = delete;
    exchange& operator=(exchange const&) = delete;

    void refuse(bad_request const& why);
    void no_room(std::string_view reason, std::string_view code,
                 std::string_view detail);  // 503, counted
    bool reserve_memory(std::size_t bytes);
    task<> pass(guard const& g);
    task<> answer_with(handler const& h);
    // Never throws for a handler's mistake: that becomes a 500 in the answer.
    std::string head(wire_options const& options);
    void ask_for_a_token();  // a 401 of a route with a scope says how to sign in (RFC 6750, 3)

    server_core& core;
    http::request& request;
    response answer;
    http::route const* route{nullptr};
    std::chrono::steady_clock::time_point began;
    bool keep{false};  // the client would like to go on
    bool body_left{
        false};        // bytes of the body are still to come: the connection cannot be used again
    bool gone{false};  // nobody is there to answer
    std::size_t reserved{0};
};

}  // namespace agente::http
