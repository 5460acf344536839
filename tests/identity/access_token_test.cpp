// Access tokens: only ours, unchanged, with the algorithm of their key, for us, and not too old.
#include "identity/access_token.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/crypto.hpp"
#include "identity/base64url.hpp"

namespace agente::identity {
namespace {

using namespace std::chrono_literals;

secret const old_key(std::string(32, 'o')), new_key(std::string(40, 'n'));
time_point const noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + 12h};

// Made by openssl genpkey -algorithm ed25519.
secret const ed_key(
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
    "-----END PRIVATE KEY-----\n");

access_tokens hs(std::vector<secret> const& keys, std::string issuer = "us",
                 std::string audience = "them") {
    return {signing_keys::hs256(keys).value(), std::move(issuer), std::move(audience), 15min};
}

std::int64_t seconds(time_point t) {
    return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
}

claims somebody() {
    return {.user_id = "user-1",
            .session_id = "session-1",
            .id = "token-1",
            .role = "manager",
            .tenant = "hotel-sol",
            .superuser = false,
            .must_change = true,
            .revision = 77,
            .issued_at = seconds(noon),
            .expires_at = seconds(noon + 15min)};
}

std::string code(result<claims> const& r) { return r ? "fine" : std::string(r.error().code()); }

TEST(access_token, what_is_made_is_read_again) {
    auto const tokens = hs({new_key});
    auto const read = tokens.check(tokens.make(somebody()), noon + 1min);
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(*read, somebody());
}

TEST(access_token, lives_from_now_to_its_end) {
    auto const tokens = hs({new_key});
    auto const token = tokens.make(somebody());
    EXPECT_EQ(code(tokens.check(token, noon + 15min - 1s)), "fine");
    EXPECT_EQ(code(tokens.check(token, noon + 15min)), "auth.token_expired");
    EXPECT_EQ(code(tokens.check(token, noon - 30s)), "fine") << "clocks differ a little";
    EXPECT_EQ(code(tokens.check(token, noon - 31s)), "auth.token_invalid");
    auto longer = somebody();
    longer.expires_at += 1;
    EXPECT_EQ(code(tokens.check(tokens.make(longer), noon)), "auth.token_expired")
        << "made when tokens lived longer";
}

TEST(access_token, is_for_one_audience_of_one_issuer) {
    auto const token = hs({new_key}).make(somebody());
    EXPECT_EQ(code(hs({new_key}, "others").check(token, noon)), "auth.token_invalid");
    EXPECT_EQ(code(hs({new_key}, "us", "others").check(token, noon)), "auth.token_invalid");
}

TEST(access_token, keys_rotate_with_overlap) {
    auto const before = hs({old_key}).make(somebody());
    auto const both = hs({new_key, old_key});
    EXPECT_EQ(code(both.check(before, noon)), "fine");
    auto const after = both.make(somebody());
    EXPECT_EQ(code(hs({new_key}).check(after, noon)), "fine") << "the first one signs";
    EXPECT_EQ(code(hs({new_key}).check(before, noon)), "auth.token_invalid");
}

TEST(access_token, no_part_of_it_can_be_changed) {
    auto const tokens = hs({new_key});
    auto const token = tokens.make(somebody());
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_EQ(code(tokens.check(changed, noon)), "auth.token_invalid") << "at " << i;
        EXPECT_EQ(code(tokens.check(token.substr(0, i), noon)), "auth.token_invalid");
    }
    EXPECT_EQ(code(tokens.check(token + "A", noon)), "auth.token_invalid");
    EXPECT_EQ(code(tokens.check(token + ".", noon)), "auth.token_invalid");
    EXPECT_EQ(code(tokens.check(token + "=", noon)), "auth.token_invalid");
    EXPECT_EQ(code(tokens.check(" " + token, noon)), "auth.token_invalid");
}

std::string with_header(std::string const& header, std::string const& token) {
    return to_base64url(header) + token.substr(token.find('.'));
}

TEST(access_token, its_algorithm_is_that_of_the_key_whatever_it_says) {
    auto const tokens = hs({new_key});
    auto const token = tokens.make(somebody());
    auto const header = *from_base64url(token.substr(0, token.find('.')));
    auto const kid = std::string(boost::json::parse(header).at("kid").as_string());
    auto const unsigned_body = token.substr(token.find('.'), token.rfind('.') - token.find('.'));
    for (std::string const alg : {"none", "None", "NONE", "HS512", "RS256", "EdDSA", ""}) {
        auto const said =
            to_base64url(R"({"alg":")" + alg + R"(","typ":"JWT","kid":")" + kid + R"("})");
        EXPECT_EQ(code(tokens.check(said + unsigned_body + ".", noon)), "auth.token_invalid")
            << alg;
        EXPECT_EQ(code(tokens.check(said + unsigned_body, noon)), "auth.token_invalid") << alg;
        // Signed with the right secret, all the same.
        auto const signed_text = said + unsigned_body;
        EXPECT_EQ(
            code(tokens.check(
                signed_text + "." + to_base64url(crypto::hmac_sha256(new_key, signed_text)), noon)),
            "auth.token_invalid")
            << alg;
    }
    EXPECT_EQ(
        code(tokens.check(
            with_header(R"({"alg":"HS256","typ":"JWT","kid":"0000000000000000"})", token), noon)),
        "auth.token_invalid");
}

