// Signing in: who may, what is said to who may not, and how often one may try.
#include <crypt.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <future>
#include <set>

#include "embedded/redis_server.hpp"
#include "identity/house.hpp"

namespace agente::identity {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class signing_in : public house {};

TEST_F(signing_in, by_name_or_address_in_any_case) {
    for (auto const* const name : {"ana", "ANA", "ana@sol.example", "  Ana@Sol.Example "}) {
        auto const tokens = sign_in(name);
        EXPECT_EQ(tokens.whose.user_id, "u-ana") << name;
        auto const who = caller(tokens.access_token);
        EXPECT_EQ(who->user_id(), "u-ana");
        EXPECT_EQ(who->role(), "owner");
        ASSERT_TRUE(who->hotel());
        EXPECT_EQ(who->hotel()->slug(), "sol");
        EXPECT_FALSE(who->platform());
        EXPECT_TRUE(who->may("users:write"));
        EXPECT_FALSE(who->may("platform:users"));
    }
    EXPECT_TRUE(caller(sign_in("root").access_token)->platform());
    EXPECT_EQ(events("user_id = 'u-ana'"),
              "auth.signed_in auth.signed_in auth.signed_in auth.signed_in");
}

TEST_F(signing_in, what_is_stored_of_tokens_is_worth_nothing) {
    auto const tokens = sign_in("ana");
    auto const row = sql("select s::text from public.user_sessions s");
    EXPECT_THAT(row, Not(HasSubstr(std::string(tokens.refresh_token.reveal()))));
    EXPECT_THAT(row, HasSubstr(refresh_tokens::hash(tokens.refresh_token.reveal())));
    EXPECT_THAT(row, HasSubstr("192.0.2.1"));
}

TEST_F(signing_in, all_refusals_read_the_same) {
    sql("update public.users set is_active = false where id = 'u-eva';"
        "update public.users set hashed_password = 'plain' where id = 'u-luz'");
    EXPECT_EQ(sign_in_code("ana", "wrong"), "auth.invalid_credentials");
    EXPECT_EQ(sign_in_code("nobody", password_of_all), "auth.invalid_credentials");
    EXPECT_EQ(sign_in_code("eva", password_of_all), "auth.invalid_credentials");
    EXPECT_EQ(sign_in_code("ana", ""), "auth.invalid_credentials");
    EXPECT_EQ(sign_in_code("' or 1=1 --", "x", "192.0.2.2"), "auth.invalid_credentials");
    EXPECT_EQ(sign_in_code("luz", "plain", "192.0.2.2"), "auth.invalid_credentials")
        << "a hash of no known form is nobody's password";
    EXPECT_EQ(events(),
              "auth.sign_in_failed auth.sign_in_failed auth.sign_in_failed "
              "auth.sign_in_failed auth.sign_in_failed auth.sign_in_failed");
    EXPECT_EQ(sql("select string_agg(details ->> 'reason', ' ' order by occurred_at, id) from "
                  "agente.security_events"),
              "password unknown disabled password unknown password");
    EXPECT_EQ(sql("select count(*) from public.user_sessions"), "0");
}

std::string bcrypt(char const* password) {
    char salt[CRYPT_GENSALT_OUTPUT_SIZE];
    crypt_gensalt_rn("$2b$", 4, nullptr, 0, salt, sizeof salt);
    crypt_data state{};
    return crypt_r(password, salt, &state);
}

// A name that cannot be written down would be a way to guess without a trace.
TEST_F(signing_in, a_failure_is_noted_whatever_name_was_tried) {
    char const* const names[] = {"ñandú@sol.example", "\U0001f3e8@", "@", "ñ", "\u202e",
                                 "e\u0301@x"};
    for (auto const* const name : names)
        EXPECT_EQ(sign_in_code(name, "wrong"), "auth.invalid_credentials") << name;
    for (auto const& one : instances) run(one->identity.events.drain(30s));
    EXPECT_EQ(sql("select count(*) from agente.security_events"), std::to_string(std::size(names)));
}

TEST_F(signing_in, refusals_of_all_kinds_wait_and_the_right_password_does_not) {
    with.refuse_after = 24h;
    home = &another_instance();
    sql(
        fmt::format("update public.users set hashed_password = '{}' where id = 'u-max';"
                    "update public.users set hashed_password = '!' where id = 'u-leo';"
                    "update public.users set is_active = false where id = 'u-eva'",
                    bcrypt("old but good")));
    std::pair<std::string, std::string> const refused[] = {{"nobody", "wrong"},
                                                           {"ana", "wrong"},
                                                           {"max", "wrong"},
                                                           {"leo", "!"},
                                                           {"eva", password_of_all}};
    std::vector<asio::cancellation_signal> hang_up(std::size(refused));
    std::set<std::size_t> ended;
    for (std::size_t i = 0; i < std::size(refused); ++i) {
        credentials given{
            .identifier = refused[i].first, .password = secret(refused[i].second), .code = {}};
        asio::co_spawn(
            loop,
            home->identity.signing_in.with(
                std::move(given), {.address = fmt::format("192.0.2.{}", i), .user_agent = {}}),
            asio::bind_cancellation_slot(
                hang_up[i].slot(),
                [&, i](std::exception_ptr, issued_tokens const&) { ended.insert(i); }));
    }
    // What is noted is decided: from there on they only wait.
    auto const decided = [&] {
        return sql(
            "select count(*) from agente.security_events where event_type = "
            "'auth.sign_in_failed'");
    };
    while (ended.empty() && decided() != std::to_string(std::size(refused))) run(net::pause(1ms));
    EXPECT_THAT(ended, testing::IsEmpty());
    EXPECT_EQ(sign_in_code("ana", password_of_all), "fine");
    EXPECT_EQ(sign_in_code("max", "old but good"), "fine");
    EXPECT_THAT(ended, testing::IsEmpty());
    for (std::size_t i = 0; i < std::size(refused); ++i)
        if (!ended.contains(i)) hang_up[i].emit(asio::cancellation_type::terminal);
    while (ended.size() < std::size(refused)) run(net::pause(1ms));
}

TEST_F(signing_in, checking_costs_something_whatever_is_stored) {
    auto& hashes = home->identity.hashes;
    for (std::string const& stored : {std::string(), std::string("!"), bcrypt("old but good"),
                                      hash_password(secret(password_of_all), with.cost)}) {
        auto const said = run(hashes.check(secret("wrong"), stored));
        EXPECT_FALSE(said.right) << stored;
        EXPECT_GT(said.took.count(), 0) << stored;
    }
}

TEST_F(signing_in, people_of_a_suspended_hotel_learn_so_after_the_right_password) {
    sql("update public.tenants set status = 'suspended' where tenant_id = 'sol'");
    EXPECT_EQ(sign_in_code("ana", password_of_all), "auth.hotel_suspended");
    EXPECT_EQ(sign_in_code("ana", "wrong"), "auth.invalid_credentials");
    EXPECT_EQ(sign_in_code("luz", password_of_all), "fine");
}

TEST_F(signing_in, bcrypt_of_old_accounts_is_hashed_anew) {
    sql(fmt::format("update public.users set hashed_password = '{}' where id = 'u-ana'",
                    bcrypt("old but good")));
    EXPECT_EQ(sign_in_code("ana", "wrong"), "auth.invalid_credentials");
    EXPECT_THAT(sql("select hashed_password from public.users where id = 'u-ana'"),
                HasSubstr("$2b$"));
    auto const tokens = sign_in("ana", "old but good");
    EXPECT_EQ(caller(tokens.access_token)->user_id(), "u-ana");
    EXPECT_THAT(sql("select hashed_password from public.users where id = 'u-ana'"),
                HasSubstr("$argon2id$v=19$m=64,t=1,p=1$"));
    EXPECT_EQ(sign_in_code("ana", "old but good"), "fine");
}

TEST_F(signing_in, two_sign_ins_with_an_old_hash_at_once_both_succeed) {
    auto const older =
        hash_password(secret(password_of_all), {.memory_kib = 32, .passes = 1, .lanes = 1});
    sql(fmt::format("update public.users set hashed_password = '{}' where id = 'u-ana'", older));
    int fine = 0, ended = 0;
    for (int i = 0; i < 6; ++i)
        asio::co_spawn(loop,
                       home->identity.signing_in.with(
                           {.identifier = "ana", .password = secret(password_of_all), .code = {}},
                           {.address = fmt::format("192.0.2.{}", i), .user_agent = {}}),
                       [&](std::exception_ptr e, issued_tokens const&) { fine += !e, ++ended; });
    while (ended < 6) run(net::pause(1ms));
    EXPECT_EQ(fine, 6);
    EXPECT_THAT(sql("select hashed_password from public.users where id = 'u-ana'"),
                HasSubstr("m=64,"));
}

TEST_F(signing_in, one_address_is_locked_out_and_the_owner_is_not) {
    for (int i = 0; i < with.lockout.of_pair; ++i)
        EXPECT_EQ(sign_in_code("ana", "wrong", "198.51.100.6"), "auth.invalid_credentials");
    EXPECT_EQ(sign_in_code("ana", password_of_all, "198.51.100.6"), "auth.invalid_credentials")
        << "the same words, even for the right password";
    EXPECT_EQ(sign_in_code("eva", password_of_all, "198.51.100.6"), "fine");
    EXPECT_EQ(sign_in_code("ana", password_of_all, "192.0.2.1"), "fine");
    EXPECT_EQ(sign_in_code("ana", password_of_all, "198.51.100.6"), "auth.invalid_credentials")
        << "who signs in elsewhere does not open the door here";
    EXPECT_EQ(events("event_type = 'auth.locked_out'"), "auth.locked_out") << "noted once";
}

TEST_F(signing_in, a_thousand_guesses_at_once_are_as_many_as_one_after_the_other) {
    int tried = 0, ended = 0;
    for (int i = 0; i < 40; ++i)
        asio::co_spawn(loop, home->identity.guesses.begin("u-ana", "198.51.100.6"),
                       [&](std::exception_ptr e, attempt const& a) {
                           EXPECT_FALSE(e);
                           tried += a.allowed;
                           ++ended;
                       });
    while (ended < 40) run(net::pause(1ms));
    EXPECT_EQ(tried, with.lockout.of_pair);
}

TEST_F(signing_in, many_addresses_lock_out_strangers_but_not_where_the_owner_signed_in) {
    EXPECT_EQ(sign_in_code("ana", password_of_all, "192.0.2.1"), "fine");
    for (int i = 0; i < with.lockout.of_account; ++i)
        run(home->identity.guesses.begin("u-ana", fmt::format("198.51.100.{}", i)));
    EXPECT_EQ(sign_in_code("ana", password_of_all, "203.0.113.9"), "auth.invalid_credentials");
    EXPECT_EQ(sign_in_code("ana", password_of_all, "192.0.2.1"), "fine");
}

TEST_F(signing_in, a_lock_out_ends_with_time) {
    with.lockout.window = 1s;
    auto& short_window = another_instance();
    auto const begin = [&] {
        return run(short_window.identity.guesses.begin("u-ana", "198.51.100.6")).allowed;
    };
    for (int i = 0; i < with.lockout.of_pair; ++i) EXPECT_TRUE(begin());
    bool released = false;
    for (int i = 0; i < 2'000 && !released; ++i) {
        released = begin();
        run(net::pause(5ms));
    }
    EXPECT_TRUE(released);
}

TEST_F(signing_in, an_account_is_one_under_its_name_and_its_e_mail) {
    for (int i = 0; i < with.lockout.of_pair; ++i)
        sign_in_code(i % 2 == 0 ? "eva" : "eva@sol.example", "wrong", "198.51.100.6");
    EXPECT_EQ(sign_in_code("eva", password_of_all, "198.51.100.6"), "auth.invalid_credentials");
    EXPECT_EQ(sign_in_code("EVA@sol.example", password_of_all, "198.51.100.6"),
              "auth.invalid_credentials");
}

TEST_F(signing_in, redis_sees_neither_names_nor_addresses) {
    sign_in_code("eva", "wrong", "198.51.100.6");
    sign_in_code("nobody-of-ours", "wrong", "198.51.100.6");
    auto const all = run(home->redis.command({"KEYS", "signin:*"})).array();
    EXPECT_THAT(all, testing::SizeIs(testing::Ge(2)));
    for (auto const& key : all)
        EXPECT_THAT(key.string(), testing::Not(testing::AnyOf(HasSubstr("eva"), HasSubstr("nobody"),
                                                              HasSubstr("198.51"))));
}

TEST_F(signing_in, an_administrator_ends_a_lock_out) {
    for (int i = 0; i < with.lockout.of_pair; ++i) sign_in_code("eva", "wrong", "198.51.100.6");
    EXPECT_EQ(sign_in_code("eva", password_of_all, "198.51.100.6"), "auth.invalid_credentials");
    auto const ana = signed_in("ana");
    run(home->identity.users.unlock(*ana, "u-eva"));
    EXPECT_EQ(sign_in_code("eva", password_of_all, "198.51.100.6"), "fine");
    EXPECT_EQ(events("event_type = 'auth.unlocked'"), "auth.unlocked");
}

TEST_F(signing_in, success_clears_what_one_typed_wrong_before) {
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i + 1 < with.lockout.of_pair; ++i)
            EXPECT_EQ(sign_in_code("ana", "wrong"), "auth.invalid_credentials");
        EXPECT_EQ(sign_in_code("ana", password_of_all), "fine") << "round " << round;
    }
}

