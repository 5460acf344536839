// Refresh tokens: opaque, ours, the same again for the same step.
#include "identity/refresh_token.hpp"

#include <gmock/gmock.h>

#include "base/ids.hpp"

namespace agente::identity {
namespace {

secret const old_key(std::string(32, 'o')), new_key(std::string(40, 'n'));

TEST(refresh_token, says_which_step_of_which_session_it_is) {
    refresh_tokens const tokens({new_key});
    for (int rotation : {0, 1, 255, 256, 2'000'000'000}) {
        refresh_step const step{.session_id = new_uuid(), .rotation = rotation};
        auto const token = tokens.make(step);
        EXPECT_EQ(token.size(), 48u);
        EXPECT_EQ(tokens.read(token.reveal()), step);
        EXPECT_EQ(tokens.make(step).reveal(), token.reveal()) << "it can be handed out again";
    }
}

TEST(refresh_token, garbage_is_told_without_asking_anybody) {
    refresh_tokens const tokens({new_key});
    std::string const token(tokens.make({new_uuid(), 3}).reveal());
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_EQ(tokens.read(changed), std::nullopt) << i;
    }
    for (auto const& bad : {std::string(), token + "A", token.substr(1), std::string(48, 'A'),
                            std::string(48, '\0'), std::string(100'000, 'A')})
        EXPECT_EQ(tokens.read(bad), std::nullopt);
    EXPECT_EQ(refresh_tokens({old_key}).read(token), std::nullopt);
}

TEST(refresh_token, keys_rotate_with_overlap) {
    refresh_tokens const before({old_key}), both({new_key, old_key});
    refresh_step const step{.session_id = new_uuid(), .rotation = 5};
    auto const old_token = before.make(step);
    EXPECT_EQ(both.read(old_token.reveal()), step);
    auto const hash = refresh_tokens::hash(old_token.reveal());
    EXPECT_NE(both.make(step).reveal(), old_token.reveal());
    auto const again = both.make_again(step, hash);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->reveal(), old_token.reveal()) << "with the key that made it";
    EXPECT_FALSE(both.make_again({step.session_id, 6}, hash));
    EXPECT_EQ(hash.size(), 64u);
}

}  // namespace
}  // namespace agente::identity
