// The incremental reader of one HTTP/1 request; Beast's grammar, our limits. No I/O. Used by the
// connection and by tests.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "http/message.hpp"

namespace agente::http {

struct parser_limits {
    std::size_t most_header;  // bytes of request line and headers
    std::size_t most_fields;
    std::size_t most_target;
};

// Why a request cannot be read, as the answer it gets.
struct bad_request {
    int status;             // 400, 408, 413, 414, 417, 431, 501, 505
    std::string_view code;  // literals
    std::string_view detail;
};

class parser {
public:
    explicit parser(parser_limits limits);
    ~parser();
    parser(parser const&) = delete;
    parser& operator=(parser const&) = delete;

    enum class progress { need_more, header_done, complete, failed };

    // Reads on in `bytes`, which must begin with what was not consumed before, and says how many of
    // them are done with. It stops once after the header (header_done), so that the caller can
    // choose the body's limit, and at the end of the message (complete; a message without body goes
    // from header_done to complete with no byte more). failed is final: see why().
    struct step {
        progress state;
        std::size_t consumed;
    };
    step feed(std::string_view bytes);

    // Between header_done and the next feed(). false: Content-Length is over the limit already;
    // why() says so.
    bool limit_body(std::size_t most);
    std::optional<std::uint64_t> content_length() const;  // nullopt: chunked
    bool expects_continue() const noexcept;

    bool got_some() const noexcept;    // at least one byte of the request was seen
    bool keep_alive() const noexcept;  // after header_done
    bad_request const& why() const noexcept;
    request& message() noexcept;  // complete as far as it was read; also after a failure

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace agente::http
