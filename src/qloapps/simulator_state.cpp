#include "qloapps/simulator_state.hpp"

#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

#include "base/text.hpp"
#include "hotel/stay.hpp"

namespace agente::qloapps::simulation {

namespace {

template <class Table>
auto find_in(Table& table, std::int64_t id) noexcept -> decltype(table.data()) {
    auto const found = std::ranges::find(table, id, [](auto const& row) { return row.id; });
    return found == table.end() ? nullptr : &*found;
}

std::chrono::sys_days to_days(std::string_view day) {
    return std::chrono::sys_days(hotel::parse_iso(day).value());
}

// The first night the row no longer needs its room.
std::string_view end_of(room_row const& row) {
    auto const left = std::string_view(row.check_out).substr(0, 10);
    return row.status == 3 && left >= row.from && left < row.to ? left : std::string_view(row.to);
}

}  // namespace

customer* state::find_customer(std::int64_t id) noexcept { return find_in(customers, id); }
order* state::find_order(std::int64_t id) noexcept { return find_in(orders, id); }
room_row* state::find_row(std::int64_t id) noexcept { return find_in(rows, id); }

customer* state::find_customer(std::string_view email) noexcept {
    auto const wanted = text::lower(email);
    auto const found = std::ranges::find_if(
        customers, [&](auto const& c) { return text::lower(c.email) == wanted; });
    return found == customers.end() ? nullptr : &*found;
}

std::vector<room_row const*> state::rows_of(std::int64_t order_id) const {
    std::vector<room_row const*> found;
    for (auto const& row : rows)
        if (row.order == order_id) found.push_back(&row);
    return found;
}

bool state::is_free(std::int64_t room_id, std::string_view from, std::string_view to) const {
    return std::ranges::none_of(rows, [&](room_row const& row) {
        return row.room == room_id && !row.refunded && !row.cancelled && row.from < to &&
               from < end_of(row);
    });
}

std::int64_t state::net_of(simulation::order const& o) const {
    auto net = o.raised;
    for (auto const* row : rows_of(o.id)) {
        net += row->net;
        for (auto const& line : row->services) net += line.net;
    }
    return net;
}

std::int64_t state::tax_of(simulation::order const& o) const {
    std::int64_t tax = 0;
    for (auto const* row : rows_of(o.id)) {
        tax += row->tax;
        for (auto const& line : row->services) tax += line.tax;
    }
    return tax;
}

void state::set_state(shop const& s, simulation::order& o, std::int64_t to,
                      std::string const& now) {
    histories.push_back({++last.history, o.id, to, now});
    o.state = to;
    o.date_upd = now;
    bool const cancels = to == s.configured("PS_OS_CANCELED");
    bool const refunds = to == s.configured("PS_OS_REFUND");
    if (!cancels && !refunds) return;
    for (auto& row : rows) {
        if (row.order != o.id) continue;
        row.refunded = true;
        row.cancelled = row.cancelled || cancels;
        row.date_upd = now;
    }
}

std::string shop_time(shop const& s, time_point t) {
    auto const local =
        std::chrono::floor<std::chrono::seconds>(t + std::chrono::minutes(s.utc_offset_minutes));
    auto const day = std::chrono::floor<std::chrono::days>(local);
    std::chrono::hh_mm_ss const time(local - day);
    return fmt::format("{} {:02}:{:02}:{:02}", hotel::to_iso(std::chrono::year_month_day(day)),
                       time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::optional<std::string> parse_day(std::string_view text) {
    auto const day = hotel::parse_iso(text.substr(0, 10));
    if (day.has_error()) return std::nullopt;
    return hotel::to_iso(day.value());
}

int nights_between(std::string_view from, std::string_view to) {
    return static_cast<int>((to_days(to) - to_days(from)).count());
}

std::string next_day(std::string_view day) {
    return hotel::to_iso(std::chrono::year_month_day(to_days(day) + std::chrono::days(1)));
}

boost::json::value save(state const& s) { return boost::json::value_from(s); }
state restore(boost::json::value const& saved) { return boost::json::value_to<state>(saved); }

}  // namespace agente::qloapps::simulation
