// Turns that end together in one statement: each stands or falls by itself.
#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "base/ids.hpp"
#include "channels/rig.hpp"

namespace agente::channels {
namespace {

using namespace std::chrono_literals;

class ends : public testing::Test {
protected:
    void SetUp() override {
        here.add_hotel("hotel-demo", "Hotel Demo");
        one = &here.start();
    }

    // A stored message whose conversation nobody works on.
    std::string stored(std::string const& guest, std::string const& owner) {
        auto const id = new_uuid();
        here.sql(fmt::format(
            "insert into agente.inbox (id, channel, provider_message_id, tenant_id, guest, recipient, kind, body, lease_owner, "
            "lease_until) values ('{0}', 'whatsapp', '{0}', 'hotel-demo', '{1}', '{2}', 'text', '{{}}', '{3}', now() + '1 hour')",
            id, guest, demo_number, owner));
        return id;
    }

    // All asked for in the same moment.
    using outcome = std::future<std::optional<std::vector<outgoing>>>;
    outcome end(std::string guest, std::vector<std::string> messages, std::string words) {
        turn_ending what{.of = {"whatsapp", demo_number, std::move(guest)},
                         .inbox_ids = std::move(messages),
                         .outcome = "answered",
                         .tenant = "hotel-demo",
                         .replies = {{{"text", std::move(words)}}}};
        return asio::co_spawn(one->loop, one->outbox.end_turn(std::move(what), {new_uuid()}),
                              asio::use_future);
    }
    bool over(outcome const& one_of_them) {
        return here.until([&] { return one_of_them.wait_for(0s) == std::future_status::ready; });
    }

    world here;
    instance* one{};
};

TEST_F(ends, those_who_lost_a_message_write_nothing_and_the_others_all_of_theirs) {
    auto const whole = stored("+1", one->owner), first = stored("+2", one->owner),
               taken = stored("+2", "another instance");
    auto a = end("+1", {whole}, "for one"), b = end("+2", {first, taken}, "for two");
    ASSERT_TRUE(over(a) && over(b));
    EXPECT_EQ(a.get().value().size(), 1u);
    EXPECT_FALSE(b.get());
    EXPECT_EQ(
        here.sql("select string_agg(concat_ws(' ', o.guest, o.message ->> 'text', o.inbox_id = '" +
                 whole + "'), ', ') from agente.outbox o"),
        "+1 for one t");
    EXPECT_EQ(here.sql("select string_agg(guest, ' ') from agente.inbox where done_at is not null"),
              "+1");
}

TEST_F(ends, what_the_server_refuses_fails_alone) {
    auto const good = stored("+1", one->owner), bad = stored("+2", one->owner);
    auto a = end("+1", {good}, "fine");
    auto b = end("+2", {bad}, std::string("a\0b", 3));  // jsonb holds no NUL
    ASSERT_TRUE(over(a) && over(b));
    EXPECT_EQ(a.get().value().size(), 1u);
    EXPECT_THROW(b.get(), postgres::error);
    EXPECT_EQ(here.sql("select string_agg(guest, ' ') from agente.inbox where done_at is not null"),
              "+1");
}

}  // namespace
}  // namespace agente::channels
