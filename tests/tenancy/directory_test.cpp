// Which hotel a message is for, asked of a real database by two instances whose time the test
// moves.
#include "tenancy/directory.hpp"

#include <gtest/gtest.h>

#include "postgres/database.hpp"
#include "support/run.hpp"
#include "support/servers.hpp"

namespace agente::tenancy {
namespace {

using namespace std::chrono_literals;
using hotel = std::shared_ptr<tenant const>;

class directory_test : public testing::Test {
protected:
    directory_test() {
        sql("insert into tenants (tenant_id, name, settings) values"
            " ('sol', 'Hotel Sol', '{\"whatsapp\": {\"phone_number_id\": \"100\"}}'), ('luna', 'Luna', '{}');"
            "insert into tenant_user_identifiers (tenant_id, identifier)"
            " select t.id, i from tenants t, unnest('{+59894000001,+59894000002,ana@guest.example}'::text[]) i"
            "  where t.tenant_id = 'sol'");
        support::run(loop, database.start());
    }
    ~directory_test() override { support::run(loop, database.stop()); }

    std::string sql(std::string const& statements) { return support::sql(url, statements); }
    template <class... Arguments>
    hotel who(task<std::optional<resolved>> (directory::*how)(Arguments...),
              std::type_identity_t<Arguments>... asked_for) {
        auto const found = support::run(loop, (here.*how)(asked_for...));
        return found ? found->who : nullptr;
    }
    hotel by_identifier(std::string text) { return who(&directory::by_identifier, text); }
    hotel by_number(std::string id) { return who(&directory::by_number, id); }

    std::string url = support::fresh_database();
    asio::io_context loop;
    telemetry::metrics metrics;
    mock_clock time{time_point{}};
    postgres::database database{loop, support::pool_options(url), metrics};
    directory here{database, time, {}, metrics};
};

TEST_F(directory_test, finds_a_hotel_by_its_number_and_its_guests_in_any_spelling) {
    EXPECT_EQ(by_number("100")->slug, "sol");
    for (auto const* spelling : {"+598 94 000 001", "59894000001", "0059894000001"})
        EXPECT_EQ(by_identifier(spelling)->slug, "sol") << spelling;
    EXPECT_EQ(by_identifier("Ana@Guest.example")->slug, "sol");
    EXPECT_EQ(by_identifier("+59894000003"), nullptr);
    EXPECT_EQ(by_number("101"), nullptr);
}

TEST_F(directory_test, follows_a_change_within_two_seconds_and_asks_nobody_before) {
    EXPECT_EQ(by_number("100")->name, "Hotel Sol");
    EXPECT_EQ(by_identifier("+59894000001")->slug, "sol");
    EXPECT_EQ(by_identifier("+59894000003"), nullptr);
    sql("update tenants set name = 'Sol y Mar' where tenant_id = 'sol';"
        "update tenant_user_identifiers set tenant_id = (select id from tenants where tenant_id = 'luna')"
        " where identifier = '+59894000001';"
        "insert into tenant_user_identifiers (tenant_id, identifier) select id, '+59894000003' from tenants where tenant_id = 'luna'");
    EXPECT_EQ(by_number("100")->name, "Hotel Sol");
    time.advance(500ms);
    EXPECT_EQ(by_identifier("+59894000003")->slug, "luna") << "nobody is asked again soon";
    time.advance(1500ms);
    EXPECT_EQ(by_number("100")->name, "Sol y Mar");
    EXPECT_EQ(by_identifier("+59894000001")->slug, "luna");
}

TEST_F(directory_test, a_suspended_hotel_is_nobodys_and_its_number_no_other_hotels) {
    sql("update tenants set status = 'suspended' where tenant_id = 'sol'");
    EXPECT_EQ(by_number("100"), nullptr);
    EXPECT_EQ(by_identifier("ana@guest.example"), nullptr);
    EXPECT_EQ(who(&directory::by_slug, "sol"), nullptr);
    EXPECT_TRUE(support::run(loop, here.closed("100")));
    EXPECT_EQ(support::run(loop, here.holder_of("100"))->slug, "sol");
    EXPECT_EQ(support::run(loop, here.resolve("100", {"ana@guest.example"})), std::nullopt)
        << "though luna is the only one left";
    EXPECT_EQ(support::run(loop, here.resolve("", {}))->as.slug(), "luna");
}

TEST_F(directory_test, a_hotel_is_one_object_whenever_and_by_whatever_it_was_found) {
    auto const first = by_identifier("+59894000001");
    time.advance(10s);  // long after its answer was fresh
    EXPECT_EQ(by_identifier("+59894000002").get(), first.get());
    EXPECT_EQ(by_number("100").get(), first.get());
    time.advance(10s);
    EXPECT_EQ(who(&directory::by_slug, "sol").get(), first.get());
    EXPECT_EQ(who(&directory::by_claimed_slug, "sol").get(), first.get());
    EXPECT_EQ(by_identifier("ana@guest.example").get(), first.get());
    sql("update tenants set settings = settings || '{\"texts\": {\"welcome\": {\"es\": \"Hola\"}}}' where tenant_id = 'sol'");
    time.advance(10s);
    EXPECT_EQ(by_identifier("+59894000001")->text("welcome", "es"), "Hola");
    EXPECT_EQ(by_identifier("+59894000002")->text("welcome", "es"), "Hola");
}

}  // namespace
}  // namespace agente::tenancy
