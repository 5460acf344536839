#include "app/retention.hpp"

#include <gmock/gmock.h>

#include "redis/options.hpp"
#include "support/run.hpp"
#include "support/servers.hpp"

namespace agente::app {
namespace {

using support::sql;

class daily_cleanup : public testing::Test {
protected:
    daily_cleanup() {
        support::run(loop, database.start());
        support::run(loop, one.start());
        support::run(loop, other.start());
        redis_says({"DEL", "upkeep:cleanup"});
    }
    ~daily_cleanup() override {
        support::run(loop, one.stop());
        support::run(loop, other.stop());
        support::run(loop, database.stop());
    }

    redis::reply redis_says(std::vector<std::string> words) {
        return support::run(loop, one.command(std::move(words)));
    }
    bool runs(redis::connection& redis, std::string instance) {
        return support::run(loop, clean_up_when_due(database, redis, std::move(instance),
                                                    operations::usual_retention(), metrics));
    }
    static redis::options redis_options() {
        return redis::parse_url(support::redis().url()).value();
    }

    std::string const url = support::fresh_database();
    asio::io_context loop;
    telemetry::metrics metrics;
    postgres::database database{loop, support::pool_options(url), metrics};
    redis::connection one{loop, redis_options(), metrics}, other{loop, redis_options(), metrics};
};

TEST_F(daily_cleanup, is_done_by_one_instance_once_a_day) {
    sql(url,
        "insert into public.lock_audit (lock_key, event_type, created_at) select 'k', 'e', now() - interval '40 days' from generate_series(1, 3)");
    EXPECT_TRUE(runs(one, "first"));
    EXPECT_EQ(sql(url, "select count(*) from public.lock_audit"), "0");
    EXPECT_FALSE(runs(other, "second"));
    EXPECT_FALSE(runs(one, "first"));
    EXPECT_GT(redis_says({"TTL", "upkeep:cleanup"}).integer(), 22 * 3600);
    EXPECT_THAT(metrics.render(),
                testing::HasSubstr("cleanup_rows_total{table=\"public.lock_audit\"} 3"));
    redis_says({"DEL", "upkeep:cleanup"});  // as a day passes
    EXPECT_TRUE(runs(other, "second"));
}

TEST_F(daily_cleanup, is_tried_again_soon_when_it_failed) {
    sql(url, "alter table public.lock_audit rename to lock_audit_away");
    EXPECT_FALSE(runs(one, "first"));
    EXPECT_LE(redis_says({"TTL", "upkeep:cleanup"}).integer(), 600);
}

TEST(retention, is_as_configured_and_else_as_usual) {
    settings s;
    EXPECT_EQ(retention_of(s), operations::usual_retention());
    s.retention_days["lock-audit"] = 3;
    s.retention_days["outbox"] = 0;
    auto const keep = retention_of(s);
    for (std::size_t i = 0; i < keep.size(); ++i) {
        auto const& rule = operations::cleanup_rules()[i];
        auto const expected = rule.name == "lock-audit" ? std::chrono::days(3)
                              : rule.name == "outbox"   ? std::chrono::days(0)
                                                        : rule.usual;
        EXPECT_EQ(keep[i], expected) << rule.name;
    }
}

}  // namespace
}  // namespace agente::app
