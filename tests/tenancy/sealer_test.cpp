#include "tenancy/sealer.hpp"

#include <gtest/gtest.h>

#include <set>

using agente::error_kind;
using agente::failure;
using agente::secret;
using agente::tenancy::sealer;

namespace {

secret key(char with) { return secret(std::string(32, with)); }

std::string_view code_of(agente::result<secret> const& r) {
    return r.has_error() ? r.error().code() : "opened";
}

TEST(sealer, what_is_sealed_opens_again_and_does_not_show) {
    sealer const s({key('a')});
    std::string with_zero("key");
    with_zero += '\0';
    for (std::string const& plain :
         {std::string("WS-KEY-123"), std::string(), std::string(9'000, 'x'), with_zero,
          std::string("contraseña")}) {
        auto const sealed = s.seal(plain, "tenant:sol:pms.api_key");
        if (plain.size() > 3) {
            EXPECT_EQ(sealed.find(plain), std::string::npos);
        }
        auto const opened = s.open(sealed, "tenant:sol:pms.api_key");
        ASSERT_TRUE(opened.has_value()) << code_of(opened);
        EXPECT_EQ(opened->reveal(), plain);
    }
}

TEST(sealer, it_is_printable_and_never_the_same_twice) {
    sealer const s({key('a')});
    std::set<std::string> all;
    for (int i = 0; i < 200; ++i) all.insert(s.seal("the same", "c"));
    EXPECT_EQ(all.size(), 200u);
    for (auto const& sealed : all) {
        EXPECT_TRUE(sealed.starts_with("v1."));
        EXPECT_EQ(sealed.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                           "0123456789-_."),
                  std::string::npos)
            << sealed;
    }
}

TEST(sealer, it_opens_only_where_it_belongs) {
    sealer const s({key('a')});
    auto const sealed = s.seal("mine", "tenant:sol:pms.api_key");
    for (std::string_view const elsewhere :
         {"tenant:luna:pms.api_key", "tenant:sol:whatsapp.app_secret", "",
          "tenant:sol:pms.api_key "})
        EXPECT_EQ(code_of(s.open(sealed, elsewhere)), "settings_key.broken") << elsewhere;
}

TEST(sealer, every_changed_character_is_noticed) {
    sealer const s({key('a')});
    auto const sealed = s.seal("a secret of some length", "c");
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        auto changed = sealed;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        auto const opened = s.open(changed, "c");
        // The last character holds bits of no byte: reading it otherwise gives the same bytes.
        if (opened.has_value()) {
            EXPECT_EQ(i, sealed.size() - 1);
            EXPECT_EQ(opened->reveal(), "a secret of some length");
        }
    }
    for (std::size_t size = 0; size < sealed.size(); ++size)
        EXPECT_FALSE(s.open(sealed.substr(0, size), "c").has_value()) << size;
    EXPECT_FALSE(s.open(sealed + "A", "c").has_value());
}

TEST(sealer, what_is_no_sealed_value_is_refused_and_not_current) {
    sealer const s({key('a')});
    auto const sealed = s.seal("x", "c");
    auto const id = sealed.substr(3, sealed.find('.', 3) - 3);
    for (std::string const& text :
         {std::string(), std::string("plain"), std::string("v1."), "v1." + id, "v1." + id + ".",
          "v1." + id + ".A", "v1." + id + ".====", "v1." + id + ". \n", "v2." + sealed.substr(3)})
        EXPECT_EQ(code_of(s.open(text, "c")), "settings_key.broken") << text;
    EXPECT_FALSE(s.current("plain"));
    EXPECT_FALSE(s.current(""));
}

TEST(sealer, the_first_key_seals_and_every_key_opens) {
    sealer const before({key('a')});
    sealer const during({key('b'), key('a')});
    sealer const after({key('b')});
    auto const old = before.seal("kept", "c");
    EXPECT_TRUE(before.current(old));
    EXPECT_FALSE(during.current(old));
    ASSERT_TRUE(during.open(old, "c").has_value());
    EXPECT_EQ(code_of(after.open(old, "c")), "settings_key.unknown");

    auto const renewed = during.seal(during.open(old, "c")->reveal(), "c");
    EXPECT_TRUE(during.current(renewed));
    EXPECT_TRUE(after.current(renewed));
    EXPECT_EQ(after.open(renewed, "c")->reveal(), "kept");
}

TEST(sealer, without_a_key_it_says_which_setting_is_missing) {
    sealer const none({});
    EXPECT_FALSE(none.ready());
    try {
        none.seal("x", "c");
        ADD_FAILURE() << "sealed without a key";
    } catch (failure const& f) {
        EXPECT_EQ(f.reason().code(), "settings_key.missing");
        EXPECT_EQ(f.reason().kind(), error_kind::unavailable);
        EXPECT_NE(f.reason().message().find("SETTINGS_KEY"), std::string::npos);
    }
    EXPECT_EQ(code_of(none.open(sealer({key('a')}).seal("x", "c"), "c")), "settings_key.missing");
    EXPECT_FALSE(none.current("v1..x"));
}

TEST(sealer, a_short_key_is_refused_by_its_length_alone) {
    try {
        sealer const s({key('a'), secret("hunter2")});
        ADD_FAILURE() << "took a short key";
    } catch (failure const& f) {
        EXPECT_EQ(f.reason().code(), "settings_key.short");
        EXPECT_EQ(f.reason().message().find("hunter2"), std::string::npos);
    }
}

// Computed with another implementation (Python's cryptography and hmac): what one release seals,
// the next opens.
TEST(sealer, the_format_stays) {
    sealer const s({key('k')});
    auto const opened =
        s.open("v1.09812b38e675.AAECAwQFBgcICQoLuV5GQts08zKM73LQnjSb-Ez1EloO1hBFAdE",
               "tenant:sol:pms.api_key");
    ASSERT_TRUE(opened.has_value()) << code_of(opened);
    EXPECT_EQ(opened->reveal(), "WS-KEY-123");
}

}  // namespace
