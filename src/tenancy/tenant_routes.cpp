#include "tenancy/tenant_routes.hpp"

#include <fmt/format.h>

#include "http/endpoint.hpp"
#include "tenancy/tenant_service.hpp"

namespace agente::tenancy {

bool good_slug(std::string_view slug) {
    auto const inside = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    };
    return !slug.empty() && std::ranges::all_of(slug, inside) && slug.front() != '-' &&
           slug.front() != '_' && slug.front() != '.';
}

inline constexpr auto slug_in_path =
    http::rule("slug").length(1, 255).example("hotel-sol").describe("The hotel's slug");
inline constexpr auto name_rule = http::rule("name").length(1, 255).example("Hotel Sol");
inline constexpr auto hours_rule =
    http::rule("business_hours").describe("When people of the hotel answer; null: not known");

inline constexpr std::array hours_rules{
    http::rule("start").between(0, 23).example("8"),
    http::rule("end").between(0, 24).example("22"),
    http::rule("timezone")
        .length(1, 50)
        .format("iana-timezone", known_timezone)
        .pattern("^[A-Za-z0-9_+/-]+$")
        .example("America/Montevideo"),
};
constexpr std::span<http::rule const> http_rules(business_hours_change const*) {
    return hours_rules;
}

struct find_tenants : http::page_request {
    std::optional<std::string> q;
    std::optional<tenant_status> status;
};
BOOST_DESCRIBE_STRUCT(find_tenants, (http::page_request), (q, status))
inline constexpr std::array find_tenants_rules{
    http::page_limit, http::page_cursor<tenants_key>,
    http::rule("q").length(1, 200).example("sol").describe(
        "Words of the name or the slug; each may be cut short")};
constexpr std::span<http::rule const> http_rules(find_tenants const*) { return find_tenants_rules; }

struct one_tenant {
    std::string slug;
};
BOOST_DESCRIBE_STRUCT(one_tenant, (), (slug))
inline constexpr std::array one_tenant_rules{slug_in_path};
constexpr std::span<http::rule const> http_rules(one_tenant const*) { return one_tenant_rules; }

struct create_tenant {
    std::string slug, name;
    change<business_hours_change> business_hours;
    std::optional<settings_change> settings;
};
BOOST_DESCRIBE_STRUCT(create_tenant, (), (slug, name, business_hours, settings))
inline constexpr std::array create_tenant_rules{
    http::rule("slug")
        .length(1, 63)
        .format("slug", good_slug)
        .pattern("^[a-z0-9][a-z0-9._-]*$")
        .example("hotel-sol")
        .describe(
            "Lower-case letters, digits, '-', '_' and '.', a letter or digit first. It stays"),
    name_rule, hours_rule};
constexpr std::span<http::rule const> http_rules(create_tenant const*) {
    return create_tenant_rules;
}

struct patch_tenant {
    std::string slug;
    std::optional<std::string> name;
    change<business_hours_change> business_hours;
    std::optional<settings_change> settings;
};
BOOST_DESCRIBE_STRUCT(patch_tenant, (), (slug, name, business_hours, settings))
inline constexpr std::array patch_tenant_rules{slug_in_path, name_rule, hours_rule};
constexpr std::span<http::rule const> http_rules(patch_tenant const*) { return patch_tenant_rules; }

struct delete_tenant {
    std::string slug;
    bool force{false};
    std::optional<std::string> confirm;
};
BOOST_DESCRIBE_STRUCT(delete_tenant, (), (slug, force, confirm))
inline constexpr std::array delete_tenant_rules{
    slug_in_path,
    http::rule("force").defaulted().describe(
        "Users, identifiers, messages and the journal of bookings go too; nothing brings them back"),
    http::rule("confirm")
        .length(1, 255)
        .example("hotel-sol")
        .describe("With force: the slug, typed again")};
constexpr std::span<http::rule const> http_rules(delete_tenant const*) {
    return delete_tenant_rules;
}

// What an answer shows, as an example.
inline constexpr std::array tenant_view_rules{slug_in_path, name_rule};
constexpr std::span<http::rule const> http_rules(tenant_view const*) { return tenant_view_rules; }

