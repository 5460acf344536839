#include "qloapps/pms_check.hpp"

#include <gmock/gmock.h>

#include "adapter_fixture.hpp"
#include "net/raw_server.hpp"
#include "qloapps/pms_rights.hpp"
#include "qloapps/pms_write_test.hpp"

namespace agente::qloapps::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using weight = pms_observation::weight;
using action = simulation::fault::action;

pms_observation of(pms_observations const& all, std::string_view check) {
    auto const found = std::ranges::find(all, check, &pms_observation::check);
    if (found != all.end()) return *found;
    ADD_FAILURE() << "nothing is said of " << check;
    return {};
}

bool has(pms_observations const& all, std::string_view check) {
    return std::ranges::find(all, check, &pms_observation::check) != all.end();
}

std::string faults_of(pms_observations const& all) {
    std::string out;
    for (auto const& one : all)
        if (one.level >= weight::warning) out += one.check + " ";
    return out;
}

class pms_check_test : public adapter_test {
protected:
    pms_observations checked() { return checked(options()); }
    pms_observations checked(adapter_options with) {
        auto all = run(check_pms(http_, hotel_.time, with));
        for (auto const& one : all) {
            EXPECT_THAT(one.what + one.cure, Not(HasSubstr(std::string(with.key.reveal()))));
            if (one.level >= weight::warning) {
                EXPECT_FALSE(one.cure.empty()) << one.check;
            }
        }
        return all;
    }
    pms_observations tried() { return run(try_a_booking(*pms_, hotel_.time)); }
    adapter_options with_key(std::string key) {
        auto with = options();
        with.key = secret(std::move(key));
        return with;
    }
    // A web server that answers everything with these bytes.
    pms_observations answered(std::string bytes) {
        agente::testing::raw_server const server(
            hotel_.loop, [&bytes](agente::testing::raw_peer& peer) -> task<> {
                for (;;) {
                    co_await peer.next_request();
                    co_await peer.send(bytes);
                }
            });
        auto with = with_key("KEY-OF-THIS-TEST");
        with.base_url = server.url("");
        return checked(with);
    }
    void book_something() {
        auto const made =
            run(pms_->create(order(offer(1, nights("2027-01-10", "2027-01-12")), "a-guest")));
        ASSERT_TRUE(made.has_value());
    }
    std::size_t live_rows() {
        return static_cast<std::size_t>(
            std::ranges::count_if(hotel_.simulator.state().rows,
                                  [](auto const& row) { return !row.cancelled && !row.refunded; }));
    }
};

TEST_F(pms_check_test, a_good_shop_has_no_faults_and_is_only_read) {
    book_something();
    auto const before = orders_made();
    auto const all = checked();
    EXPECT_EQ(faults_of(all), "");
    for (auto const* check :
         {"pms.reach", "pms.key", "pms.version", "pms.rights", "pms.hotel", "pms.rooms",
          "pms.settings", "pms.prices", "pms.tax.groups", "pms.latency"})
        EXPECT_EQ(of(all, check).level, weight::ok) << check;
    EXPECT_THAT(of(all, "pms.hotel").what, HasSubstr("The Hotel Prime"));
    EXPECT_THAT(of(all, "pms.prices").what, HasSubstr("20 rooms free"));
    EXPECT_EQ(orders_made(), before);
}

TEST_F(pms_check_test, an_unknown_key_and_a_short_one) {
    auto all = checked(with_key("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"));
    ASSERT_EQ(all.size(), 1);
    EXPECT_EQ(all[0].check, "pms.key");
    EXPECT_EQ(all[0].level, weight::fault);
    EXPECT_THAT(all[0].what, HasSubstr("does not know this key"));

    all = checked(with_key("too-short"));
    ASSERT_EQ(all.size(), 1);
    EXPECT_THAT(all[0].what, HasSubstr("32 characters"));
}

TEST_F(pms_check_test, a_webservice_that_is_switched_off) {
    fail_next("", "", action::switched_off, false, -1);
    auto const all = checked();
    ASSERT_EQ(all.size(), 1);
    EXPECT_EQ(all[0].check, "pms.webservice");
    EXPECT_THAT(all[0].what, HasSubstr("code 22"));
    EXPECT_THAT(all[0].cure, HasSubstr("Enable webservice"));
}

