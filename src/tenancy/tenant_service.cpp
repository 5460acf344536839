#include "tenancy/tenant_service.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "postgres/error.hpp"
#include "tenancy/feature_flags.hpp"
#include "tenancy/security_log.hpp"
#include "tenancy/tenancy_store.hpp"
#include "tenancy/tenant_secrets.hpp"

namespace agente::tenancy {
namespace {

namespace json = boost::json;
using store::tenant_record;

constexpr int most_tries = 4;
constexpr std::string_view foreign_key_violation = "23503";

tenant_view view_of(tenant_record const& row) {
    return {.slug = row.tenant_id,
            .name = row.name,
            .status = row.status,
            .business_hours = {.start = row.business_hours_start,
                               .end = row.business_hours_end,
                               .timezone = row.business_hours_timezone},
            .settings = tenancy::view_of(row.settings),
            .created_at = row.created_at,
            .updated_at = row.updated_at};
}

template <class T>
void change_to(change<T> const& what, std::optional<T>& to) {
    if (what) to = *what;
}

void change_to(change<business_hours_change> const& what, tenant_record& to) {
    if (!what) return;
    auto const hours =
        what->value_or(business_hours_change{.start = std::optional<int>(),
                                             .end = std::optional<int>(),
                                             .timezone = std::optional<std::string>()});
    change_to(hours.start, to.business_hours_start);
    change_to(hours.end, to.business_hours_end);
    change_to(hours.timezone, to.business_hours_timezone);
}

// Which of the settings changed that say where a hotel's messages and bookings go.
std::vector<std::string> rerouted(json::value const& before, json::value const& after) {
    auto const was = tenancy::view_of(before);
    auto const is = tenancy::view_of(after);
    std::vector<std::string> names;
    if (was.whatsapp.phone_number_id != is.whatsapp.phone_number_id)
        names.emplace_back("whatsapp.phone_number_id");
    if (was.pms.base_url != is.pms.base_url) names.emplace_back("pms.base_url");
    if (was.pms.hotel_id != is.pms.hotel_id) names.emplace_back("pms.hotel_id");
    return names;
}

// Those are not the hotel's to say: it could name a number or a hotel of another, or a server
// inside our network.
failure operator_setting(std::string const& name) {
    return failure(
        error(error_kind::forbidden, "tenants.operator_setting",
              fmt::format("{} is set by platform operators: ask one, or leave it out", name)));
}

failure number_taken() {
    return failure(error(error_kind::conflict, "tenants.number_taken",
                         "another hotel has this WhatsApp number: remove it there first"));
}

bool is_number_taken(postgres::error const& e) {
    return e.constraint() == "tenants_whatsapp_number_key";
}

// `what` in the plural: "users".
std::string count(int n, std::string_view what) {
    if (n > store::most_counted) return fmt::format("more than {} {}", store::most_counted, what);
    return fmt::format("{} {}", n, n == 1 ? what.substr(0, what.size() - 1) : what);
}

std::string listed(store::belongings const& all) {
    std::string out;
    auto const add = [&](int n, std::string_view what) {
        if (n > 0) out += (out.empty() ? "" : ", ") + count(n, what);
    };
    add(all.users, "users");
    add(all.identifiers, "identifiers");
    add(all.inbox, "received messages");
    add(all.outbox, "sent messages");
    add(all.bookings, "bookings");
    return out;
}

}  // namespace

void tenant_service::note(caller const& who, std::string type, std::string slug,
                          json::object details) {
    log_.note({.type = std::move(type),
               .tenant = std::move(slug),
               .user_id = who.user_id(),
               .address = who.address(),
               .details = std::move(details)});
}

task<http::page<tenant_view>> tenant_service::list(caller const& who, tenant_filter what) {
    store::tenant_search search{.status = what.status, .most = what.limit + 1};
    if (what.cursor) search.after = http::read_cursor<tenants_key>(*what.cursor).id;
    if (what.q) {
        search.words = store::prefix_query(*what.q);
        if (search.words->empty()) co_return http::page<tenant_view>{};  // no letter, no digit
    }
    auto rows = co_await store::list_tenants(database_, who.access(), std::move(search));
    http::page<tenant_view> out;
    if (rows.size() > static_cast<std::size_t>(what.limit)) {
        rows.pop_back();
        out.next_cursor = http::write_cursor(tenants_key{rows.back().id});
    }
    for (auto const& row : rows) out.items.push_back(view_of(row));
    co_return out;
}

task<tenant_view> tenant_service::read(caller const& who, std::string slug) {
    auto const row = co_await store::read_tenant(database_, who.access_to(slug), slug);
    if (!row) throw who.no_such_hotel();
    co_return view_of(*row);
}

task<tenant_view> tenant_service::create(caller const& who, std::string slug, tenant_change what) {
    tenant_record row{.tenant_id = slug, .name = what.name.value_or(slug)};
    change_to(what.business_hours, row);
    auto patch = patch_of(what.settings.value_or(settings_change{}));
    auto const secrets = seal_secrets(patch, slug, sealer_);
    merge(row.settings.emplace_object(), patch);
    std::optional<tenant_record> made;
    try {
        made = co_await store::add_tenant(database_, who.access(), std::move(row));
    } catch (postgres::error const& e) {
        if (is_number_taken(e)) throw number_taken();
        throw;
    }
    if (!made)
        throw failure(error(error_kind::conflict, "tenants.slug_taken",
                            "there is a hotel with this slug: choose another"));
    note(who, "tenants.created", slug, {{"name", made->name}});
    if (!secrets.empty())
        note(who, "tenants.secret_changed", slug, {{"settings", http::encode(secrets)}});
    co_return view_of(*made);
}

task<std::optional<tenant_record>> tenant_service::try_patch(caller const& who, std::string slug,
                                                             tenant_change what) {
    auto const as = who.access_to(slug);
    auto row = co_await store::read_tenant(database_, as, slug);
    if (!row) throw who.no_such_hotel();
    if (what.name) row->name = *what.name;
    change_to(what.business_hours, *row);
    std::vector<std::string> secrets, routes;
    if (what.settings) {
        auto patch = patch_of(*what.settings);
        secrets = seal_secrets(patch, slug, sealer_);
        auto const before = row->settings;
        merge(row->settings.as_object(), patch);
        routes = rerouted(before, row->settings);
        if (!routes.empty() && !who.platform()) throw operator_setting(routes.front());
    }
    std::optional<tenant_record> written;
    try {
        written = co_await store::write_tenant(database_, as, std::move(*row));
    } catch (postgres::error const& e) {
        if (is_number_taken(e)) throw number_taken();
        throw;
    }
    if (written && !secrets.empty())
        note(who, "tenants.secret_changed", slug, {{"settings", http::encode(secrets)}});
    if (written && !routes.empty())
        note(who, "tenants.rerouted", slug, {{"settings", http::encode(routes)}});
    co_return written;
}

task<tenant_view> tenant_service::patch(caller const& who, std::string slug, tenant_change what) {
    for (int left = most_tries; left > 0; --left)
        if (auto const row = co_await try_patch(who, slug, what)) co_return view_of(*row);
    throw failure(error(error_kind::conflict, "tenants.changed_meanwhile",
                        "others are changing this hotel: read it again, then try again"));
}

task<tenant_view> tenant_service::set_status(caller const& who, std::string slug,
                                             tenant_status to) {
    auto const as = who.access_to(slug);
    auto const found = co_await store::set_status(database_, as, slug, to);
    if (!found) throw who.no_such_hotel();
    if (found->was != to)
        note(who, to == tenant_status::active ? "tenants.activated" : "tenants.suspended", slug,
             {{"was", boost::describe::enum_to_string(found->was, "")}});
    co_return view_of(found->now);
}

task<tenant_view> tenant_service::suspend(caller const& who, std::string slug) {
    return set_status(who, std::move(slug), tenant_status::suspended);
}

task<tenant_view> tenant_service::activate(caller const& who, std::string slug) {
    return set_status(who, std::move(slug), tenant_status::active);
}

task<store::deletion> tenant_service::try_removal(postgres::access as, std::string slug,
                                                  bool force) {
    try {
        co_return force ? co_await store::delete_whole(database_, as, slug)
                        : co_await store::delete_empty(database_, as, slug);
    } catch (postgres::error const& e) {
        if (e.sqlstate() != foreign_key_violation) throw;
    }
    throw failure(error(error_kind::conflict, "tenants.not_empty",
                        "somebody was added to the hotel this very moment: look, and try again"));
}

task<> tenant_service::remove(caller const& who, std::string slug, bool force,
                              std::string confirmed) {
    if (force && confirmed != slug)
        throw failure(
            error(error_kind::invalid, "tenants.not_confirmed",
                  "deleting a hotel with everything it has needs its slug typed again, as "
                  "confirm"));
    auto const result = co_await try_removal(who.access_to(slug), slug, force);
    auto const& had = result.before;
    if (!had.found) throw who.no_such_hotel();
    if (!result.done && had.open_bookings > 0)
        throw failure(
            error(error_kind::conflict, "tenants.bookings_open",
                  fmt::format("{} not settled with the hotel's system yet: suspend the hotel, and "
                              "try again later",
                              count(had.open_bookings, "bookings"))));
    if (!result.done)
        throw failure(error(error_kind::conflict, "tenants.not_empty",
                            fmt::format("the hotel still has {}: remove that first, or delete it "
                                        "with everything: force, and its slug again as confirm",
                                        listed(had))));
    note(who, "tenants.deleted", slug,
         {{"forced", force},
          {"users", had.users},
          {"identifiers", had.identifiers},
          {"bookings", had.bookings}});
    co_await forget_flags(slug);
}

// Another hotel may get this slug one day.
task<> tenant_service::forget_flags(std::string slug) {
    try {
        co_await flags_.forget_hotel(slug);
    } catch (failure const& why) {
        log::warn("tenancy.flags_left", {{"tenant", slug}, {"message", why.what()}});
    }
}

}  // namespace agente::tenancy
