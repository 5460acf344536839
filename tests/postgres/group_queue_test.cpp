#include "postgres/group_queue.hpp"

#include <gmock/gmock.h>

namespace agente::postgres {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using clock_type = std::chrono::steady_clock;

constexpr clock_type::time_point start{};

group_row row(std::string key, std::size_t size = 1) {
    return {std::move(key), {std::string(size, 'x')}};
}

std::vector<std::string> keys(group const& rows) {
    std::vector<std::string> all;
    for (auto const& one : rows) all.push_back(one->row().key);
    return all;
}

error server(std::string_view sqlstate) { return server_error("q", {sqlstate, "message", "", ""}); }

std::string refused(group_queue& queue, group_row r) {
    try {
        queue.enter(std::move(r), start);
    } catch (error const& e) {
        EXPECT_EQ(e.reason().kind(), error_kind::unavailable);
        return e.what();
    }
    return "";
}

TEST(group_queue, rows_leave_together_sorted_by_key) {
    group_queue queue("q", {});
    for (auto key : {"c", "a", "b"}) queue.enter(row(key), start);
    EXPECT_THAT(keys(queue.take(start)), ElementsAre("a", "b", "c"));
    EXPECT_THAT(queue.take(start), ElementsAre());
}

TEST(group_queue, a_statement_has_bounds_in_rows_and_bytes_but_always_takes_one) {
    group_queue queue("q", {.rows_per_statement = 2, .bytes_per_statement = 100});
    for (auto key : {"a", "b", "c"}) queue.enter(row(key), start);
    queue.enter(row("d", 500), start);
    EXPECT_THAT(keys(queue.take(start)), ElementsAre("a", "b"));
    EXPECT_THAT(keys(queue.take(start)), ElementsAre("c"));
    EXPECT_THAT(keys(queue.take(start)), ElementsAre("d"));
}

TEST(group_queue, the_returned_key_tells_whose_row_was_new_and_one_caller_alone_hears_it) {
    group_queue queue("q", {});
    auto const a = queue.enter(row("a"), start), b = queue.enter(row("b"), start);
    auto const leaving = queue.take(start);
    auto const twin_in_flight = queue.enter(row("a"), start);
    EXPECT_EQ(twin_in_flight, a);
    EXPECT_THAT(queue.take(start), ElementsAre()) << "a twin is not sent";
    EXPECT_FALSE(a->settled());
    queue.settle(leaving, {"a"});
    EXPECT_TRUE(a->settled());
    EXPECT_TRUE(a->claim_added());
    EXPECT_FALSE(twin_in_flight->claim_added());
    EXPECT_FALSE(b->claim_added());
    EXPECT_NE(queue.enter(row("a"), start), a)
        << "after its commit the server knows better than we";
}

TEST(group_queue, twins_get_the_error_of_the_row_they_waited_for) {
    group_queue queue("q", {});
    auto const a = queue.enter(row("a"), start);
    auto const twin = queue.enter(row("a"), start);
    queue.fail(queue.take(start), server("23514"));
    EXPECT_THROW(a->claim_added(), error);
    EXPECT_THROW(twin->claim_added(), error);
}

TEST(group_queue, bounds_refuse_new_rows_and_let_go_when_rows_are_settled) {
    group_queue queue("q", {.most_rows = 2, .most_bytes = 1000, .most_callers = 3});
    queue.enter(row("a"), start);
    queue.enter(row("b"), start);
    EXPECT_THAT(refused(queue, row("c")), testing::HasSubstr("too many rows"));
    queue.enter(row("a"), start);
    EXPECT_THAT(refused(queue, row("a")), testing::HasSubstr("too many callers"));
    queue.leave();
    auto const leaving = queue.take(start);
    EXPECT_THAT(refused(queue, row("c")), testing::HasSubstr("too many rows"))
        << "those under way count";
    queue.settle(leaving, {});
    EXPECT_THAT(refused(queue, row("d", 2000)), testing::HasSubstr("too many rows"));
    EXPECT_EQ(refused(queue, row("c")), "");
}

TEST(group_queue, what_waited_too_long_is_not_sent_any_more) {
    group_queue queue("q", {.most_wait = 1s});
    auto const old = queue.enter(row("a"), start);
    queue.enter(row("b"), start + 1s);
    EXPECT_THAT(keys(queue.take(start + 1500ms)), ElementsAre("b"));
    ASSERT_TRUE(old->settled());
    EXPECT_THROW(old->claim_added(), error);
}

TEST(group_queue, closing_fails_what_waits_and_what_comes_but_not_what_is_under_way) {
    group_queue queue("q", {});
    auto const away = queue.enter(row("a"), start);
    auto const leaving = queue.take(start);
    auto const waiting = queue.enter(row("b"), start);
    queue.close();
    EXPECT_TRUE(waiting->settled());
    EXPECT_FALSE(away->settled());
    EXPECT_THAT(refused(queue, row("c")), testing::HasSubstr("stopping"));
    queue.settle(leaving, {"a"});
    EXPECT_TRUE(away->claim_added());
    EXPECT_EQ(queue.known(), 0u);
}

TEST(group_queue, the_remedy_follows_from_the_error) {
    group_limits const limits{.most_retries = 2};
    EXPECT_EQ(remedy_for(server("40P01"), 5, 0, limits), group_remedy::again);
    EXPECT_EQ(remedy_for(server("40001"), 1, 1, limits), group_remedy::again);
    EXPECT_EQ(remedy_for(server("40P01"), 5, 2, limits), group_remedy::give_up);
    for (auto state : {"22021", "23514", "23503", "54000", "P0001"}) {
        EXPECT_EQ(remedy_for(server(state), 2, 0, limits), group_remedy::halve) << state;
        EXPECT_EQ(remedy_for(server(state), 1, 0, limits), group_remedy::give_up) << state;
    }
    for (auto state : {"42501", "42P01", "57014", "53300", "57P01", "08006"})
        EXPECT_EQ(remedy_for(server(state), 8, 0, limits), group_remedy::give_up) << state;
    EXPECT_EQ(remedy_for(connection_error("q", true, "reset"), 8, 0, limits),
              group_remedy::give_up);
}

}  // namespace
}  // namespace agente::postgres
