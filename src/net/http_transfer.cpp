#include "net/http_transfer.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace agente::net {
namespace {

constexpr std::size_t most_header_bytes = 64 * 1024;

error refuse(std::string message) {
    return error(error_kind::invalid, "net.bad_request", std::move(message));
}

// RFC 9110 §5.6.2
bool is_token(std::string_view s) {
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !s.empty() && std::all_of(s.begin(), s.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               others.find(c) != others.npos;
    });
}

bool has_control(std::string_view s) {
    return std::any_of(s.begin(), s.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
    });
}

std::string ascii_lower(std::string_view s) {
    std::string lower(s);
    for (auto& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

struct free_url {
    void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
    std::unique_ptr<char, decltype(&curl_free)> const owned(text, curl_free);
    return text;
}

// Whether RFC 9110 §9.2.2 lets it be sent again when a kept connection turns out to be closed.
bool repeatable(std::string_view method) { return method == "GET" || method == "HEAD"; }

bool is_certificate_trouble(CURLcode code) {
    return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
           code == CURLE_SSL_ISSUER_ERROR;
}

}  // namespace

http_transfer::http_transfer(http_request what, asio::any_io_executor const& executor)
    : timer(executor, what.deadline), request_(std::move(what)) {}

result<std::shared_ptr<http_transfer>> http_transfer::make(http_request what,
                                                           asio::any_io_executor const& executor) {
    if (!is_token(what.method)) return refuse("the HTTP method is not a word");
    for (auto const& [name, value] : what.headers) {
        if (!is_token(name))
            return refuse("a header name has a character that is not allowed in one");
        if (has_control(value))
            return refuse(fmt::format("the header {} has a control character in its value", name));
    }
    if (has_control(what.bearer.reveal()) || has_control(what.basic_user.reveal()))
        return refuse("the credentials have a control character in them");

    std::unique_ptr<CURLU, free_url> const url(curl_url());
    if (!url) return error(error_kind::internal, "net.out_of_memory", "no memory for a URL");
    // No part of the URL but the host is repeated in a message: paths and queries carry keys and
    // guests' data.
    auto const parsed =
        curl_url_set(url.get(), CURLUPART_URL, what.url.c_str(), CURLU_DISALLOW_USER);
    if (parsed == CURLUE_USER_NOT_ALLOWED)
        return refuse(
            "the URL has a user name in it: credentials have their own place in a request");
    if (parsed != CURLUE_OK || what.url.find('\0') != what.url.npos)
        return refuse(fmt::format("the URL cannot be read ({})", curl_url_strerror(parsed)));
    auto const scheme = part(url.get(), CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https")
        return refuse("the URL must start with http:// or https://");

    std::shared_ptr<http_transfer> made(new http_transfer(std::move(what), executor));
    made->host_ = ascii_lower(part(url.get(), CURLUPART_HOST));
    made->origin_ = fmt::format("{}://{}:{}", scheme, made->host_,
                                part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT));
    return made;
}

void http_transfer::prepare(CURL* easy, http_client_options const& with) {
    curl_easy_setopt(easy, CURLOPT_URL, request_.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    // Without it, giving up on a slow name server joins the resolving thread, which blocks the
    // loop.
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(with.connect_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, static_cast<long>(with.keep_alive.count()));
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, with.proxy.c_str());
    curl_easy_setopt(easy, CURLOPT_USERAGENT, with.user_agent.c_str());
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, with.verify_certificates ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, with.verify_certificates ? 2L : 0L);
    if (!with.ca_file.empty()) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, with.ca_file.c_str());
        curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    }
    if (!request_.basic_user.empty()) {
        curl_easy_setopt(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        curl_easy_setopt(easy, CURLOPT_USERNAME, std::string(request_.basic_user.reveal()).c_str());
        curl_easy_setopt(easy, CURLOPT_PASSWORD, "");
    } else if (!request_.bearer.empty()) {
        curl_easy_setopt(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BEARER));
        curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER,
                         std::string(request_.bearer.reveal()).c_str());
    }
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, trouble_.data());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &http_transfer::on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &http_transfer::on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &http_transfer::on_request);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
    set_method(easy);
    set_headers(easy);
}

void http_transfer::set_method(CURL* easy) {
    auto const& method = request_.method;
    auto const has_content =
        !request_.body.empty() || method == "POST" || method == "PUT" || method == "PATCH";
    if (has_content) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(request_.body.size()));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body.data());
        if (method != "POST") curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
    } else if (method == "HEAD") {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else {
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
        if (method != "GET") curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
    }
}

void http_transfer::set_headers(CURL* easy) {
    auto const append = [this](std::string const& line) {
        auto* const longer = curl_slist_append(headers_.get(), line.c_str());
        if (!longer) throw std::bad_alloc();
        static_cast<void>(headers_.release());
        headers_.reset(longer);
    };
    auto typed = false;
    for (auto const& [name, value] : request_.headers) {
        typed = typed || ascii_lower(name) == "content-type";
        append(value.empty()
                   ? name + ";"
                   : name + ": " + value);  // libcurl's spelling of a header without a value
    }
    append("Expect:");                    // a pause of up to a second before large bodies otherwise
    if (!typed) append("Content-Type:");  // libcurl would say that every body is a form
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
}

