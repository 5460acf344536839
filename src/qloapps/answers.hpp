// Reading what QloApps answered. Pure and total: any bytes give a value or an error, numbers may
// come as numbers or texts. Used by the adapter; fuzzed by fuzz/pms_answer_fuzz.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "hotel/money.hpp"
#include "hotel/offer.hpp"

namespace agente::qloapps {

struct pms_answer {
    int status{0};
    std::string content_type;
    std::string body;
};

// What each reader below says besides a value:
//   "pms.unavailable" (unavailable) 502, 503, 504: overloaded or switched off
//   "pms.denied"      (forbidden)   401, 405, 302: key, rights, or a Host that is not the shop's
//   domain "pms.not_found"   (not_found)   404 "pms.nonsense"    (internal)    anything else that
//   is not 200 or 201 with JSON and the expected root

struct hotel_answer {
    std::int64_t id{0};
    std::string name, city, check_in, check_out, phone, email;
};
result<std::vector<hotel_answer>> read_hotels(pms_answer const& a);

struct room_type_answer {
    std::int64_t id{0};
    std::string name;
    std::int64_t tax_rules_group{0};
    bool active{false};
};
result<std::vector<room_type_answer>> read_room_types(pms_answer const& a);

struct limits_answer {
    std::int64_t room_type{0};
    int adults{0}, max_adults{0}, max_children{0}, max_guests{0}, min_los{1}, max_los{0};
};
result<std::vector<limits_answer>> read_limits(pms_answer const& a);

// Those priced with the room, which quotes contain; a forced service priced as a line of its own is
// in neither quote nor bill.
result<std::vector<hotel::extra>> read_forced_extras(pms_answer const& a);

result<std::map<std::string, std::string>> read_configuration(pms_answer const& a);

struct ari_type {
    std::int64_t id{0};
    std::string name;
    int available{0};  // rooms listed as free: the answer's own count is over all types
    hotel::money total_with_tax;
};
struct ari_answer {
    std::string currency;
    bool known{false};  // false: no room_types at all, QloApps knows no such hotel or room type
    std::vector<ari_type> types;
};
result<ari_answer> read_ari(pms_answer const& a);

struct order_answer {
    std::int64_t id{0};
    std::int64_t state{0};
    std::string source;
    std::int64_t total_micros{0};  // with tax; the order does not name its currency
};
result<std::vector<order_answer>> read_orders(pms_answer const& a);

struct row_answer {
    std::int64_t id{0}, order{0}, room{0};
    std::chrono::year_month_day from, to;
    bool cancelled{false}, refunded{false}, back_order{false};

    bool live() const noexcept { return !cancelled && !refunded && !back_order; }
};
result<std::vector<row_answer>> read_rows(pms_answer const& a);

struct created_answer {
    std::int64_t id{0};
    std::string source;
    hotel::money total_with_tax;
};

// The answer to POST bookings. "pms.not_available" (conflict) and "pms.refused" (invalid): a 400,
// nothing was booked. "pms.denied", "pms.unavailable": the webservice said so itself before doing
// anything. Everything else: "pms.outcome_unknown".
result<created_answer> read_created(pms_answer const& a);

// The answer to POST order_histories. "pms.not_found": "Invalid new order status", which is
// QloApps' word for no such order.
result<void> read_cancelled(pms_answer const& a);

}  // namespace agente::qloapps