TEST(access_token, a_public_key_is_no_secret_that_signs) {
    access_tokens const tokens(signing_keys::ed25519({ed_key}).value(), "us", "them", 15min);
    auto const token = tokens.make(somebody());
    ASSERT_EQ(code(tokens.check(token, noon)), "fine");
    auto const keys = tokens.keys().public_keys();
    auto const& key = keys.at("keys").as_array().at(0).as_object();
    auto const x = *from_base64url(key.at("x").as_string());
    ASSERT_EQ(x.size(), 32u);
    auto const header = to_base64url(R"({"alg":"HS256","typ":"JWT","kid":")" +
                                     std::string(key.at("kid").as_string()) + R"("})");
    auto const text = header + token.substr(token.find('.'), token.rfind('.') - token.find('.'));
    auto const forged = text + "." + to_base64url(crypto::hmac_sha256(secret(x), text));
    EXPECT_EQ(code(tokens.check(forged, noon)), "auth.token_invalid");
    EXPECT_EQ(key.at("alg"), "EdDSA");
    EXPECT_FALSE(key.contains("d")) << "the private half stays here";
}

TEST(access_token, ed25519_tokens_cannot_be_changed_and_keys_rotate) {
    access_tokens const tokens(signing_keys::ed25519({ed_key}).value(), "us", "them", 15min);
    auto const token = tokens.make(somebody());
    for (std::size_t i = token.find('.') + 1; i < token.size(); i += 7) {
        auto changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_EQ(code(tokens.check(changed, noon)), "auth.token_invalid") << "at " << i;
    }
    EXPECT_EQ(code(hs({new_key}).check(token, noon)), "auth.token_invalid");
    EXPECT_EQ(code(tokens.check(hs({new_key}).make(somebody()), noon)), "auth.token_invalid");
}

TEST(access_token, keys_that_are_no_good_are_refused_with_their_cure) {
    EXPECT_EQ(signing_keys::hs256({}).error().code(), "secret_key.missing");
    EXPECT_EQ(signing_keys::hs256({secret("short")}).error().code(), "secret_key.short");
    EXPECT_THAT(signing_keys::hs256({new_key, secret("short")}).error().message(),
                testing::StartsWith("SECRET_KEY_PREVIOUS needs"));
    EXPECT_EQ(signing_keys::ed25519({}).error().code(), "jwt_key.missing");
    EXPECT_EQ(signing_keys::ed25519({secret("nonsense")}).error().code(), "jwt_key.unreadable");
}

TEST(access_token, what_signs_well_but_says_nonsense_is_refused) {
    auto const keys = signing_keys::hs256({new_key}).value();
    auto const tokens = hs({new_key});
    auto const good = boost::json::parse(*from_base64url([&] {
        auto const t = tokens.make(somebody());
        return t.substr(t.find('.') + 1, t.rfind('.') - t.find('.') - 1);
    }()));
    ASSERT_EQ(code(tokens.check(keys.sign(boost::json::serialize(good)), noon)), "fine");
    for (auto const& member : good.as_object()) {
        auto without = good.as_object();
        without.erase(member.key());
        EXPECT_EQ(code(tokens.check(keys.sign(boost::json::serialize(without)), noon)),
                  "auth.token_invalid")
            << member.key();
        auto other = good.as_object();
        other[member.key()] = boost::json::array{};
        EXPECT_EQ(code(tokens.check(keys.sign(boost::json::serialize(other)), noon)),
                  "auth.token_invalid")
            << member.key();
    }
    auto later = good.as_object();
    later["nbf"] = seconds(noon + 1min);
    EXPECT_EQ(code(tokens.check(keys.sign(boost::json::serialize(later)), noon)),
              "auth.token_invalid");
    EXPECT_EQ(code(tokens.check(keys.sign("[]"), noon)), "auth.token_invalid");
    EXPECT_EQ(code(tokens.check(keys.sign(""), noon)), "auth.token_invalid");
    EXPECT_EQ(
        code(tokens.check(keys.sign(std::string(5'000, ' ') + boost::json::serialize(good)), noon)),
        "auth.token_invalid")
        << "too long";
}

TEST(base64url, one_text_stands_for_one_value) {
    for (std::size_t size = 0; size < 40; ++size) {
        std::string raw;
        for (std::size_t i = 0; i < size; ++i) raw += static_cast<char>(i * 37 + size * 11);
        EXPECT_EQ(from_base64url(to_base64url(raw)), raw);
    }
    EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
    for (auto const* const bad : {"A", "AB=", "A+", "A/", "A ", "AAAAA", "AB", "-_9"})
        EXPECT_EQ(from_base64url(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace agente::identity
