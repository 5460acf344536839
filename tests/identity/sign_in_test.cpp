// Signing in: who may, what is said to who may not, and how often one may try.
#include "identity/house.hpp"
#include "identity/totp.hpp"

namespace agente::identity {
namespace {

using namespace std::chrono_literals;

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
    EXPECT_THAT(row, testing::Not(testing::HasSubstr(std::string(tokens.refresh_token.reveal()))));
    EXPECT_THAT(row, testing::HasSubstr(refresh_tokens::hash(tokens.refresh_token.reveal())));
}

TEST_F(signing_in, all_refusals_read_the_same) {
    sql("update public.users set is_active = false where id = 'u-eva'");
    EXPECT_EQ(sign_in_code("ana", "wrong"), "auth.invalid_credentials");
    EXPECT_EQ(sign_in_code("nobody", password_of_all), "auth.invalid_credentials");
    EXPECT_EQ(sign_in_code("eva", password_of_all), "auth.invalid_credentials");
    EXPECT_EQ(sign_in_code("ana", ""), "auth.invalid_credentials");
    EXPECT_EQ(sign_in_code("' or 1=1 --", "x"), "auth.invalid_credentials");
    sql("update public.users set hashed_password = 'plain' where id = 'u-luz'");
    EXPECT_EQ(sign_in_code("luz", "plain"), "auth.invalid_credentials")
        << "a hash of no known form is nobody's password";
    EXPECT_EQ(events(),
              "auth.sign_in_failed auth.sign_in_failed auth.sign_in_failed "
              "auth.sign_in_failed auth.sign_in_failed auth.sign_in_failed");
    EXPECT_EQ(sql("select string_agg(details ->> 'reason', ' ' order by occurred_at, id) from "
                  "agente.security_events"),
              "password unknown disabled password unknown password");
}

}  // namespace
}  // namespace agente::identity