TEST_F(pms_check_test, missing_rights_are_named_one_by_one) {
    auto const all = checked(with_key("TESTKEY_RO"));
    EXPECT_EQ(of(all, "pms.key").level, weight::ok);
    EXPECT_FALSE(has(all, "pms.rights"));
    EXPECT_FALSE(has(all, "pms.right.hotels"));
    for (auto const* check : {"pms.right.bookings", "pms.right.hotel_ari", "pms.right.orders"})
        EXPECT_EQ(of(all, check).level, weight::fault);
    EXPECT_THAT(of(all, "pms.right.bookings").cure, HasSubstr("tick POST in the row bookings"));
}

TEST_F(pms_check_test, a_host_that_is_not_the_shops_is_told_with_the_one_that_is) {
    hotel_.simulator.shop().domain = "shop.hotel.example";
    auto with = options();
    with.base_url = fmt::format("http://127.0.0.1:{}", hotel_.port);
    auto const all = checked(with);
    ASSERT_EQ(all.size(), 1);
    EXPECT_EQ(all[0].check, "pms.host");
    EXPECT_THAT(all[0].what, HasSubstr("shop.hotel.example"));
}

TEST_F(pms_check_test, a_server_that_drops_the_authorization_header) {
    auto const all = answered(agente::testing::http_answer("401 Unauthorized", "401 Unauthorized",
                                                           "Content-Type: text/html\r\n"));
    ASSERT_EQ(all.size(), 1);
    EXPECT_EQ(all[0].check, "pms.authorization");
    EXPECT_THAT(all[0].cure, HasSubstr("CGIPassAuth"));
}

TEST_F(pms_check_test, a_page_instead_of_data) {
    auto all = answered(agente::testing::http_answer("<!DOCTYPE html><html>Back soon</html>",
                                                     "200 OK", "Content-Type: text/html\r\n"));
    ASSERT_EQ(all.size(), 1);
    EXPECT_THAT(all[0].what, HasSubstr("a page came"));

    all = answered(agente::testing::http_answer("<html>no such page</html>", "404 Not Found",
                                                "Content-Type: text/html\r\n"));
    ASSERT_EQ(all.size(), 1);
    EXPECT_THAT(all[0].cure, HasSubstr("mod_rewrite"));
}

TEST_F(pms_check_test, any_answer_at_all_ends_in_a_fault_with_a_cure) {
    for (auto const* status : {"200 OK", "400 Bad Request", "403 Forbidden", "418 Teapot",
                               "500 Oops", "502 Bad Gateway", "302 Found"})
        for (auto const* type : {"application/json", "text/xml", "text/html"})
            for (auto const* body : {"", "{}", "[]", "<a", "null", "\xff\xfe"}) {
                auto const all = answered(agente::testing::http_answer(
                    body, status, fmt::format("Content-Type: {}\r\n", type)));
                EXPECT_TRUE(std::ranges::any_of(
                    all, [](auto const& o) { return o.level == weight::fault; }))
                    << status << type << body;
            }
}

TEST_F(pms_check_test, a_shop_that_does_not_answer_is_asked_once) {
    fail_next("", "", action::hang, false, -1);
    auto with = options();
    with.read_deadline = std::chrono::milliseconds(100);
    auto const all = checked(with);
    ASSERT_EQ(all.size(), 1);
    EXPECT_EQ(all[0].check, "pms.reach");
    EXPECT_THAT(all[0].cure, HasSubstr("PMS_TIMEOUT"));
    hotel_.simulator.release();
}

TEST_F(pms_check_test, a_shop_that_goes_away_in_the_middle_is_told_once) {
    fail_next("GET", "room_types", action::cut, false, -1);
    auto const all = checked();
    EXPECT_EQ(of(all, "pms.hotel").level, weight::ok);
    EXPECT_EQ(faults_of(all), "pms.reach ");
}

TEST_F(pms_check_test, a_shop_that_is_gone) {
    auto with = options();
    with.base_url = "http://127.0.0.1:1";
    auto const all = checked(with);
    ASSERT_EQ(all.size(), 1);
    EXPECT_EQ(all[0].check, "pms.reach");
    EXPECT_THAT(all[0].cure, HasSubstr("firewalls"));
}

// Every look at it is three seconds later.
class hurrying_clock final : public clock {
public:
    explicit hurrying_clock(clock const& under) : under_(under) {}
    time_point now() const override { return under_.now(); }
    std::chrono::steady_clock::time_point steady_now() const override {
        return std::chrono::steady_clock::time_point(std::chrono::seconds(3) * ++looks_);
    }

private:
    clock const& under_;
    mutable int looks_{0};
};

TEST_F(pms_check_test, a_slow_shop_is_a_warning) {
    hurrying_clock const time(hotel_.time);
    auto const all = run(check_pms(http_, time, options()));
    EXPECT_EQ(of(all, "pms.latency").level, weight::warning);
    EXPECT_THAT(of(all, "pms.latency").what, HasSubstr("3000 ms"));
}

