#include "http/parser.hpp"

#include <gtest/gtest.h>

#include <random>

namespace agente::http {
namespace {

using progress = parser::progress;
constexpr parser_limits roomy{16 * 1024, 100, 8 * 1024};

struct outcome {
    progress end{progress::need_more};
    request message;
    int status{0};
    std::size_t consumed{0};
};

// Feeds the bytes `piece` at a time, as a slow network would.
outcome parse(std::string_view bytes, std::size_t piece = std::string_view::npos,
              std::size_t most_body = 1000, parser_limits limits = roomy) {
    parser p(limits);
    outcome got;
    std::size_t begin = 0;
    std::size_t end = 0;
    for (;;) {
        auto const step = p.feed(bytes.substr(begin, end - begin));
        begin += step.consumed;
        got.consumed = begin;
        got.end = step.state;
        if (step.state == progress::header_done) {
            p.limit_body(most_body);
            continue;
        }
        if (step.state != progress::need_more || end == bytes.size()) break;
        end += std::min(piece, bytes.size() - end);
    }
    got.message = p.message();
    if (got.end == progress::failed) got.status = p.why().status;
    return got;
}

TEST(a_parser, reads_a_request_however_it_is_cut) {
    std::string_view const bytes =
        "\r\nPOST /a%20b?x=1&y=a+b&x=%C3%B1 HTTP/1.1\r\nHost: h\r\nX-Thing:  v \r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nabc\r\nA;ext=1\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nGET";
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        auto const got = parse(bytes, piece);
        ASSERT_EQ(got.end, progress::complete) << piece;
        EXPECT_EQ(got.message.method, "POST");
        EXPECT_EQ(got.message.path, "/a%20b");
        EXPECT_EQ(got.message.body, "abc0123456789");
        EXPECT_EQ(got.message.header("x-THING"), "v");
        EXPECT_FALSE(got.message.has_header("trailer"));
        EXPECT_EQ(got.message.query.find("y"), "a b");
        EXPECT_EQ(got.message.query.all("x"), (std::vector<std::string_view>{"1", "ñ"}));
        EXPECT_EQ(bytes.substr(got.consumed), "GET");
    }
}

TEST(a_parser, takes_absolute_and_asterisk_targets) {
    EXPECT_EQ(parse("GET http://h/x?q HTTP/1.1\r\nHost: h\r\n\r\n").message.path, "/x");
    EXPECT_EQ(parse("GET http://h HTTP/1.1\r\nHost: h\r\n\r\n").message.path, "/");
    EXPECT_EQ(parse("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").message.path, "*");
}

struct refused {
    char const* bytes;
    int status;
};

TEST(a_parser, refuses_what_is_malformed_or_ambiguous) {
    refused const cases[] = {
        {"GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"\x01\x02\x03\r\n\r\n", 400},
        {"GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505},
        {"GET / HTTX/1.1\r\nHost: h\r\n\r\n", 505},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: h\r\nbad name: x\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: h\r\nX: a\x01z\r\n\r\n", 400},
        {"GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET foo HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET /#x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET /?a=%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET /?a=%00 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
         400},
        {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
         400},
        {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n", 413},
        {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
        {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
        {"POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: h\r\nExpect: 200-maybe\r\n\r\n", 417},
        {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc",
         400},
        {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\nabc", 413},
        {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n", 0},
    };
    for (auto const& c : cases) {
        EXPECT_EQ(parse(c.bytes).status, c.status) << c.bytes;
        EXPECT_EQ(parse(c.bytes, 1).status, c.status) << "byte by byte: " << c.bytes;
    }
}

TEST(a_parser, does_not_take_bare_line_feeds_for_line_ends) {
    EXPECT_EQ(parse("GET / HTTP/1.1\nHost: h\n\n").status, 505);
    EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n").status, 400);
}

TEST(a_parser, bounds_the_header_whether_it_comes_at_once_or_slowly) {
    constexpr parser_limits tight{300, 5, 100};
    std::string const request = "GET / HTTP/1.1\r\nHost: h\r\n";
    std::string const long_value = request + "X: " + std::string(400, 'a');
    EXPECT_EQ(parse(long_value + "\r\n\r\n", std::string::npos, 0, tight).status, 431);
    EXPECT_EQ(parse(long_value, 7, 0, tight).status, 431);
    EXPECT_EQ(parse("GET /" + std::string(400, 'a'), 7, 0, tight).status, 431);
    EXPECT_EQ(
        parse("GET /" + std::string(150, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", 7, 0, tight).status,
        414);
    EXPECT_EQ(parse(request + "A: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\nE: 1\r\n\r\n", 7, 0, tight).status,
              431);
    EXPECT_EQ(parse(request + "A: 1\r\n\r\n", 7, 0, tight).end, progress::complete);
    std::string empty_lines;
    for (int i = 0; i < 500; ++i) empty_lines += "\r\n";
    EXPECT_EQ(parse(empty_lines, 3, 0, tight).status, 431);
}

TEST(a_parser, bounds_chunk_headers_and_trailers) {
    std::string const request = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(parse(request + "1;" + std::string(9000, 'x'), 100).status, 400);
    std::string trailers = request + "0\r\n";
    for (int i = 0; i < 900; ++i) trailers += "T: 123456\r\n";
    EXPECT_EQ(parse(trailers, 100).status, 400);
}

TEST(a_parser, limits_a_chunked_body_by_its_sum) {
    std::string bytes = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 11; ++i) bytes += "64\r\n" + std::string(100, 'x') + "\r\n";
    EXPECT_EQ(parse(bytes).status, 413);
}

TEST(a_parser, survives_random_bytes) {
    std::mt19937 random(20261124);
    std::string const seed =
        "POST /a?b=c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n5\r\nabcde\r\n0\r\nT: x\r\n\r\n";
    for (int round = 0; round < 20'000; ++round) {
        auto bytes = seed;
        for (auto changes = random() % 6; changes > 0; --changes) {
            auto const at = random() % bytes.size();
            switch (random() % 3) {
                case 0: bytes[at] = static_cast<char>(random()); break;
                case 1: bytes.erase(at, random() % 20); break;
                default:
                    bytes.insert(at, seed.substr(random() % seed.size(), random() % 20));
                    break;
            }
            if (bytes.empty()) bytes = seed;
        }
        auto const got = parse(bytes, 1 + random() % 40);
        ASSERT_LE(got.consumed, bytes.size());
        ASSERT_LE(got.message.body.size(), 1000u);
    }
}

}  // namespace
}  // namespace agente::http
