// Feature flags: what they say, who may switch them, and what happens without Redis.
#include <gmock/gmock.h>

#include "embedded/redis_server.hpp"
#include "net/gate.hpp"
#include "support/run.hpp"
#include "tenancy/feature_flags.hpp"
#include "tenancy/flag_routes.hpp"
#include "tenancy/flag_service.hpp"
#include "tenancy/rig.hpp"

namespace agente::tenancy::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string path(std::string const& name, std::string const& tenant = {}) {
    return "/api/v1/admin/feature-flags/" + name + (tenant.empty() ? "" : "?tenant=" + tenant);
}

class feature_flags_test : public testing::Test {
protected:
    feature_flags_test() {
        r.sql(
            "insert into tenants (tenant_id, name) values ('sol', 'Hotel Sol'), ('luna', 'Luna')");
        add_flag_routes(r.routes, service);
    }
    // As another instance, or a person with redis-cli.
    void redis(std::vector<std::string> words) {
        r.run([&]() -> task<> { co_await r.redis.command(words); }());
    }
    bool on(std::string const& hotel = {}) { return r.run(flags.on(flags::booking_create, hotel)); }

    rig r;
    feature_flags flags{r.redis, r.time};
    flag_service service{flags, r.database, r.events};
};

TEST(flag_words, are_those_people_write) {
    for (auto const* yes : {"1", "true", "on", "yes", "TRUE", " On "})
        EXPECT_EQ(flag_word(yes), true) << yes;
    for (auto const* no : {"0", "false", "off", "no", "False"})
        EXPECT_EQ(flag_word(no), false) << no;
    for (auto const* neither : {"", "2", "enabled", "si", "t", "nope"})
        EXPECT_EQ(flag_word(neither), std::nullopt) << neither;
}

TEST(flag_declarations, name_each_flag_once_and_say_what_it_is) {
    std::set<std::string_view> names;
    for (auto const* one : flags::all) {
        EXPECT_TRUE(names.insert(one->name).second) << one->name;
        EXPECT_EQ(one->name.find('@'), std::string_view::npos);
        EXPECT_GT(one->description.size(), 20u);
        EXPECT_FALSE(one->owner.empty());
    }
}

TEST_F(feature_flags_test,
       a_hotels_own_value_counts_before_that_of_all_and_that_before_the_default) {
    EXPECT_TRUE(on());
    EXPECT_TRUE(on("sol"));
    redis({"HSET", "feature_flags", "booking.create", "no"});
    r.time.advance(2s);
    EXPECT_FALSE(on());
    EXPECT_FALSE(on("sol"));
    redis({"HSET", "feature_flags", "booking.create@sol", "YES"});
    r.time.advance(2s);
    EXPECT_TRUE(on("sol"));
    EXPECT_FALSE(on("luna"));
    redis({"HSET", "feature_flags", "booking.create@sol", "perhaps", "booking.create", "?",
           "no.such.flag", "1"});
    r.time.advance(2s);
    EXPECT_TRUE(on("sol")) << "what cannot be read counts as not set";
    EXPECT_TRUE(on());
}

