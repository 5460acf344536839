#include "postgres/kept_statements.hpp"

#include <gtest/gtest.h>

#include <array>

namespace agente::postgres {
namespace {

constexpr std::array<type_oid, 1> one_text{oid::text};

struct kept_statements_test : testing::Test {
    kept_statements::kept const* use(std::string_view sql) {
        return all.use(sql, one_text.data(), 1);
    }
    void use_until_wished(std::string const& sql) {
        for (unsigned i = 0; i < kept_statements::worth_it; ++i) EXPECT_EQ(use(sql), nullptr);
    }
    void keep(std::string const& sql) {
        use_until_wished(sql);
        all.settled(*all.next_wish(), true);
    }

    kept_statements all;
};

TEST_F(kept_statements_test, what_is_used_often_is_asked_for_once) {
    EXPECT_EQ(use("select $1"), nullptr);
    EXPECT_EQ(all.next_wish(), nullptr);
    use_until_wished("select $1");
    auto* const wish = all.next_wish();
    ASSERT_NE(wish, nullptr);
    EXPECT_EQ(wish->first, "select $1");
    EXPECT_EQ(wish->second.types, std::vector<type_oid>{oid::text});
    EXPECT_EQ(all.next_wish(), nullptr);
    use_until_wished("select $1");  // not answered yet: as it stands, and not asked for again
    EXPECT_EQ(all.next_wish(), nullptr);
    all.settled(*wish, true);
    auto const* const ready = use("select $1");
    ASSERT_NE(ready, nullptr);
    EXPECT_EQ(ready, &wish->second);
    EXPECT_FALSE(ready->name.empty());
}

TEST_F(kept_statements_test, names_differ) {
    keep("select $1");
    keep("select $1 || 'b'");
    EXPECT_NE(use("select $1")->name, use("select $1 || 'b'")->name);
}

TEST_F(kept_statements_test, other_types_are_another_statement) {
    keep("select $1");
    std::array<type_oid, 1> const number{oid::int8};
    EXPECT_EQ(all.use("select $1", number.data(), 1), nullptr);
    EXPECT_EQ(all.use("select $1", nullptr, 0), nullptr);
    EXPECT_NE(use("select $1"), nullptr);
}

TEST_F(kept_statements_test, what_the_server_refused_stays_unnamed) {
    use_until_wished("select $1");
    all.settled(*all.next_wish(), false);
    use_until_wished("select $1");
    EXPECT_EQ(all.next_wish(), nullptr);
}

TEST_F(kept_statements_test, both_counts_are_bounded) {
    for (std::size_t i = 0; i < kept_statements::most + 5; ++i)
        use_until_wished("select $1 -- " + std::to_string(i));
    std::size_t wished = 0;
    while (all.next_wish()) ++wished;
    EXPECT_EQ(wished, kept_statements::most);

    struct another : kept_statements_test {
        void TestBody() override {}
    } other;
    for (std::size_t i = 0; i < kept_statements::most_seen; ++i)
        other.use("select $1 -- " + std::to_string(i));
    other.use_until_wished("one too many");
    EXPECT_EQ(other.all.next_wish(), nullptr);
    other.use_until_wished("select $1 -- 7");
    EXPECT_NE(other.all.next_wish(), nullptr);
}

TEST_F(kept_statements_test, a_server_that_forgot_is_asked_for_nothing_more) {
    keep("select $1");
    use_until_wished("select $1 || 'b'");
    all.give_up();
    EXPECT_EQ(use("select $1"), nullptr);
    EXPECT_EQ(all.next_wish(), nullptr);
}

}  // namespace
}  // namespace agente::postgres
