#include "booking/journal.hpp"

#include <gmock/gmock.h>

namespace agente::booking {
namespace {

using testing::UnorderedElementsAre;

TEST(journal, nothing_leaves_a_final_state) {
    for (auto const to :
         {state::intended, state::sent, state::confirmed, state::failed, state::unknown}) {
        EXPECT_FALSE(may_become(state::confirmed, to)) << to_string(to);
        EXPECT_FALSE(may_become(state::failed, to)) << to_string(to);
    }
    EXPECT_TRUE(final(state::confirmed));
    EXPECT_TRUE(final(state::failed));
    EXPECT_FALSE(final(state::intended));
    EXPECT_FALSE(final(state::sent));
    EXPECT_FALSE(final(state::unknown));
}

TEST(journal, only_what_was_never_sent_may_be_sent) {
    EXPECT_THAT(sources_of(state::sent), UnorderedElementsAre(state::intended));
}

TEST(journal, nothing_goes_back_to_intended) { EXPECT_TRUE(sources_of(state::intended).empty()); }

TEST(journal, unknown_is_only_what_was_sent) {
    EXPECT_THAT(sources_of(state::unknown), UnorderedElementsAre(state::sent));
}

TEST(journal, every_open_state_can_end_both_ways) {
    EXPECT_THAT(sources_of(state::confirmed),
                UnorderedElementsAre(state::intended, state::sent, state::unknown));
    EXPECT_THAT(sources_of(state::failed),
                UnorderedElementsAre(state::intended, state::sent, state::unknown));
}

}  // namespace
}  // namespace agente::booking
