// The locks that are held, and what happened to them, over HTTP: real locks in a real Redis.
#include "booking/lock_routes.hpp"

#include <gmock/gmock.h>

#include "booking/lock_view.hpp"
#include "booking/stay_lock.hpp"
#include "tenancy/keys.hpp"
#include "tenancy/rig.hpp"

namespace agente::booking {
namespace {

using namespace std::chrono_literals;
using tenancy::scope;
using tenancy::test::answer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr auto active = "/api/v1/admin/locks";
constexpr auto audit = "/api/v1/admin/locks/audit";

class lock_routes : public testing::Test {
protected:
    lock_routes() {
        r.sql(
            "insert into tenants (tenant_id, name) values ('sol', 'Hotel Sol'), ('luna', 'Luna')");
        add_lock_routes(r.routes, view);
    }
    ~lock_routes() override {
        held.clear();
        r.run(locks.drain(5s));
        r.run(events.drain(5s));
    }
    void hold(std::string const& hotel, std::int64_t room_type, std::string const& from,
              std::string const& to, std::string const& reference) {
        auto const nights =
            hotel::stay::make(hotel::parse_iso(from).value(), hotel::parse_iso(to).value()).value();
        auto got =
            r.run(locks.acquire(scope::for_command_line(hotel), room_type, nights, 5s, reference));
        ASSERT_TRUE(got.has_value());
        held.push_back(std::move(*got));
        r.run(events.drain(5s));
    }
    void redis(std::vector<std::string> words) {
        r.run([&]() -> task<> { co_await r.redis.command(words); }());
    }
    static std::vector<std::string> keys(answer const& got) {
        std::vector<std::string> out;
        EXPECT_EQ(got.status, 200) << got.text;
        for (auto const& item : got.body.at("items").as_array())
            out.emplace_back(item.at("key").as_string());
        return out;
    }

