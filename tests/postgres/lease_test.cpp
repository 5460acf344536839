// Read-decide-write on a connection of one's own.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "net/deadline.hpp"
#include "postgres/database_fixture.hpp"

namespace agente::postgres::tests {
namespace {

using namespace std::chrono_literals;

class lease_in_mode : public database_test {};

TEST_P(lease_in_mode, commits_what_it_decided) {
    open();
    auto const change = [](database& of, access who) -> task<> {
        auto mine = co_await of.exclusive(who, 5s);
        auto const before = co_await mine.row(read_note, "k1");
        auto const title = before.value().title + "!";
        EXPECT_EQ(co_await mine.execute(retitle, "k1", title), 1);
        co_await mine.commit();
    };
    wait_for(loop, change(*db, a));
    wait_for(loop, change(*db, a));
    EXPECT_EQ(wait_for(loop, db->row(a, read_note, "k1"))->title, "hotel-a 1!!");
    EXPECT_EQ(wait_for(loop, db->row(b, read_note, "k1"))->title, "hotel-b 1");
}

TEST_P(lease_in_mode, rolls_back_when_it_dies_without_commit_and_the_connection_is_used_again) {
    open(options_for(url, GetParam(), 1));
    constexpr query<int> backend{"tests.backend", "select pg_backend_pid()"};
    auto const before = wait_for(loop, db->row(a, backend));
    {
        auto mine = wait_for(loop, db->exclusive(a, 5s));
        wait_for(loop, mine.execute(retitle, "k1", "never"));
    }
    EXPECT_EQ(wait_for(loop, db->row(a, read_note, "k1"))->title, "hotel-a 1");
    EXPECT_EQ(wait_for(loop, db->row(a, backend)), before);
}

TEST_P(lease_in_mode, an_error_of_the_server_leaves_only_the_rollback) {
    open();
    auto mine = wait_for(loop, db->exclusive(a, 5s));
    wait_for(loop, mine.execute(retitle, "k1", "never"));
    EXPECT_EQ(failure_of(loop, mine.row(divide, 0)).sqlstate(), "22012");
    EXPECT_EQ(failure_of(loop, mine.row(read_note, "k1")).sqlstate(), "25P02");
    auto const why = failure_of(loop, mine.commit());
    EXPECT_EQ(why.reason().code(), "postgres.rolled_back");
    EXPECT_FALSE(why.in_doubt());
    EXPECT_EQ(wait_for(loop, db->row(a, read_note, "k1"))->title, "hotel-a 1");
}

TEST_P(lease_in_mode, others_go_on_meanwhile_and_a_second_one_waits_its_turn) {
    open(options_for(url, GetParam(), 2));
    auto first = std::make_optional(wait_for(loop, db->exclusive(a, 5s)));
    EXPECT_TRUE(wait_for(loop, db->row(a, read_note, "k1")));
    EXPECT_EQ(failure_of(loop, db->exclusive(a, 50ms)).reason().kind(), error_kind::unavailable);
    std::optional<lease> second;
    asio::co_spawn(loop, keep_value(db->exclusive(b, 5s), second), asio::detached);
    EXPECT_TRUE(wait_for(loop, db->row(a, read_note, "k1")));
    EXPECT_FALSE(second);
    first.reset();
    ASSERT_TRUE(run_until(loop, [&] { return second.has_value(); }));
}

TEST_P(lease_in_mode,
       an_owner_cancelled_in_the_middle_of_a_statement_loses_the_connection_not_the_others) {
    open(options_for(url, GetParam(), 2));
    auto const give_up = [](database& of, access who) -> task<> {
        auto mine = co_await of.exclusive(who, 5s);
        co_await mine.execute(retitle, "k1", "never");
        co_await mine.row(nap, 20.0);
    };
    EXPECT_THROW(wait_for(loop, net::with_deadline(give_up(*db, a.with_timeout(30s)), 200ms)),
                 failure);
    EXPECT_EQ(wait_for(loop, db->row(a, read_note, "k2"))->title, "hotel-a 2");
    ASSERT_TRUE(run_until(loop, [&] { return db->now().open == 2; }));
}

TEST_P(lease_in_mode, a_lost_connection_was_rolled_back_for_certain) {
    open();
    auto mine = wait_for(loop, db->exclusive(a, 5s));
    wait_for(loop, mine.execute(retitle, "k1", "never"));
    constexpr query<int> backend{"tests.backend", "select pg_backend_pid()"};
    auto const pid = wait_for(loop, mine.row(backend)).value();
    constexpr query<bool, int> terminate{"tests.terminate", "select pg_terminate_backend($1)"};
    wait_for(loop, db->row(access::owner(), terminate, pid));
    auto const why = failure_of(loop, mine.commit());
    // Its end may be noticed before or after the COMMIT has left; only then is there a doubt.
    EXPECT_TRUE(why.reason().kind() == error_kind::unavailable || why.in_doubt()) << why.what();
    EXPECT_EQ(wait_for(loop, db->row(a, read_note, "k1"))->title, "hotel-a 1");
}

INSTANTIATE_TEST_SUITE_P(pool, lease_in_mode,
                         testing::Values(pipeline_mode::multi, pipeline_mode::single), mode_name);

}  // namespace
}  // namespace agente::postgres::tests
