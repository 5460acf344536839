// The second factor: enrolled, activated, asked for, good once.
#include "identity/house.hpp"
#include "identity/totp.hpp"

namespace agente::identity {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

// Out of an app: base32 of RFC 4648.
secret from_base32(std::string_view text) {
    std::string out;
    unsigned held = 0;
    int bits = 0;
    for (char const c : text) {
        held = held << 5 | static_cast<unsigned>(c >= 'A' ? c - 'A' : c - '2' + 26);
        bits += 5;
        if (bits >= 8) out += static_cast<char>(held >> (bits -= 8) & 255);
    }
    return secret(out);
}

class second_factor : public house {
protected:
    std::string code(std::int64_t later = 0) {
        return totp_code(key, totp_step(time.now()) + later);
    }
    // ana has one afterwards.
    std::vector<std::string> activate() {
        auto const who = signed_in("ana");
        auto const made = run(home->identity.factors.enroll(*who, secret(password_of_all)));
        key = from_base32(made.secret);
        EXPECT_THAT(made.uri, HasSubstr(made.secret));
        return run(home->identity.factors.activate(*who, code(-1)));
    }
    std::string with_code(std::optional<std::string> given, std::string address = "192.0.2.1") {
        return sign_in_code("ana", password_of_all, std::move(address), std::move(given));
    }
    tenancy::caller_ptr signed_in_with(std::string given) {
        return caller(
            run(home->identity.signing_in.with({.identifier = "ana",
                                                .password = secret(password_of_all),
                                                .code = std::move(given)},
                                               {.address = "192.0.2.1", .user_agent = {}}))
                .access_token);
    }
    secret key;
};

TEST_F(second_factor, is_asked_for_after_the_password) {
    EXPECT_EQ(activate().size(), 10u);
    EXPECT_EQ(with_code({}), "auth.code_required");
    EXPECT_EQ(sign_in_code("ana", "wrong"), "auth.invalid_credentials");
    EXPECT_EQ(with_code(code()), "fine");
    EXPECT_EQ(with_code(code()), "auth.code_wrong") << "none is good twice";
    EXPECT_EQ(with_code(code(1)), "fine");
    EXPECT_EQ(with_code("000000"), "auth.code_wrong");
    EXPECT_EQ(sign_in_code("eva", password_of_all), "fine");
    EXPECT_THAT(events("user_id = 'u-ana'"), HasSubstr("auth.totp_enabled"));
}

TEST_F(second_factor, that_was_lost_is_removed_by_an_operator_alone) {
    auto const ana = signed_in("ana");
    activate();
    auto& users = home->identity.users;
    EXPECT_EQ(code_of(users.remove_second_factor(*ana, "u-ana")), "auth.forbidden");
    auto const root = signed_in("root");
    EXPECT_EQ(sign_in_code("eva", password_of_all), "fine");
    EXPECT_EQ(code_of(users.remove_second_factor(*root, "u-eva")), "users.no_second_factor");
    EXPECT_EQ(
        sql("select count(*) from public.user_sessions where user_id = 'u-eva' and is_revoked"),
        "0");
    EXPECT_EQ(code_of(users.remove_second_factor(*root, "u-nobody")), "users.not_found");
    EXPECT_EQ(code_of(users.remove_second_factor(*root, "u-ana")), "fine");
    EXPECT_EQ(with_code({}), "fine");
    EXPECT_EQ(
        sql("select count(*) from public.user_sessions where user_id = 'u-ana' and not is_revoked"),
        "1")
        << "the one that was begun after it";
    EXPECT_THAT(events("user_id = 'u-ana'"), HasSubstr("auth.totp_removed"));
}

TEST_F(second_factor, one_code_shown_twice_at_once_opens_one_session) {
    activate();
    auto const now = code();
    int fine = 0, ended = 0;
    for (int i = 0; i < 4; ++i)
        asio::co_spawn(loop,
                       home->identity.signing_in.with(
                           {.identifier = "ana", .password = secret(password_of_all), .code = now},
                           {.address = "192.0.2.1", .user_agent = {}}),
                       [&](std::exception_ptr e, issued_tokens const&) { fine += !e, ++ended; });
    while (ended < 4) run(net::pause(1ms));
    EXPECT_EQ(fine, 1);
}

TEST_F(second_factor, guessing_codes_is_locked_out) {
    activate();
    for (int i = 0; i < with.lockout.of_pair; ++i)
        EXPECT_EQ(with_code("000000", "198.51.100.6"), "auth.code_wrong");
    EXPECT_EQ(with_code(code(), "198.51.100.6"), "auth.invalid_credentials");
    for (int i = 0; i < 20; ++i) EXPECT_EQ(with_code({}, "192.0.2.1"), "auth.code_required");
    EXPECT_EQ(with_code(code(), "192.0.2.1"), "fine") << "forgetting the code is no guess";
}

TEST_F(second_factor, guessing_codes_to_disable_it_is_locked_out) {
    activate();
    auto const who = signed_in_with(code());
    auto const disable = [&](std::string const& given) {
        return code_of(home->identity.factors.disable(*who, secret(password_of_all), given));
    };
    for (int i = 0; i < with.lockout.of_pair; ++i) EXPECT_EQ(disable("000000"), "totp.code_wrong");
    EXPECT_EQ(disable(code(1)), "auth.password_wrong") << "the right one";
    run(home->identity.guesses.release("u-ana"));
    EXPECT_EQ(disable(code(1)), "fine");
    EXPECT_THAT(events("user_id = 'u-ana'"), HasSubstr("auth.locked_out"));
}

TEST_F(second_factor, recovery_codes_are_good_once_each) {
    auto const codes = activate();
    EXPECT_EQ(with_code(codes[3]), "fine");
    EXPECT_EQ(with_code(codes[3]), "auth.code_wrong");
    EXPECT_EQ(with_code(codes[4]), "fine");
    EXPECT_EQ(sql("select cardinality(recovery_hashes) from agente.second_factors"), "8");
    EXPECT_THAT(sql("select f::text from agente.second_factors f"), Not(HasSubstr(codes[0])));
    EXPECT_EQ(
        sql("select count(*) from agente.security_events where event_type = 'auth.recovery_code_used'"),
        sql("select count(*) from agente.security_events where details ? 'left'"));
}

TEST_F(second_factor, nothing_changes_before_it_is_activated) {
    auto const who = signed_in("ana");
    EXPECT_EQ(code_of(home->identity.factors.enroll(*who, secret("wrong"))), "auth.password_wrong");
    EXPECT_EQ(code_of(home->identity.factors.activate(*who, "123456")), "totp.not_enrolled");
    auto const made = run(home->identity.factors.enroll(*who, secret(password_of_all)));
    EXPECT_EQ(code_of(home->identity.factors.activate(*who, "000000")), "totp.code_wrong");
    EXPECT_EQ(with_code({}), "fine");
    EXPECT_THAT(sql("select sealed_secret from agente.second_factors"), testing::StartsWith("v1."));
    EXPECT_THAT(sql("select sealed_secret from agente.second_factors"),
                Not(HasSubstr(made.secret)));
}

TEST_F(second_factor, goes_with_password_and_code) {
    auto const codes = activate();
    auto const tokens = run(home->identity.signing_in.with(
        {.identifier = "ana", .password = secret(password_of_all), .code = code()},
        {.address = "192.0.2.1", .user_agent = {}}));
    auto const who = caller(tokens.access_token);
    auto const disable = [&](std::string password, std::string with_that) {
        return code_of(home->identity.factors.disable(*who, secret(std::move(password)),
                                                      std::move(with_that)));
    };
    EXPECT_EQ(code_of(home->identity.factors.enroll(*who, secret(password_of_all))),
              "totp.already_active");
    EXPECT_EQ(disable("wrong", code(1)), "auth.password_wrong");
    EXPECT_EQ(disable(password_of_all, "000000"), "totp.code_wrong");
    EXPECT_EQ(disable(password_of_all, code()), "totp.code_wrong") << "used at sign-in";
    EXPECT_EQ(disable(password_of_all, codes[0]), "fine");
    EXPECT_EQ(disable(password_of_all, codes[1]), "totp.not_active");
    EXPECT_EQ(with_code({}), "fine");
    EXPECT_THAT(events("user_id = 'u-ana'"), HasSubstr("auth.totp_disabled"));
}

}  // namespace
}  // namespace agente::identity
