#include "http/parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "http/target.hpp"

namespace agente::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;

// Chunk sizes with extensions and trailers are read whole: past this they are refused.
constexpr std::size_t most_chunk_header = 4096;
// Less than this is never the rest of a chunked body; Beast asserts that it sees no less at the
// last chunk.
constexpr std::size_t least_chunked_rest = 5;

std::string_view plain(beast::string_view s) { return {s.data(), s.size()}; }

std::string lower(std::string_view name) {
    std::string s(name);
    for (char& c : s)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return s;
}

bad_request explain(error_code const& ec) {
    using beast::http::error;
    if (ec == error::header_limit)
        return {431, "http.header_too_large", "The request line and headers are too long."};
    if (ec == error::body_limit)
        return {413, "http.body_too_large", "The body is larger than this route takes."};
    if (ec == error::bad_version)
        return {505, "http.version", "This server speaks HTTP/1.1 and HTTP/1.0."};
    if (ec == error::bad_method)
        return {400, "http.bad_method", "The request line does not begin with a method."};
    if (ec == error::bad_target)
        return {400, "http.bad_target", "The request target is malformed."};
    if (ec == error::bad_content_length || ec == error::multiple_content_length)
        return {400, "http.bad_content_length",
                "Content-Length is not one number, or Transfer-Encoding contradicts it."};
    if (ec == error::bad_transfer_encoding)
        return {400, "http.bad_transfer_encoding",
                "Transfer-Encoding is given twice, or together with Content-Length."};
    if (ec == error::bad_chunk || ec == error::bad_chunk_extension)
        return {400, "http.bad_chunk", "The chunked body is malformed."};
    return {400, "http.malformed", "The request is not well-formed HTTP/1."};
}

}  // namespace

class parser::impl final : public beast::http::basic_parser<true> {
public:
    explicit impl(parser_limits limits) : limits_(limits) {
        header_limit(static_cast<std::uint32_t>(limits.most_header));
        body_limit(boost::none);  // set from the route once the header is known
    }

    std::size_t message_limit() const noexcept { return limits_.most_header; }
    bad_request const* trouble() const noexcept { return failed_ ? &why_ : nullptr; }
    void fail(bad_request why) noexcept {
        if (failed_) return;
        failed_ = true;
        why_ = why;
    }

    request message;
    std::size_t header_bytes = 0;
    bool header_told = false;
    bool expects_continue = false;
    bad_request why_{};

private:
    // Refuses with a reason of our own. The code only has to be one that ends the parsing.
    void refuse(error_code& ec, bad_request why) {
        fail(why);
        ec = beast::http::error::bad_value;
    }

    void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target,
                         int version, error_code& ec) override {
        message.method.assign(method.data(), method.size());
        message.target.assign(target.data(), target.size());
        message.version = version;
        if (target.size() > limits_.most_target)
            return refuse(ec, {414, "http.target_too_long", "The request target is too long."});
        auto const parts = split(message.target);
        if (!parts || (parts->path == "*" && message.method != "OPTIONS"))
            return refuse(ec, {400, "http.bad_target",
                               "The request target must be a path, such as /health/live."});
        message.path = parts->path;
        auto query = parse_query(parts->query);
        if (!query)
            return refuse(
                ec, {400, "http.bad_query",
                     "The query has a broken percent escape, NUL, or bytes that are not UTF-8."});
        message.query = std::move(*query);
    }

    void on_field_impl(beast::http::field name, beast::string_view text, beast::string_view value,
                       error_code& ec) override {
        if (header_told) return;  // a trailer: allowed, ignored
        if (message.headers.size() >= limits_.most_fields)
            return refuse(ec, {431, "http.too_many_headers", "The request has too many headers."});
        using beast::http::field;
        if (name == field::host) {
            if (has_host_)
                return refuse(ec, {400, "http.bad_host", "The Host header is given twice."});
            has_host_ = true;
        } else if (name == field::transfer_encoding) {
            // Anything but plain "chunked" is a coding we do not have; letting it pass would hide a
            // body (RFC 9112, 6.1).
            if (!same_name(plain(value), "chunked"))
                return refuse(ec, {501, "http.transfer_encoding",
                                   "The only Transfer-Encoding here is chunked."});
            if (message.version < 11)
                return refuse(
                    ec, {400, "http.bad_transfer_encoding", "HTTP/1.0 has no Transfer-Encoding."});
        } else if (name == field::expect && message.version >= 11) {
            if (!same_name(plain(value), "100-continue"))
                return refuse(
                    ec, {417, "http.expectation", "The only expectation here is 100-continue."});
            expects_continue = true;
        }
        message.headers.emplace_back(lower(plain(text)), plain(value));
    }

    void on_header_impl(error_code& ec) override {
        if (message.version >= 11 && !has_host_)
            refuse(ec, {400, "http.bad_host", "HTTP/1.1 needs a Host header."});
    }

    void on_body_init_impl(boost::optional<std::uint64_t> const& length, error_code&) override {
        if (length)
            message.body.reserve(
                static_cast<std::size_t>(*length));  // the limit was checked before
    }

    std::size_t on_body_impl(beast::string_view bytes, error_code&) override {
        message.body += plain(bytes);
        return bytes.size();
    }

    void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, error_code&) override {
        message.body += plain(bytes);
        return bytes.size();
    }

    void on_response_impl(int, beast::string_view, int, error_code&) override {}
    void on_finish_impl(error_code&) override {}

    parser_limits limits_;
    bool has_host_ = false;
    bool failed_ = false;
};

