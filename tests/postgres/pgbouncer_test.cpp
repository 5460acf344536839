// Through PgBouncer in transaction mode: more client connections than server connections, unnamed
// statements only, one Sync at a time whatever was asked for.
#include <boost/asio/co_spawn.hpp>

#include "embedded/pgbouncer_server.hpp"
#include "embedded/temporary_folder.hpp"
#include "postgres/database_fixture.hpp"

namespace agente::postgres::tests {
namespace {

embedded::pgbouncer_server& bouncer() {
    static embedded::temporary_folder const folder;
    static embedded::pgbouncer_server one(server(),
                                          {.folder = folder / "pgbouncer", .pool_size = 2});
    return one;
}

class through_pgbouncer : public database_test {};

TEST_P(through_pgbouncer, answers_reach_who_asked_and_errors_too) {
    open(options_for(bouncer().url("agente"), GetParam(), 4));
    int running = 0, wrong = 0, refused = 0, reads = 0;
    for (int n = 0; n < 40; ++n) {
        ++running;
        auto const work = [](database& of, access who, int number, int& bad, int& errors,
                             int& good) -> task<> {
            for (int i = 0; i < 40; ++i) {
                auto const key = fmt::format("k{}", 1 + (number * 7 + i) % 100);
                auto const found = co_await of.row(who, read_note, key);
                if (!found || found->key != key || found->tenant_id != who.slug())
                    ++bad;
                else
                    ++good;
                if (i % 10 == 0) co_await of.execute(who, retitle, key, found->title);
                if (i % 13 != 0) continue;
                try {
                    co_await of.row(who, divide, 0);
                    ++bad;
                } catch (error const& e) {
                    if (e.sqlstate() == "22012")
                        ++errors;
                    else
                        ++bad;
                }
            }
        };
        asio::co_spawn(loop, work(*db, n % 2 == 0 ? a : b, n, wrong, refused, reads),
                       [&](std::exception_ptr e) {
                           --running;
                           EXPECT_FALSE(e);
                       });
    }
    ASSERT_TRUE(run_until(loop, [&] { return running == 0; }));
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(refused, 40 * 4);
    EXPECT_EQ(reads, 40 * 40);
    EXPECT_EQ(db->now().mode, pipeline_mode::single);
}

TEST_P(through_pgbouncer, a_pooler_is_recognised) {
    if (GetParam() == pipeline_mode::single) GTEST_SKIP() << "asks nothing";
    open(options_for(bouncer().url("agente"), GetParam(), 1));
    EXPECT_TRUE(run_until(loop, [&] { return db->now().reason.starts_with("a pooler stands"); }))
        << db->now().reason;
    EXPECT_EQ(db->now().mode, pipeline_mode::single);
}

TEST_P(through_pgbouncer, a_lease_holds_one_server_connection_for_its_transaction) {
    open(options_for(bouncer().url("agente"), GetParam(), 2));
    auto mine = wait_for(loop, db->exclusive(a, std::chrono::seconds(5)));
    wait_for(loop, mine.execute(retitle, "k1", "through the pooler"));
    EXPECT_EQ(wait_for(loop, mine.row(read_note, "k1"))->title, "through the pooler");
    EXPECT_EQ(wait_for(loop, db->row(a, read_note, "k1"))->title, "hotel-a 1");
    wait_for(loop, mine.commit());
    EXPECT_EQ(wait_for(loop, db->row(a, read_note, "k1"))->title, "through the pooler");
}

TEST_P(through_pgbouncer, a_restarted_pooler_is_found_again) {
    open(options_for(bouncer().url("agente"), GetParam(), 2));
    bouncer().stop();
    ASSERT_TRUE(run_until(loop, [&] { return db->now().open == 0; }));
    bouncer().start();
    EXPECT_EQ(wait_for(loop, db->row(a, read_note, "k2"))->title, "hotel-a 2");
}

INSTANTIATE_TEST_SUITE_P(pool, through_pgbouncer,
                         testing::Values(pipeline_mode::probed, pipeline_mode::single,
                                         pipeline_mode::automatic),
                         mode_name);

}  // namespace
}  // namespace agente::postgres::tests