TEST_F(pms_check_test, another_hotel_id_is_told_with_those_that_are_there) {
    auto with = options();
    with.hotel_id = 9;
    auto const one = of(checked(with), "pms.hotel");
    EXPECT_EQ(one.level, weight::fault);
    EXPECT_THAT(one.what, HasSubstr("1 (The Hotel Prime)"));
}

TEST_F(pms_check_test, room_types_without_a_tax_rule_or_without_limits) {
    hotel_.simulator.shop().room_types[1].tax_rules_group = 0;
    auto const one = of(checked(), "pms.tax");
    EXPECT_EQ(one.level, weight::fault);
    EXPECT_THAT(one.what, HasSubstr("Delux Rooms"));
}

TEST_F(pms_check_test, prices_without_any_tax) {
    hotel_.simulator.shop().tax_millionths = 0;
    EXPECT_EQ(of(checked(), "pms.tax.none").level, weight::warning);
}

TEST_F(pms_check_test, groups_that_show_prices_without_tax_are_seen_by_reading_a_booking) {
    EXPECT_EQ(of(checked(), "pms.tax.groups").level, weight::info) << "there is no booking to read";
    book_something();
    hotel_.simulator.shop().groups_without_tax = true;
    auto const one = of(checked(), "pms.tax.groups");
    EXPECT_EQ(one.level, weight::fault);
    EXPECT_THAT(one.cure, HasSubstr("Customers > Groups"));
}

TEST_F(pms_check_test, without_the_state_canceled_nothing_can_be_cancelled) {
    std::erase_if(hotel_.simulator.shop().configuration,
                  [](auto const& c) { return c.first == "PS_OS_CANCELED"; });
    EXPECT_EQ(of(checked(), "pms.settings").level, weight::fault);
}

TEST_F(pms_check_test, the_write_test_books_cancels_and_proves_it) {
    auto const all = tried();
    EXPECT_EQ(faults_of(all), "");
    EXPECT_EQ(of(all, "pms.write.book").level, weight::ok);
    EXPECT_THAT(of(all, "pms.write.cancel").what, HasSubstr("read again"));
    EXPECT_EQ(orders_made(), 1);
    EXPECT_EQ(live_rows(), 0);
    EXPECT_TRUE(hotel_.simulator.state().orders.front().source.starts_with("agente-check:"));
    EXPECT_GT(hotel_.simulator.state().rows.front().from, "2028-10-01");
}

TEST_F(pms_check_test, a_booking_whose_answer_is_lost_is_found_and_cancelled) {
    fail_next("POST", "bookings", action::cut, true);
    auto const all = tried();
    EXPECT_EQ(of(all, "pms.write.book").level, weight::fault);
    EXPECT_EQ(of(all, "pms.write.cancel").level, weight::ok);
    EXPECT_EQ(live_rows(), 0);
}

TEST_F(pms_check_test, groups_without_tax_are_seen_by_the_write_test_and_nothing_stays) {
    hotel_.simulator.shop().groups_without_tax = true;
    auto const all = tried();
    EXPECT_THAT(of(all, "pms.write.book").cure, HasSubstr("Customers > Groups"));
    EXPECT_EQ(live_rows(), 0);
}

TEST_F(pms_check_test, a_booking_that_cannot_be_cancelled_is_named_loudly) {
    fail_next("POST", "order_histories", action::fatal, false, -1);
    auto const one = of(tried(), "pms.write.cancel");
    EXPECT_EQ(one.level, weight::fault);
    EXPECT_THAT(one.what, HasSubstr("ORDER 1 (agente-check:"));
    EXPECT_THAT(one.what, HasSubstr("MAY STILL BE BOOKED for 2028-"));
    EXPECT_THAT(one.cure, HasSubstr("Canceled"));
    EXPECT_EQ(live_rows(), 1);
}

TEST_F(pms_check_test, a_full_hotel_is_not_booked) {
    for (auto& kind : hotel_.simulator.shop().room_types) kind.min_los = 3;
    auto const all = tried();
    EXPECT_EQ(faults_of(all), "pms.write.offer ");
    EXPECT_EQ(orders_made(), 0);
}

TEST(pms_rights, what_is_no_list_of_resources_is_an_error) {
    for (auto const* xml : {"", "<qloapps/>", "<html></html>", "{\"api\":1}"})
        EXPECT_TRUE(read_rights(xml).has_error()) << xml;
}

}  // namespace
}  // namespace agente::qloapps::test
