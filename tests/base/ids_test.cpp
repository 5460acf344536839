#include "base/ids.hpp"

#include <gtest/gtest.h>

namespace agente {

TEST(ids, a_uuid_is_version_7_and_sorts_by_time) {
    using namespace std::chrono;
    mock_clock clock{sys_days{2026y / 11 / 24}};
    system_random random;
    auto const first = new_uuid(clock, random);
    clock.advance(1ms);
    auto const second = new_uuid(clock, random);
    EXPECT_EQ(first.size(), 36u);
    EXPECT_EQ(first[14], '7');
    EXPECT_LT(first, second);
}

TEST(ids, rfc3339_names_the_microsecond) {
    using namespace std::chrono;
    EXPECT_EQ(to_rfc3339(sys_days{2026y / 3 / 9} + 7h + 5min + 1s + 42us),
              "2026-03-09T07:05:01.000042Z");
}

}  // namespace agente
