#include "tenancy/flag_routes.hpp"

#include "http/endpoint.hpp"
#include "tenancy/flag_service.hpp"

namespace agente::tenancy {

inline constexpr auto flag_name =
    http::rule("name").length(1, 100).example("booking.create").describe("As the list names it");
inline constexpr auto for_tenant =
    http::rule("tenant")
        .length(1, 255)
        .example("hotel-sol")
        .in_query()
        .describe(
            "A hotel's slug: its own value, which counts before that of all hotels. Missing: all "
            "hotels");

struct list_flags {
    std::optional<std::string> tenant;
};
BOOST_DESCRIBE_STRUCT(list_flags, (), (tenant))
inline constexpr std::array list_flags_rules{for_tenant};
constexpr std::span<http::rule const> http_rules(list_flags const*) { return list_flags_rules; }

struct one_flag {
    std::string name;
    std::optional<std::string> tenant;
};
BOOST_DESCRIBE_STRUCT(one_flag, (), (name, tenant))
inline constexpr std::array one_flag_rules{flag_name, for_tenant};
constexpr std::span<http::rule const> http_rules(one_flag const*) { return one_flag_rules; }

struct switch_flag {
    std::string name;
    std::optional<std::string> tenant;
    bool on{false};
};
BOOST_DESCRIBE_STRUCT(switch_flag, (), (name, tenant, on))
inline constexpr std::array switch_flag_rules{flag_name, for_tenant};
constexpr std::span<http::rule const> http_rules(switch_flag const*) { return switch_flag_rules; }

struct flag_list {
    std::vector<flag_view> items;
};
BOOST_DESCRIBE_STRUCT(flag_list, (), (items))

inline constexpr std::array flag_view_rules{
    flag_name,
    http::rule("description").example("Guests book in the conversation."),
    http::rule("owner").example("guest"),
    http::rule("tenant").example("hotel-sol"),
    http::rule("on").describe("What counts: the hotel's value, else that of all, else the default"),
    http::rule("source").describe(
        "last_known and declared: Redis cannot be asked now, and this is what counts meanwhile")};
constexpr std::span<http::rule const> http_rules(flag_view const*) { return flag_view_rules; }

namespace {

constexpr auto path_of_all = "/api/v1/admin/feature-flags";
constexpr auto path_of_one = "/api/v1/admin/feature-flags/{name}";

std::vector<http::rate_limit> often(int requests) {
    return {{.who = http::rate_limit::by::account, .requests = requests}};
}

http::problem_doc no_hotel() {
    return {404, "tenants.not_found", "There is no such hotel, or it is not the caller's"};
}

std::vector<http::problem_doc> reading_one() {
    return {{404, "flags.unknown", "There is no such flag; the answer names those there are"},
            no_hotel()};
}

std::vector<http::problem_doc> switching() {
    auto all = reading_one();
    all.push_back({403, "flags.for_all_refused", "Without tenant, by who is no operator"});
    all.push_back({503, "", "Redis cannot be reached, so that nothing was switched"});
    return all;
}

task<flag_list> list(flag_service& flags, list_flags const& in, http::request const& r) {
    co_return flag_list{co_await flags.list(caller_of(r), in.tenant)};
}

void add_reading(http::router& routes, flag_service& flags) {
    http::endpoint<list_flags, flag_list>(
        routes,
        {.method = "GET",
         .path = path_of_all,
         .summary = "Every feature flag, and what it says",
         .description = "Operators see what holds for all hotels, others their own hotel.",
         .tags = {"feature flags"},
         .scope = "flags:read",
         .rates = often(600),
         .problems = {no_hotel()}},
        [&flags](list_flags const& in, http::request const& r) { return list(flags, in, r); });
    http::endpoint<one_flag, flag_view>(routes,
                                        {.method = "GET",
                                         .path = path_of_one,
                                         .summary = "A feature flag, and what it says",
                                         .tags = {"feature flags"},
                                         .scope = "flags:read",
                                         .rates = often(600),
                                         .problems = reading_one()},
                                        [&flags](one_flag const& in, http::request const& r) {
                                            return flags.read(caller_of(r), in.name, in.tenant);
                                        });
}

void add_switching(http::router& routes, flag_service& flags) {
    http::endpoint<switch_flag, flag_view>(
        routes,
        {.method = "PUT",
         .path = path_of_one,
         .summary = "Switch a feature flag, for a hotel or for all",
         .description = "Every instance follows within two seconds.",
         .tags = {"feature flags"},
         .scope = "flags:write",
         .rates = often(300),
         .problems = switching()},
        [&flags](switch_flag const& in, http::request const& r) {
            return flags.set(caller_of(r), in.name, in.tenant, in.on);
        });
    http::endpoint<one_flag, flag_view>(
        routes,
        {.method = "DELETE",
         .path = path_of_one,
         .summary = "Set a feature flag no longer: what is above it counts again",
         .description = "For a hotel, what holds for all; for all, the default.",
         .tags = {"feature flags"},
         .scope = "flags:write",
         .rates = often(300),
         .problems = switching()},
        [&flags](one_flag const& in, http::request const& r) {
            return flags.unset(caller_of(r), in.name, in.tenant);
        });
}

}  // namespace

void add_flag_routes(http::router& routes, flag_service& flags) {
    add_reading(routes, flags);
    add_switching(routes, flags);
}

}  // namespace agente::tenancy
