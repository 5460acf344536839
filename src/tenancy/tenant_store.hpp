// The SQL of tenant_service: hotels as operators see them, whatever their status.
#pragma once

#include <boost/describe.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "net/task.hpp"
#include "postgres/access.hpp"
#include "postgres/query.hpp"

namespace agente::postgres {
class database;
}

namespace agente::tenancy::store {

enum class tenant_status { active, inactive, suspended };
BOOST_DESCRIBE_ENUM(tenant_status, active, inactive, suspended)

struct tenant_record {
    int id{};
    std::string tenant_id, name;
    tenant_status status{tenant_status::active};
    std::optional<int> business_hours_start, business_hours_end;
    std::optional<std::string> business_hours_timezone;
    boost::json::value settings;
    time_point created_at, updated_at;
    std::string version;  // changes with every update of the row
};
BOOST_DESCRIBE_STRUCT(tenant_record, (),
                      (id, tenant_id, name, status, business_hours_start, business_hours_end,
                       business_hours_timezone, settings, created_at, updated_at, version))

struct tenant_search {
    int after{0};  // an id
    std::optional<tenant_status> status;
    std::optional<std::string> words;  // as prefix_query() makes them
    int most{50};
};

// All throw postgres::error. A hotel that `as` may not see is not there.
task<std::vector<tenant_record>> list_tenants(postgres::database& db, postgres::access as,
                                              tenant_search what);
task<std::optional<tenant_record>> read_tenant(postgres::database& db, postgres::access as,
                                               std::string slug);
task<std::optional<tenant_record>> add_tenant(postgres::database& db, postgres::access as,
                                              tenant_record row);
// Of the row that still has this version; nothing: it changed meanwhile, or is gone.
task<std::optional<tenant_record>> write_tenant(postgres::database& db, postgres::access as,
                                                tenant_record row);

struct status_change {
    tenant_record now;
    tenant_status was;
};
task<std::optional<status_change>> set_status(postgres::database& db, postgres::access as,
                                              std::string slug, tenant_status to);

// What stands in the way of deleting a hotel. Counts end at most_counted + 1.
struct belongings {
    int users{}, identifiers{}, inbox{}, outbox{}, bookings{};
    int open_bookings{};  // not settled with the hotel's system yet
    bool found{};
};
BOOST_DESCRIBE_STRUCT(belongings, (),
                      (users, identifiers, inbox, outbox, bookings, open_bookings, found))
inline constexpr int most_counted = 10'000;

struct deletion {
    belongings before;
    bool done{false};
};
// Counts, and deletes the hotel if it has no belongings; all in one transaction.
task<deletion> delete_empty(postgres::database& db, postgres::access as, std::string slug);
// Its belongings go with it, unless bookings are open. What audits it stays.
task<deletion> delete_whole(postgres::database& db, postgres::access as, std::string slug);

struct sealed_row {
    int id{};
    std::string tenant_id;
    boost::json::value settings;
};
BOOST_DESCRIBE_STRUCT(sealed_row, (), (id, tenant_id, settings))
// Hotels with a secret in their settings, by id.
task<std::vector<sealed_row>> with_secrets(postgres::database& db, postgres::access as, int after,
                                           int most);
struct resealed {
    int id;
    std::vector<std::string> path;
    std::string before, after;
};
// Those that are still as they were before. Gives their number.
task<std::int64_t> write_resealed(postgres::database& db, postgres::access as,
                                  std::vector<resealed> all);

std::vector<postgres::query_text> tenant_queries();

}  // namespace agente::tenancy::store
