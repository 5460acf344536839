// What a simulated shop has written: customers, orders, room rows, histories, invoices, payments.
// In memory, of one loop.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "qloapps/simulator_shop.hpp"

namespace agente::qloapps::simulation {

// Days are "YYYY-MM-DD" and moments "YYYY-MM-DD HH:MM:SS", shop time: their order as text is their
// order in time.
inline constexpr std::string_view no_moment = "0000-00-00 00:00:00";

struct customer {
    std::int64_t id{0};
    std::string first, last, email, phone;
};

struct service_line {
    std::int64_t service{0};
    int quantity{1};
    std::int64_t net{0};
    std::int64_t tax{0};
};

struct room_row {
    std::int64_t id{0}, order{0}, order_detail{0}, cart{0}, type{0}, room{0}, customer{0};
    std::string from, to;
    int adults{0}, children{0};
    std::vector<int> child_ages;
    int status{1};  // 1 allotted, 2 checked in, 3 checked out
    std::string comment;
    std::string check_in{no_moment}, check_out{no_moment};
    std::int64_t net{0}, tax{0};  // of the whole stay
    bool cancelled{false}, refunded{false}, back_order{false};
    std::vector<service_line> services;
    std::string date_add, date_upd;
};

struct order {
    std::int64_t id{0}, cart{0}, customer{0}, state{0};
    std::string source, reference, payment{"Order from API"};
    int payment_type{1};
    std::int64_t paid{0};
    std::int64_t raised{0};  // by a price_details.total_price_with_tax above the computed one
    std::int64_t invoice{0};
    std::string invoice_date{no_moment};
    std::vector<std::string> remarks;  // newest first
    std::string date_add, date_upd;
    bool detached{false};  // a PUT on orders zeroed its hidden columns: it is in no list any more
};

struct history {
    std::int64_t id{0}, order{0}, state{0};
    std::string date_add;
};

struct invoice {
    std::int64_t id{0}, order{0}, net{0}, gross{0};
    std::string date_add;
};

struct payment {
    std::int64_t id{0}, order{0};
    std::string order_reference;
    std::int64_t amount{0};
    int payment_type{1};
    std::string date_add;
};

// The last id given out of each table; customer 1 is the shop's own demo customer.
struct counters {
    std::int64_t customer{1}, order{0}, cart{0}, order_detail{0}, row{0}, history{0}, invoice{0},
        payment{0};
};

struct state {
    counters last;
    std::vector<simulation::customer> customers;
    std::vector<simulation::order> orders;
    std::vector<room_row> rows;
    std::vector<simulation::history> histories;
    std::vector<simulation::invoice> invoices;
    std::vector<simulation::payment> payments;

    simulation::customer* find_customer(std::int64_t id) noexcept;
    simulation::customer* find_customer(std::string_view email) noexcept;
    simulation::order* find_order(std::int64_t id) noexcept;
    room_row* find_row(std::int64_t id) noexcept;
    std::vector<room_row const*> rows_of(std::int64_t order_id) const;

    // Whether nothing live holds the room on a night of [from, to). A checked-out guest's room is
    // free from that day on.
    bool is_free(std::int64_t room_id, std::string_view from, std::string_view to) const;

    std::int64_t net_of(simulation::order const& o) const;  // rooms, services and what was raised
    std::int64_t tax_of(simulation::order const& o) const;

    // Sets the state as an order_history does: a row of history, released rooms when the state is
    // one that releases.
    void set_state(shop const& s, simulation::order& o, std::int64_t to, std::string const& now);
};

// A day's and a moment's text in the shop's clock.
std::string shop_time(shop const& s, time_point t);
// The day of a request's date, a time part cut off; nothing for what is no date.
std::optional<std::string> parse_day(std::string_view text);
int nights_between(std::string_view from, std::string_view to);  // both valid days
std::string next_day(std::string_view day);

boost::json::value save(state const& s);
state restore(
    boost::json::value const& saved);  // throws what Boost.JSON throws when it is no saved state

BOOST_DESCRIBE_STRUCT(customer, (), (id, first, last, email, phone))
BOOST_DESCRIBE_STRUCT(service_line, (), (service, quantity, net, tax))
BOOST_DESCRIBE_STRUCT(room_row, (),
                      (id, order, order_detail, cart, type, room, customer, from, to, adults,
                       children, child_ages, status, comment, check_in, check_out, net, tax,
                       cancelled, refunded, back_order, services, date_add, date_upd))
BOOST_DESCRIBE_STRUCT(order, (),
                      (id, cart, customer, state, source, reference, payment, payment_type, paid,
                       raised, invoice, invoice_date, remarks, date_add, date_upd, detached))
BOOST_DESCRIBE_STRUCT(history, (), (id, order, state, date_add))
BOOST_DESCRIBE_STRUCT(invoice, (), (id, order, net, gross, date_add))
BOOST_DESCRIBE_STRUCT(payment, (), (id, order, order_reference, amount, payment_type, date_add))
BOOST_DESCRIBE_STRUCT(counters, (),
                      (customer, order, cart, order_detail, row, history, invoice, payment))
BOOST_DESCRIBE_STRUCT(state, (), (last, customers, orders, rows, histories, invoices, payments))

}  // namespace agente::qloapps::simulation
