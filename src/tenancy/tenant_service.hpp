// Hotels and their settings, for who may: what the HTTP API and the command line do with them. One
// a worker.
#pragma once

#include <optional>
#include <string>

#include "http/page.hpp"
#include "net/task.hpp"
#include "tenancy/caller.hpp"
#include "tenancy/sealer.hpp"
#include "tenancy/tenant_settings.hpp"
#include "tenancy/tenant_store.hpp"

namespace agente::tenancy {

class feature_flags;
class security_log;
using store::tenant_status;

struct business_hours {
    std::optional<int> start,
        end;  // hours of the day, 0 to 24; an end before the start: past midnight
    std::optional<std::string> timezone;
};
BOOST_DESCRIBE_STRUCT(business_hours, (), (start, end, timezone))

struct tenant_view {
    std::string slug, name;
    tenant_status status{tenant_status::active};
    tenancy::business_hours business_hours;
    settings_view settings;
    time_point created_at, updated_at;
};
BOOST_DESCRIBE_STRUCT(tenant_view, (),
                      (slug, name, status, business_hours, settings, created_at, updated_at))

struct business_hours_change {
    change<int> start, end;
    change<std::string> timezone;
};
BOOST_DESCRIBE_STRUCT(business_hours_change, (), (start, end, timezone))

// What is missing stays as it is.
struct tenant_change {
    std::optional<std::string> name;
    change<business_hours_change> business_hours;
    std::optional<settings_change> settings;
};

struct tenants_key {  // of a page's last hotel
    int id{};
};
BOOST_DESCRIBE_STRUCT(tenants_key, (), (id))

struct tenant_filter {
    std::optional<std::string> q;  // words of the name or the slug, each possibly cut short
    std::optional<tenant_status> status;
    int limit{50};
    std::optional<std::string> cursor;
};

// Rights are checked by who calls; which hotels a caller may reach is checked here and, for callers
// of one hotel, by row level security. Besides what each function names they throw failure
// "tenants.not_found" and postgres::error.
class tenant_service {
public:
    tenant_service(postgres::database& database, sealer const& sealed, feature_flags& flags,
                   security_log& log)
        : database_(database), sealer_(sealed), flags_(flags), log_(log) {}

    task<http::page<tenant_view>> list(caller const& who, tenant_filter what);
    task<tenant_view> read(caller const& who, std::string slug);

    // Throws conflict "tenants.slug_taken", "tenants.number_taken"; unavailable
    // "settings_key.missing".
    task<tenant_view> create(caller const& who, std::string slug, tenant_change what);

    // Throws conflict "tenants.number_taken", and "tenants.changed_meanwhile" when others change it
    // all the time; forbidden "tenants.operator_setting" when a caller of the hotel changes where
    // its systems are; unavailable "settings_key.missing".
    task<tenant_view> patch(caller const& who, std::string slug, tenant_change what);

    task<tenant_view> suspend(caller const& who, std::string slug);
    task<tenant_view> activate(caller const& who, std::string slug);

    // Throws conflict "tenants.not_empty" with what is in the way, "tenants.bookings_open" when
    // bookings are not settled with the hotel's system yet; invalid "tenants.not_confirmed" when
    // `force` comes without the slug typed again.
    task<> remove(caller const& who, std::string slug, bool force, std::string confirmed);

    // Seals anew what was sealed with an older key, and what stands there in plain text.
    struct resealing {
        int hotels{0};                        // with a secret
        int renewed{0};                       // secrets
        std::vector<std::string> unreadable;  // "hotel-sol pms.api_key"
    };
    task<resealing> reseal(int at_once = 100);

private:
    task<tenant_view> set_status(caller const& who, std::string slug, tenant_status to);
    task<std::optional<store::tenant_record>> try_patch(caller const& who, std::string slug,
                                                        tenant_change what);
    task<store::deletion> try_removal(postgres::access as, std::string slug, bool force);
    task<> forget_flags(std::string slug);
    void note(caller const& who, std::string type, std::string slug,
              boost::json::object details = {});

    postgres::database& database_;
    sealer const& sealer_;
    feature_flags& flags_;  // a deleted hotel's own go with it
    security_log& log_;
};

}  // namespace agente::tenancy
