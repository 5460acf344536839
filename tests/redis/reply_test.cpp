#include "redis/reply.hpp"

#include <gmock/gmock.h>

#include "redis/error.hpp"
#include "redis/protocol.hpp"
#include "redis/script.hpp"

namespace agente::redis {
namespace {

using ::testing::HasSubstr;

std::vector<reply> read(std::string_view bytes, std::size_t at_once = 1'000'000,
                        std::size_t most = 1'000'000) {
    reader from(most);
    std::vector<reply> replies;
    for (std::size_t at = 0; at < bytes.size(); at += at_once) {
        from.feed(bytes.substr(at, at_once));
        while (auto next = from.next()) replies.push_back(*std::move(next));
    }
    return replies;
}

error error_of(std::function<void()> const& call) {
    try {
        call();
    } catch (error const& e) {
        return e;
    }
    ADD_FAILURE() << "nothing was thrown";
    return explain("ERR nothing was thrown");
}

TEST(redis_reply, every_type_is_read_however_the_bytes_are_cut) {
    std::string const bytes =
        "+OK\r\n:-42\r\n$5\r\nhe\r\nl\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n*3\r\n:1\r\n*2\r\n$1\r\na\r\n$-1\r\n-ERR inner\r\n-WRONGTYPE x\r\n";
    for (std::size_t cut = 1; cut <= bytes.size(); ++cut) {
        auto const replies = read(bytes, cut);
        ASSERT_EQ(replies.size(), 9u) << cut;
        EXPECT_TRUE(replies[0].ok());
        EXPECT_EQ(replies[1].integer(), -42);
        EXPECT_EQ(replies[2].string(), "he\r\nl");
        EXPECT_EQ(replies[3].string(), "");
        EXPECT_TRUE(replies[4].is_nil());
        EXPECT_TRUE(replies[5].is_nil());
        EXPECT_EQ(replies[6].size(), 0u);
        EXPECT_EQ(replies[7].at(0).integer(), 1);
        EXPECT_EQ(replies[7].at(1).at(0).string(), "a");
        EXPECT_EQ(replies[7].at(1).at(1).maybe_string(), std::nullopt);
        ASSERT_NE(replies[7].at(2).failed(), nullptr);
        EXPECT_EQ(*replies[8].failed(), "WRONGTYPE x");
    }
}

TEST(redis_reply, accessors_refuse_what_is_not_there) {
    auto const word = reply(std::string("word"));
    EXPECT_EQ(error_of([&] { static_cast<void>(word.integer()); }).reason().code(),
              "redis.unexpected_reply");
    EXPECT_THAT(error_of([&] { static_cast<void>(word.array()); }).what(),
                HasSubstr("a string where an array"));
    EXPECT_THROW(static_cast<void>(word.ok()), error);
    EXPECT_THROW(static_cast<void>(reply().string()), error);
    EXPECT_THROW(static_cast<void>(reply().integer()), error);
    EXPECT_THROW(static_cast<void>(reply(std::int64_t{1}).string()), error);
    EXPECT_THROW(static_cast<void>(reply(std::int64_t{1}).maybe_string()), error);
    EXPECT_THROW(static_cast<void>(reply(reply::array_type(2)).at(2)), error);
    EXPECT_THROW(static_cast<void>(reply(std::string()).integer()), error);
    EXPECT_THROW(static_cast<void>(reply(std::string("12x")).integer()), error);
    EXPECT_EQ(reply(std::string("-12")).integer(), -12);
    EXPECT_FALSE(reply().ok());
    EXPECT_EQ(reply(std::string("x")).maybe_string(), "x");
}

TEST(redis_reply, an_error_inside_an_array_is_thrown_when_it_is_touched) {
    auto const inner = reply(reply::error_text{"OOM command not allowed"});
    auto const e = error_of([&] { static_cast<void>(inner.string()); });
    EXPECT_EQ(e.reply_text(), "OOM command not allowed");
    EXPECT_EQ(e.reason().kind(), error_kind::unavailable);
}

TEST(redis_reader, refuses_what_is_not_its_protocol) {
    for (auto const* bytes :
         {"HTTP/1.1 400 Bad Request\r\n\r\n", "\r\n", "?1\r\n", ":12x\r\n", "*-2\r\n", "$-7\r\n"})
        EXPECT_THROW(read(bytes), std::runtime_error) << bytes;
}

TEST(redis_reader, what_a_server_announces_costs_nothing_before_it_is_checked) {
    EXPECT_THROW(read("*2000000000\r\n"), std::runtime_error);
    EXPECT_THROW(read("*1\r\n*1000000\r\n"), std::runtime_error);
    EXPECT_THROW(read("$2000000\r\n" + std::string(1'500'000, 'x')), std::runtime_error);
    std::string many = "*3000\r\n";
    for (int i = 0; i < 3000; ++i) many += "$1000\r\n" + std::string(1000, 'x') + "\r\n";
    EXPECT_THROW(read(many), std::runtime_error);  // each string is small, all together are not
    std::string deep;
    for (int i = 0; i < 50; ++i) deep += "*1\r\n";
    EXPECT_THROW(read(deep + ":1\r\n"), std::runtime_error);
    EXPECT_EQ(read("$900000\r\n" + std::string(900'000, 'x') + "\r\n$900000\r\n" +
                   std::string(900'000, 'y') + "\r\n")
                  .size(),
              2u);  // the limit is one reply's
}

TEST(redis_command, words_may_hold_any_bytes) {
    std::string bytes;
    append_command(bytes, {"SET", std::string("k\0\r\n", 4), ""});
    EXPECT_EQ(bytes, std::string("*3\r\n$3\r\nSET\r\n$4\r\nk\0\r\n\r\n$0\r\n\r\n", 29));
    EXPECT_THROW(append_command(bytes, {}), error);
}

TEST(redis_error, says_what_to_do) {
    struct expected {
        std::string_view text, advice;
        error_kind kind;
    };
    for (auto const& [text, advice, kind] :
         {expected{"NOAUTH Authentication required.", "password", error_kind::unavailable},
          expected{"WRONGPASS invalid username-password pair or user is disabled.",
                   "percent-encode", error_kind::unavailable},
          expected{
              "ERR AUTH <password> called without any password configured for the default user.",
              "none set", error_kind::unavailable},
          expected{"OOM command not allowed when used memory > 'maxmemory'.", "maxmemory",
                   error_kind::unavailable},
          expected{"MOVED 3999 127.0.0.1:6381", "Cluster", error_kind::unavailable},
          expected{"LOADING Redis is loading the dataset in memory", "loading",
                   error_kind::unavailable},
          expected{"NOPERM this user has no permissions to run the 'evalsha' command", "ACL",
                   error_kind::unavailable},
          expected{"READONLY You can't write against a read only replica.", "primary",
                   error_kind::unavailable},
          expected{"ERR max requests limit exceeded. Limit: 500000, Usage: 500000.",
                   "limit is used up", error_kind::unavailable},
          expected{"WRONGTYPE Operation against a key holding the wrong kind of value",
                   "another type", error_kind::internal},
          expected{"ERR unknown command 'FOO'", "unknown command", error_kind::internal}}) {
        auto const e = explain(text);
        EXPECT_THAT(e.what(), HasSubstr(std::string(advice))) << text;
        EXPECT_EQ(e.reason().kind(), kind) << text;
        EXPECT_EQ(e.reply_text(), text);
    }
    EXPECT_LT(explain("ERR " + std::string(100'000, 'x')).reason().message().size(), 500u);
}

TEST(redis_script, has_the_sha1_that_redis_computes) {
    EXPECT_EQ(script("test.one", "return 1").sha1(), "e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
}

}  // namespace
}  // namespace agente::redis