TEST_F(feature_flags_test,
       a_change_elsewhere_is_seen_after_two_seconds_and_redis_is_asked_once_a_second) {
    EXPECT_TRUE(on());
    redis({"HSET", "feature_flags", "booking.create", "0"});
    redis({"CONFIG", "RESETSTAT"});
    r.time.advance(999ms);
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(on());
    r.time.advance(1ms);  // a reading begins, and nobody waits for it
    auto const end = std::chrono::steady_clock::now() + http::test::patience;
    while (on() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    r.time.advance(999ms);
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(on());
    std::vector<std::string> const ask{"INFO", "commandstats"};
    auto const stats = r.run(r.redis.command(ask)).string();
    EXPECT_THAT(stats, testing::ContainsRegex("cmdstat_hgetall:calls=1,")) << stats;
}

TEST_F(feature_flags_test, are_switched_over_http) {
    auto const off = r.ask("operator", "PUT", path("booking.create"), R"({"on": false})");
    ASSERT_EQ(off.status, 200) << off.text;
    EXPECT_EQ(off.body.at("on"), false);
    EXPECT_EQ(off.body.at("for_all"), false);
    EXPECT_EQ(off.body.at("by_default"), true);
    EXPECT_EQ(off.body.at("source"), "current");
    EXPECT_FALSE(on("sol")) << "the instance that switched it follows at once";

    auto const own = r.ask("owner@sol", "PUT", path("booking.create", "sol"), R"({"on": true})");
    ASSERT_EQ(own.status, 200) << own.text;
    EXPECT_EQ(own.body.at("tenant"), "sol");
    EXPECT_EQ(own.body.at("for_tenant"), true);
    EXPECT_EQ(own.body.at("on"), true);
    EXPECT_EQ(r.ask("owner@luna", "GET", path("booking.create")).body.at("on"), false);

    auto const list = r.ask("owner@sol", "GET", "/api/v1/admin/feature-flags");
    ASSERT_EQ(list.status, 200) << list.text;
    EXPECT_EQ(list.body.at("items").as_array().size(), flags::all.size());
    EXPECT_EQ(list.body.at("items").at(0).at("tenant"), "sol");
    EXPECT_EQ(
        r.ask("operator", "GET", "/api/v1/admin/feature-flags").body.at("items").at(0).at("tenant"),
        nullptr);

    EXPECT_EQ(r.ask("owner@sol", "DELETE", path("booking.create", "sol")).body.at("on"), false);
    EXPECT_EQ(r.ask("operator", "DELETE", path("booking.create")).body.at("on"), true);
    auto const noted = r.events.take();
    ASSERT_EQ(noted.size(), 4u);
    EXPECT_EQ(noted[1].type, "flags.changed");
    EXPECT_EQ(noted[1].tenant, "sol");
    EXPECT_EQ(noted[3].details.at("to"), nullptr);
}

TEST_F(feature_flags_test, who_may_not_is_refused_and_nothing_is_switched) {
    auto const all = r.ask("owner@sol", "PUT", path("booking.create"), R"({"on": false})");
    EXPECT_EQ(all.status, 403);
    EXPECT_EQ(all.code(), "flags.for_all_refused");
    EXPECT_EQ(r.ask("owner@sol", "DELETE", path("booking.create")).code(), "flags.for_all_refused");
    EXPECT_THAT(r.events.types(), IsEmpty());
    for (auto const& got :
         {r.ask("owner@sol", "PUT", path("booking.create", "luna"), R"({"on": false})"),
          r.ask("owner@sol", "GET", path("booking.create", "luna")),
          r.ask("operator", "PUT", path("booking.create", "nowhere"), R"({"on": false})")})
        EXPECT_EQ(got.code(), "tenants.not_found") << got.text;
    EXPECT_THAT(r.events.types(),
                ElementsAre("tenancy.other_hotel_refused", "tenancy.other_hotel_refused"));
    EXPECT_EQ(r.ask("viewer@sol", "PUT", path("booking.create", "sol"), R"({"on": false})").status,
              403);
    std::vector<std::string> const ask{"EXISTS", "feature_flags"};
    EXPECT_EQ(r.run(r.redis.command(ask)).integer(), 0);
}

TEST_F(feature_flags_test, unknown_names_are_refused_with_those_there_are) {
    for (auto const* method : {"GET", "PUT", "DELETE"}) {
        auto const got = r.ask("operator", method, path("booking.crate"),
                               method == std::string("PUT") ? R"({"on": true})" : "");
        EXPECT_EQ(got.status, 404);
        EXPECT_EQ(got.code(), "flags.unknown");
        EXPECT_THAT(got.text, HasSubstr("booking.create"));
    }
    EXPECT_EQ(r.ask("operator", "PUT", path("booking.create"), R"({"on": "yes"})").status, 422);
    EXPECT_EQ(r.ask("operator", "PUT", path("booking.create"), R"({})").status, 422);
}

TEST(feature_flags_without_redis, keep_what_was_known_and_then_the_defaults) {
    asio::io_context loop;
    telemetry::metrics metrics;
    mock_clock time{time_point(1s)};
    embedded::redis_server server({.folder = support::server_folder("flags-redis")});
    auto options = redis::parse_url(server.url()).value();
    options.reconnect = {5ms, 20ms};
    redis::connection redis(loop, options, metrics);
    support::run(loop, redis.start());
    std::vector<std::string> const words{"HSET", "feature_flags", "booking.create", "off"};
    support::run(loop, redis.command(words));
    feature_flags known(redis, time);
    feature_flags never(redis, time);
    EXPECT_FALSE(support::run(loop, known.on(flags::booking_create)));

    // It takes what is asked and says nothing: nobody waits for long, and not everybody.
    server.freeze();
    for (int i = 0; i < 50; ++i) {
        time.advance(10ms);
        EXPECT_FALSE(support::run(loop, known.on(flags::booking_create)));
    }
    time.advance(1h);
    EXPECT_FALSE(support::run(loop, known.on(flags::booking_create)));
    EXPECT_TRUE(support::run(loop, never.on(flags::booking_create)));
    server.thaw();
    while (support::run(loop, known.read_now()) != flag_source::current)
        support::run(loop, net::pause(1ms));

    server.stop();
    while (redis.connected()) support::run(loop, net::pause(1ms));
    time.advance(1h);
    EXPECT_FALSE(support::run(loop, known.on(flags::booking_create)));
    EXPECT_EQ(support::run(loop, known.read_now()), flag_source::last_known);
    feature_flags later(redis, time);
    EXPECT_TRUE(support::run(loop, later.on(flags::booking_create)));
    EXPECT_EQ(support::run(loop, later.read_now()), flag_source::declared);
    EXPECT_THROW(support::run(loop, known.set(flags::booking_create, "", true)), redis::error);
    EXPECT_FALSE(support::run(loop, known.on(flags::booking_create)));
    support::run(loop, redis.stop());
}

}  // namespace
}  // namespace agente::tenancy::test
