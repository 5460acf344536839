// libcurl's multi interface on one event loop: sockets are waited for by Asio, transfers never
// block. Used by net::http_client. Belongs to one loop's thread. Nothing here resumes a coroutine
// inline.
#pragma once

#include <curl/curl.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <unordered_map>

#include "net/task.hpp"

namespace agente::net {

class curl_loop : public std::enable_shared_from_this<curl_loop> {
public:
    using when_done = std::function<void(CURLcode)>;

    // Keeps at most `most_kept` idle connections. Throws failure (internal) when libcurl cannot be
    // set up.
    curl_loop(asio::any_io_executor executor, std::size_t most_kept);
    ~curl_loop();
    curl_loop(curl_loop const&) = delete;
    curl_loop& operator=(curl_loop const&) = delete;

    // Starts the transfer. `done` is called once, from the loop, after the handle was taken out
    // again. The handle must live until then, or until remove().
    void add(CURL* easy, when_done done);
    void remove(CURL* easy);  // stops it without calling `done`; its connection is closed unless
                              // the answer was complete
    void close();  // stops everything and closes all connections; add() must not be called any more

private:
    struct watched;

    static int on_socket(CURL*, curl_socket_t socket, int wanted, void* self, void*);
    static int on_timer(CURLM*, long milliseconds, void* self);

    void watch(curl_socket_t socket, int wanted);
    void unwatch(curl_socket_t socket);
    void arm(curl_socket_t socket, std::shared_ptr<watched> const& what);
    void ready(curl_socket_t socket, std::shared_ptr<watched> const& what, int event, bool broken);
    void act(curl_socket_t socket, int events);
    void set_timer(long milliseconds);
    void hand_out();  // calls `done` of what has ended

    asio::any_io_executor executor_;
    asio::steady_timer timer_;
    std::unordered_map<curl_socket_t, std::shared_ptr<watched>> sockets_;
    std::unordered_map<CURL*, when_done> running_;
    CURLM* multi_ = nullptr;
};

}  // namespace agente::net