    tenancy::test::rig r;
    real_clock time;
    lock_events events{r.loop, r.database, r.metrics};
    stay_locks locks{r.loop,   r.redis, r.database, time, events, {.instance = "instance-1"},
                     r.metrics};
    lock_view view{r.redis, r.database, time};
    std::vector<stay_lock> held;
};

TEST_F(lock_routes, a_held_stay_is_one_lock_with_its_holder_and_fence) {
    hold("sol", 7, "2027-03-12", "2027-03-15", "REF-1");
    auto const got = r.ask("owner@sol", "GET", active);
    ASSERT_THAT(keys(got), ElementsAre("lock:sol:stay:7:2027-03-12..2027-03-15")) << got.text;
    auto const& lock = got.body.at("items").at(0);
    EXPECT_EQ(lock.at("kind"), "stay");
    EXPECT_EQ(lock.at("tenant"), "sol");
    EXPECT_EQ(lock.at("holder"), "instance-1");
    EXPECT_EQ(lock.at("reference"), "REF-1");
    EXPECT_EQ(lock.at("fence").to_number<std::int64_t>(), held[0].fence());
    EXPECT_GE(lock.at("age_ms").to_number<std::int64_t>(), 0);
    auto const left = lock.at("expires_in_ms").to_number<std::int64_t>();
    EXPECT_TRUE(left > 0 && left <= 15'000) << left;
    EXPECT_EQ(got.body.at("complete"), true);
    std::vector<std::string> const ask{"GET", "lock:sol:stay:7:2027-03-12"};
    auto const token = r.run(r.redis.command(ask)).string();
    EXPECT_THAT(got.text, Not(HasSubstr(token))) << "who knows the token could end the lock";

    r.run(held[0].release());
    r.run(events.drain(5s));
    EXPECT_THAT(keys(r.ask("owner@sol", "GET", active)), IsEmpty());
}

TEST_F(lock_routes, every_hotel_sees_its_own_and_operators_all) {
    hold("sol", 7, "2027-03-12", "2027-03-13", "REF-1");
    hold("luna", 7, "2027-03-12", "2027-03-14", "REF-2");
    redis({"SET", "lock:luna:turn:+5491155550001", "instance-2", "PX", "60000"});
    redis({"SET", "lock:sol:turn_of_stay:7:2027-03-12", "instance-3", "PX", "60000"});
    redis({"SET", "lock:solar:stay:1:2027-01-01", "x", "PX", "60000"});
    redis({"SET", "session:sol:+1", "{}"});
    EXPECT_THAT(keys(r.ask("owner@sol", "GET", active)),
                ElementsAre("lock:sol:stay:7:2027-03-12..2027-03-13",
                            "lock:sol:turn_of_stay:7:2027-03-12"));
    EXPECT_THAT(
        keys(r.ask("operator", "GET", active)),
        ElementsAre("lock:luna:stay:7:2027-03-12..2027-03-14", "lock:luna:turn:+54*******0001",
                    "lock:sol:stay:7:2027-03-12..2027-03-13", "lock:sol:turn_of_stay:7:2027-03-12",
                    "lock:solar:stay:1:2027-01-01..2027-01-02"));
    EXPECT_THAT(
        keys(r.ask("operator", "GET", std::string(active) + "?tenant=luna")),
        ElementsAre("lock:luna:stay:7:2027-03-12..2027-03-14", "lock:luna:turn:+54*******0001"));

    for (auto const* path : {active, audit}) {
        auto const got = r.ask("owner@sol", "GET", std::string(path) + "?tenant=luna");
        EXPECT_EQ(got.code(), "tenants.not_found") << got.text;
        EXPECT_THAT(r.events.types(), ElementsAre("tenancy.other_hotel_refused"));
        EXPECT_EQ(r.ask("viewer@sol", "GET", path).status, 403);
    }
    EXPECT_THAT(keys(r.ask("owner@sol", "GET", audit)),
                ElementsAre("lock:sol:stay:7:2027-03-12..2027-03-13"));
    EXPECT_THAT(keys(r.ask("operator", "GET", audit)),
                ElementsAre("lock:luna:stay:7:2027-03-12..2027-03-14",
                            "lock:sol:stay:7:2027-03-12..2027-03-13"));
}

TEST_F(lock_routes, many_locks_are_cut_off_and_it_is_said) {
    lock_view small(r.redis, r.database, time, {.most_locks = 5});
    for (int i = 0; i < 20; ++i)
        redis({"SET", "lock:sol:other:" + std::to_string(i), "x", "PX", "60000"});
    auto const who = tenancy::test::somebody("owner@sol", r.events);
    auto const got = r.run(small.active(*who, std::nullopt));
    EXPECT_EQ(got.items.size(), 5u);
    EXPECT_FALSE(got.complete);
    EXPECT_TRUE(r.run(view.active(*who, std::nullopt)).complete);
}

TEST_F(lock_routes, the_audit_is_filtered_and_read_in_pages) {
    r.sql(
        "insert into lock_audit (tenant_id, lock_key, event_type, details, created_at) "
        "select case n % 2 when 0 then 'sol' else 'luna' end, 'lock:' || n % 4, case n % 3 when 0 then 'acquired' else 'released' end, "
        "jsonb_build_object('n', n), timestamptz '2026-11-24 10:00Z' + n / 2 * interval '1 minute' from generate_series(0, 19) n");
    auto const numbers = [&](std::string const& who, std::string const& query) {
        std::vector<int> out;
        std::string cursor;
        do {
            auto const got = r.ask(who, "GET", std::string(audit) + "?limit=3" + query + cursor);
            EXPECT_EQ(got.status, 200) << got.text;
            if (got.status != 200) break;
            for (auto const& item : got.body.at("items").as_array())
                out.push_back(item.at("details").at("n").to_number<int>());
            cursor = got.body.at("next_cursor").is_null()
                         ? ""
                         : "&cursor=" + std::string(got.body.at("next_cursor").as_string());
        } while (!cursor.empty() && out.size() < 100);
        return out;
    };
    EXPECT_THAT(numbers("operator", ""),
                ElementsAre(19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
    EXPECT_THAT(numbers("owner@sol", ""), ElementsAre(18, 16, 14, 12, 10, 8, 6, 4, 2, 0));
    EXPECT_THAT(numbers("owner@sol", "&key=lock:2&event=acquired"), ElementsAre(18, 6));
    EXPECT_THAT(numbers("operator", "&tenant=luna&from=2026-11-24T10:07:00Z"),
                ElementsAre(19, 17, 15));
    EXPECT_THAT(numbers("operator", "&to=2026-11-24T10:01:00Z"), ElementsAre(1, 0));
    EXPECT_THAT(numbers("owner@luna", "&key=lock:0"), IsEmpty());
    for (auto const* bad :
         {"?event=eaten", "?from=yesterday", "?cursor=7b7d", "?limit=1000", "?nonsense=1"})
        EXPECT_EQ(r.ask("operator", "GET", std::string(audit) + bad).status, 422) << bad;
}

}  // namespace
}  // namespace agente::booking