TEST_F(signing_in, without_redis_it_is_counted_more_strictly) {
    embedded::redis_server own({.folder = support::server_folder("signing_in_redis")});
    redis_url = own.url();
    auto& alone = another_instance();
    home = &alone;
    EXPECT_EQ(sign_in_code("ana", password_of_all), "fine");
    own.kill();
    EXPECT_EQ(sign_in_code("ana", password_of_all), "fine") << "people still get in";
    int tried = 0;
    for (int i = 0; i < 20; ++i)
        tried += run(alone.identity.guesses.begin("u-ana", "198.51.100.6")).allowed;
    EXPECT_EQ(tried, with.lockout.of_pair / with.lockout.local_divisor);
    EXPECT_EQ(sign_in_code("ana", password_of_all, "198.51.100.6"), "auth.invalid_credentials");
    own.start();
}

TEST_F(signing_in, a_full_pool_refuses_at_once) {
    net::cpu_pool tiny({.threads = 1, .most_waiting = 1}, metrics);
    instance crowded(loop, url, redis_url, tiny, time, with, metrics);
    std::map<std::string, int> codes;
    int ended = 0;
    std::promise<void> go, begun;
    auto const gate = go.get_future().share();
    auto const hold = [&](auto work) {
        asio::co_spawn(loop, tiny.run(std::move(work)), [](std::exception_ptr) {});
        loop.poll();
        loop.restart();
    };
    hold([gate, &begun] { begun.set_value(), gate.wait(); });
    begun.get_future().wait();
    hold([gate] { gate.wait(); });  // waits for the one thread
    for (int i = 0; i < 5; ++i)
        asio::co_spawn(loop,
                       crowded.identity.signing_in.with(
                           {.identifier = "ana", .password = secret(password_of_all), .code = {}},
                           {.address = "192.0.2.1", .user_agent = {}}),
                       [&](std::exception_ptr e, issued_tokens const&) {
                           ++ended;
                           try {
                               if (e) std::rethrow_exception(e);
                               ++codes["fine"];
                           } catch (failure const& f) {
                               EXPECT_EQ(f.reason().kind(), error_kind::unavailable);
                               ++codes[std::string(f.reason().code())];
                           }
                       });
    while (ended < 5) run(net::pause(1ms));
    go.set_value();
    EXPECT_EQ(codes["auth.busy"], 5);
    EXPECT_EQ(sign_in_code("ana", password_of_all), "fine") << "which was nobody's wrong guess";
}

}  // namespace
}  // namespace agente::identity