namespace {

constexpr auto path_of_all = "/api/v1/admin/tenants";
constexpr auto path_of_one = "/api/v1/admin/tenants/{slug}";

std::vector<std::string> tags() { return {"tenants"}; }

std::vector<http::rate_limit> often(int requests) {
    return {{.who = http::rate_limit::by::account, .requests = requests}};
}

http::problem_doc not_found() {
    return {404, "tenants.not_found", "There is no such hotel, or it is not the caller's"};
}
http::problem_doc number_taken() {
    return {409, "tenants.number_taken", "Another hotel has this WhatsApp number"};
}
http::problem_doc no_key() {
    return {503, "settings_key.missing", "A secret came, and the service has no SETTINGS_KEY"};
}

task<http::answer_as<tenant_view>> add(tenant_service& tenants, caller const& who,
                                       create_tenant const& in) {
    http::answer_as<tenant_view> out{.status = 201};
    out.body = co_await tenants.create(
        who, in.slug,
        {.name = in.name, .business_hours = in.business_hours, .settings = in.settings});
    out.headers.emplace_back("Location", fmt::format("{}/{}", path_of_all, in.slug));
    co_return out;
}

void add_reading(http::router& routes, tenant_service& tenants) {
    http::endpoint<find_tenants, http::page<tenant_view>>(
        routes,
        {.method = "GET",
         .path = path_of_all,
         .summary = "Hotels, the oldest first",
         .description = "Operators of the platform see all, others their own.",
         .tags = tags(),
         .scope = "tenants:read",
         .rates = often(600),
         .problems = {{403, "auth.no_hotel", "The account belongs to no hotel"}}},
        [&tenants](find_tenants const& in, http::request const& r) {
            return tenants.list(
                caller_of(r),
                {.q = in.q, .status = in.status, .limit = in.limit, .cursor = in.cursor});
        });
    http::endpoint<one_tenant, tenant_view>(
        routes,
        {.method = "GET",
         .path = path_of_one,
         .summary = "A hotel and its settings",
         .description = "Of secrets only whether they are set.",
         .tags = tags(),
         .scope = "tenants:read",
         .rates = often(600),
         .problems = {not_found()}},
        [&tenants](one_tenant const& in, http::request const& r) {
            return tenants.read(caller_of(r), in.slug);
        });
}

void add_writing(http::router& routes, tenant_service& tenants) {
    http::endpoint<create_tenant, tenant_view>(
        routes,
        {.method = "POST",
         .path = path_of_all,
         .summary = "Add a hotel",
         .description = "It is active at once.",
         .tags = tags(),
         .scope = "platform:tenants",
         .rates = often(300),
         .status = 201,
         .location = true,
         .problems = {{409, "tenants.slug_taken", "There is a hotel with this slug"},
                      number_taken(),
                      no_key()}},
        [&tenants](create_tenant const& in, http::request const& r) {
            return add(tenants, caller_of(r), in);
        });
    http::endpoint<patch_tenant, tenant_view>(
        routes,
        {.method = "PATCH",
         .path = path_of_one,
         .summary = "Change a hotel's name, hours or settings",
         .description = "What is missing stays as it is, null unsets. Messages and bookings follow "
                        "within two seconds, on every instance.",
         .tags = tags(),
         .scope = "tenants:write",
         .rates = often(300),
         .problems = {{403, "tenants.operator_setting",
                       "Where the hotel's systems are is set by platform operators"},
                      not_found(),
                      number_taken(),
                      {409, "tenants.changed_meanwhile", "Others are changing it at the same time"},
                      no_key()}},
        [&tenants](patch_tenant const& in, http::request const& r) {
            return tenants.patch(
                caller_of(r), in.slug,
                {.name = in.name, .business_hours = in.business_hours, .settings = in.settings});
        });
    http::endpoint<delete_tenant, http::nothing>(
        routes,
        {.method = "DELETE",
         .path = path_of_one,
         .summary = "Delete a hotel that has nothing, or everything it has",
         .description = "What audits it stays: locks and security events.",
         .tags = tags(),
         .scope = "platform:tenants",
         .rates = often(300),
         .limits = {.deadline = std::chrono::seconds(70)},
         .problems = {{400, "tenants.not_confirmed", "force without the slug in confirm"},
                      not_found(),
                      {409, "tenants.not_empty", "It has users, identifiers, messages or bookings"},
                      {409, "tenants.bookings_open",
                       "Bookings are not settled with the hotel's system yet"}}},
        [&tenants](delete_tenant const& in, http::request const& r) {
            return tenants.remove(caller_of(r), in.slug, in.force, in.confirm.value_or(""));
        });
}

void add_status(http::router& routes, tenant_service& tenants) {
    http::endpoint<one_tenant, tenant_view>(
        routes,
        {.method = "POST",
         .path = std::string(path_of_one) + "/suspend",
         .summary = "Suspend a hotel: its guests get no answers, its people are signed out",
         .tags = tags(),
         .scope = "platform:tenants",
         .rates = often(300),
         .problems = {not_found()}},
        [&tenants](one_tenant const& in, http::request const& r) {
            return tenants.suspend(caller_of(r), in.slug);
        });
    http::endpoint<one_tenant, tenant_view>(
        routes,
        {.method = "POST",
         .path = std::string(path_of_one) + "/activate",
         .summary = "Let a suspended or inactive hotel work again",
         .tags = tags(),
         .scope = "platform:tenants",
         .rates = often(300),
         .problems = {not_found()}},
        [&tenants](one_tenant const& in, http::request const& r) {
            return tenants.activate(caller_of(r), in.slug);
        });
}

}  // namespace

new_tenant read_new_tenant(boost::json::object const& document) {
    auto in = http::decode<create_tenant>(document);
    return {.slug = std::move(in.slug),
            .what = {.name = std::move(in.name),
                     .business_hours = std::move(in.business_hours),
                     .settings = std::move(in.settings)}};
}

tenant_change read_tenant_change(boost::json::object document) {
    document["slug"] = "read";
    auto in = http::decode<patch_tenant>(document);
    return {.name = std::move(in.name),
            .business_hours = std::move(in.business_hours),
            .settings = std::move(in.settings)};
}

void add_tenant_routes(http::router& routes, tenant_service& tenants) {
    add_reading(routes, tenants);
    add_writing(routes, tenants);
    add_status(routes, tenants);
}

}  // namespace agente::tenancy