parser::parser(parser_limits limits) : impl_(std::make_unique<impl>(limits)) {}
parser::~parser() = default;

parser::step parser::feed(std::string_view bytes) {
    auto& p = *impl_;
    if (p.trouble()) return {progress::failed, 0};
    std::size_t consumed = 0;
    // Empty lines before a request are skipped, as clients of old sent them after a body (RFC
    // 9112, 2.2).
    while (!p.got_some() && bytes.substr(consumed).starts_with("\r\n")) {
        consumed += 2;
        p.header_bytes += 2;
    }
    if (!p.got_some() && bytes.substr(consumed) == "\r") return {progress::need_more, consumed};
    for (;;) {
        if (p.header_told && p.is_done()) return {progress::complete, consumed};
        auto const rest = bytes.substr(consumed);
        if (p.header_told && (rest.empty() || (p.chunked() && rest.size() < least_chunked_rest)))
            return {progress::need_more, consumed};
        error_code ec;
        auto const n = p.put(boost::asio::const_buffer(rest.data(), rest.size()), ec);
        consumed += n;
        if (!p.header_told) p.header_bytes += n;
        bool const header_done = p.is_header_done();
        if (!p.header_told &&
            (p.header_bytes > p.message_limit() ||
             (!header_done && p.header_bytes + rest.size() - n > p.message_limit())))
            p.fail({431, "http.header_too_large", "The request line and headers are too long."});
        if (p.trouble()) return {progress::failed, consumed};
        if (ec == beast::http::error::need_more) {
            if (p.header_told && rest.size() - n > most_chunk_header)
                p.fail({400, "http.bad_chunk", "A chunk header or the trailers are too long."});
            if (p.trouble()) return {progress::failed, consumed};
            return {progress::need_more, consumed};
        }
        if (ec) {
            p.fail(explain(ec));
            return {progress::failed, consumed};
        }
        if (!p.header_told && header_done) {
            p.header_told = true;
            return {progress::header_done, consumed};
        }
    }
}

bool parser::limit_body(std::size_t most) {
    auto& p = *impl_;
    p.body_limit(most);
    auto const length = content_length();
    bool const fits = !length || *length <= most;
    if (!fits) p.fail(explain(beast::http::error::body_limit));
    return fits;
}

std::optional<std::uint64_t> parser::content_length() const {
    if (impl_->chunked()) return std::nullopt;
    auto const length = impl_->basic_parser::content_length();
    return length ? *length : 0;
}

bool parser::expects_continue() const noexcept {
    return impl_->expects_continue && !impl_->is_done();
}
bool parser::got_some() const noexcept { return impl_->got_some(); }
bool parser::keep_alive() const noexcept { return impl_->keep_alive(); }
bad_request const& parser::why() const noexcept { return impl_->why_; }
request& parser::message() noexcept { return impl_->message; }

}  // namespace agente::http
