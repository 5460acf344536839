// One outbound HTTP request on a libcurl handle: what is sent, what came back, and what is known
// when nothing did. Used by net::http_client.
#pragma once

#include <curl/curl.h>

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "net/http_client.hpp"

namespace agente::net {

class http_transfer {
public:
    // Nothing but a valid request becomes a transfer; otherwise error kind invalid.
    static result<std::shared_ptr<http_transfer>> make(http_request what,
                                                       asio::any_io_executor const& executor);

    std::string const& origin() const noexcept {
        return origin_;
    }  // "https://pms.example:443": what shares connections
    std::string const& host() const noexcept {
        return host_;
    }  // for messages and metrics; no path, no query

    void prepare(CURL* easy,
                 http_client_options const& with);  // sets every option; `easy` is as new

    // Both look at the handle that carried it (null: it was still queued) and make the outcome,
    // once.
    void end(CURL* easy, CURLcode code);
    void end_late(CURL* easy);
    void end_cut(CURL* easy, std::string_view why);
    bool finished() const noexcept { return outcome_.has_value(); }
    result<http_response> take_outcome() { return *std::move(outcome_); }

    asio::steady_timer
        timer;  // its expiry is the deadline; cancelled when the transfer is finished

private:
    http_transfer(http_request what, asio::any_io_executor const& executor);

    static std::size_t on_body(char* bytes, std::size_t, std::size_t length, void* self);
    static std::size_t on_header(char* bytes, std::size_t, std::size_t length, void* self);
    static int on_request(void* self, char*, char*, int, int);

    void set_method(CURL* easy);
    void set_headers(CURL* easy);
    bool left(CURL* easy) const;
    void finish(result<http_response> outcome);
    void fail(error_kind kind, std::string_view code, std::string message);

    struct free_list {
        void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
    };

    http_request request_;
    std::string origin_;
    std::string host_;
    std::unique_ptr<curl_slist, free_list> headers_;
    std::array<char, CURL_ERROR_SIZE> trouble_{};

    http_response response_;
    std::size_t header_bytes_ = 0;
    bool too_large_ = false;
    unsigned attempts_ = 0;  // how often libcurl was about to send the request
    std::optional<result<http_response>> outcome_;
};

}  // namespace agente::net