std::size_t http_transfer::on_body(char* bytes, std::size_t, std::size_t length, void* self) {
    auto& mine = *static_cast<http_transfer*>(self);
    if (length > mine.request_.most_body - mine.response_.body.size()) {
        mine.too_large_ = true;
        return 0;  // ends the transfer
    }
    mine.response_.body.append(bytes, length);
    return length;
}

std::size_t http_transfer::on_header(char* bytes, std::size_t, std::size_t length, void* self) {
    auto& mine = *static_cast<http_transfer*>(self);
    std::string_view const line(bytes, length);
    auto& headers = mine.response_.headers;
    if (line.starts_with(
            "HTTP/")) {  // also after a 100 Continue, or when the request was sent again
        headers.clear();
        mine.response_.body.clear();
        mine.header_bytes_ = 0;
    }
    mine.header_bytes_ += length;
    if (mine.header_bytes_ > most_header_bytes) {
        mine.too_large_ = true;
        return 0;
    }
    if (auto const colon = line.find(':'); colon != line.npos && !line.starts_with("HTTP/"))
        headers.emplace_back(ascii_lower(line.substr(0, colon)),
                             text::trim(line.substr(colon + 1)));
    return length;
}

// Called each time libcurl is about to send the request. It sends again on its own, whatever the
// method, when a kept connection ends without a byte of an answer; but a server may have acted on a
// POST before it went away.
int http_transfer::on_request(void* self, char*, char*, int, int) {
    auto& mine = *static_cast<http_transfer*>(self);
    return ++mine.attempts_ > 1 && !repeatable(mine.request_.method) ? CURL_PREREQFUNC_ABORT
                                                                     : CURL_PREREQFUNC_OK;
}

bool http_transfer::left(CURL* easy) const {
    long sent = 0;
    return easy && attempts_ > 0 &&
           (curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent) != CURLE_OK || sent > 0);
}

void http_transfer::end(CURL* easy, CURLcode code) {
    if (code == CURLE_OK) {
        long status = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        response_.status = static_cast<int>(status);
        return finish(std::move(response_));
    }
    std::string const why = trouble_[0] ? trouble_.data() : curl_easy_strerror(code);
    if (too_large_)
        fail(error_kind::too_large, "net.answer_too_large",
             fmt::format("{} answered with more than the {} bytes that are read", host_,
                         request_.most_body));
    else if (code == CURLE_ABORTED_BY_CALLBACK && attempts_ > 1)
        fail(left(easy) ? error_kind::in_doubt : error_kind::unavailable, "net.no_answer",
             fmt::format("{} closed a kept connection without an answer", host_));
    else if (left(easy))
        fail(error_kind::in_doubt, "net.no_answer",
             fmt::format("{} gave no complete answer: {}", host_, why));
    else if (code == CURLE_OPERATION_TIMEDOUT)
        fail(error_kind::timeout, "net.connect_timeout",
             fmt::format("{} could not be reached in time: {}", host_, why));
    else if (is_certificate_trouble(code))
        fail(
            error_kind::unavailable, "net.certificate_refused",
            fmt::format(
                "the TLS certificate of {} was not accepted, so nothing was sent ({}): check the host name and the "
                "certificate authorities",
                host_, why));
    else
        fail(error_kind::unavailable, "net.unreachable",
             fmt::format("{} could not be reached: {}", host_, why));
}

void http_transfer::end_late(CURL* easy) {
    auto const ms = request_.deadline.count();
    if (left(easy))
        fail(error_kind::in_doubt, "net.no_answer",
             fmt::format("{} gave no complete answer within {} ms", host_, ms));
    else if (easy)
        fail(error_kind::timeout, "net.connect_timeout",
             fmt::format("{} could not be reached within {} ms", host_, ms));
    else
        fail(
            error_kind::timeout, "net.queue_timeout",
            fmt::format(
                "no connection to {} became free within {} ms: it is slow, or too much is asked of it",
                host_, ms));
}

void http_transfer::end_cut(CURL* easy, std::string_view why) {
    if (left(easy))
        fail(error_kind::in_doubt, "net.no_answer",
             fmt::format("the request to {} was cut off: {}", host_, why));
    else
        fail(error_kind::unavailable, "net.not_sent",
             fmt::format("the request to {} was not sent: {}", host_, why));
}

void http_transfer::finish(result<http_response> outcome) {
    if (outcome_) return;
    outcome_.emplace(std::move(outcome));
    timer.cancel();
}

void http_transfer::fail(error_kind kind, std::string_view code, std::string message) {
    finish(error(kind, code, std::move(message)));
}

}  // namespace agente::net
