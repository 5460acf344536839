#include "tenancy/flag_service.hpp"

#include <fmt/format.h>

#include "tenancy/identifier_store.hpp"
#include "tenancy/security_log.hpp"

namespace agente::tenancy {
namespace {

flag const& flag_called(std::string const& name) {
    std::string known;
    for (auto const* one : flags::all) {
        if (one->name == name) return *one;
        known += (known.empty() ? "" : ", ") + std::string(one->name);
    }
    throw failure(error(error_kind::not_found, "flags.unknown",
                        fmt::format("there is no such flag; there are: {}", known)));
}

std::optional<std::string> unless_empty(std::string const& s) {
    return s.empty() ? std::nullopt : std::optional(s);
}

}  // namespace

flag_view flag_service::view(flag const& what, std::string const& hotel, flag_source source) const {
    auto const now = flags_.values(what, hotel);
    return {.name = std::string(what.name),
            .description = std::string(what.description),
            .owner = std::string(what.owner),
            .by_default = what.by_default,
            .for_all = now.for_all,
            .tenant = unless_empty(hotel),
            .for_tenant = now.for_hotel,
            .on = now.on,
            .source = source};
}

task<> flag_service::must_exist(caller const& who, std::string slug) {
    auto const as = who.access_to(slug);
    if (!co_await store::tenant_exists(database_, as, slug)) throw who.no_such_hotel();
}

task<std::string> flag_service::hotel_to_see(caller const& who, std::optional<std::string> tenant) {
    if (!tenant && !who.platform() && who.hotel()) tenant = who.hotel()->slug();
    if (!tenant) co_return std::string();
    co_await must_exist(who, *tenant);
    co_return *tenant;
}

task<std::string> flag_service::hotel_to_change(caller const& who,
                                                std::optional<std::string> tenant) {
    if (tenant) {
        co_await must_exist(who, *tenant);
        co_return *tenant;
    }
    if (!who.may("platform:flags"))
        throw failure(error(error_kind::forbidden, "flags.for_all_refused",
                            "without ?tenant= a flag is switched for all hotels, which is for "
                            "operators with the right platform:flags: name your hotel"));
    co_return std::string();
}

void flag_service::note(caller const& who, flag const& what, std::string hotel,
                        boost::json::value to) {
    log_.note({.type = "flags.changed",
               .tenant = std::move(hotel),
               .user_id = who.user_id(),
               .address = who.address(),
               .details = {{"flag", what.name}, {"to", std::move(to)}}});
}

task<std::vector<flag_view>> flag_service::list(caller const& who,
                                                std::optional<std::string> tenant) {
    auto const hotel = co_await hotel_to_see(who, std::move(tenant));
    auto const source = co_await flags_.read_now();
    std::vector<flag_view> all;
    for (auto const* one : flags::all) all.push_back(view(*one, hotel, source));
    co_return all;
}

task<flag_view> flag_service::read(caller const& who, std::string name,
                                   std::optional<std::string> tenant) {
    auto const& what = flag_called(name);
    auto const hotel = co_await hotel_to_see(who, std::move(tenant));
    auto const source = co_await flags_.read_now();
    co_return view(what, hotel, source);
}

task<flag_view> flag_service::set(caller const& who, std::string name,
                                  std::optional<std::string> tenant, bool on) {
    auto const& what = flag_called(name);
    auto const hotel = co_await hotel_to_change(who, std::move(tenant));
    co_await flags_.set(what, hotel, on);
    note(who, what, hotel, on);
    auto const source = co_await flags_.read_now();
    co_return view(what, hotel, source);
}

task<flag_view> flag_service::unset(caller const& who, std::string name,
                                    std::optional<std::string> tenant) {
    auto const& what = flag_called(name);
    auto const hotel = co_await hotel_to_change(who, std::move(tenant));
    co_await flags_.unset(what, hotel);
    note(who, what, hotel, nullptr);
    auto const source = co_await flags_.read_now();
    co_return view(what, hotel, source);
}

}  // namespace agente::tenancy
