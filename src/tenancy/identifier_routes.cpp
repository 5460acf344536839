#include "tenancy/identifier_routes.hpp"

#include "http/endpoint.hpp"
#include "tenancy/identifier_service.hpp"

namespace agente::tenancy {

inline constexpr auto slug_of_hotel =
    http::rule("slug").length(1, 255).example("hotel-sol").describe("The hotel's slug");
inline constexpr auto identifier_rule =
    http::rule("identifier").length(1, 255).example("+59894123456").describe("Any spelling");

struct list_identifiers : http::page_request {
    std::string slug;
};
BOOST_DESCRIBE_STRUCT(list_identifiers, (http::page_request), (slug))
inline constexpr std::array list_identifiers_rules{
    http::page_limit, http::page_cursor<identifiers_key>, slug_of_hotel};
constexpr std::span<http::rule const> http_rules(list_identifiers const*) {
    return list_identifiers_rules;
}

struct one_identifier {
    std::string slug, identifier;
};
BOOST_DESCRIBE_STRUCT(one_identifier, (), (slug, identifier))
inline constexpr std::array one_identifier_rules{slug_of_hotel, identifier_rule};
constexpr std::span<http::rule const> http_rules(one_identifier const*) {
    return one_identifier_rules;
}

inline constexpr std::array identifier_view_rules{identifier_rule};
constexpr std::span<http::rule const> http_rules(identifier_view const*) {
    return identifier_view_rules;
}

namespace {

constexpr auto path_of_all = "/api/v1/admin/tenants/{slug}/identifiers";
constexpr auto path_of_one = "/api/v1/admin/tenants/{slug}/identifiers/{identifier}";

std::vector<http::rate_limit> often(int requests) {
    return {{.who = http::rate_limit::by::account, .requests = requests}};
}

http::problem_doc no_hotel() {
    return {404, "tenants.not_found", "There is no such hotel, or it is not the caller's"};
}

task<http::answer_as<identifier_view>> add(identifier_service& to, one_identifier const& in,
                                           http::request const& r) {
    auto const added = co_await to.add(caller_of(r), in.slug, in.identifier);
    co_return http::answer_as<identifier_view>{.status = added.is_new ? 201 : 200,
                                               .body = added.what};
}

}  // namespace

void add_identifier_routes(http::router& routes, identifier_service& identifiers) {
    http::endpoint<list_identifiers, http::page<identifier_view>>(
        routes,
        {.method = "GET",
         .path = path_of_all,
         .summary = "What the hotel's guests are known by, the oldest first",
         .tags = {"identifiers"},
         .scope = "identifiers:read",
         .rates = often(600),
         .problems = {no_hotel()}},
        [&identifiers](list_identifiers const& in, http::request const& r) {
            return identifiers.list(caller_of(r), in.slug, in.limit, in.cursor);
        });
    http::endpoint<one_identifier, identifier_view>(
        routes,
        {.method = "POST",
         .path = path_of_all,
         .summary = "Add an identifier: messages of this guest go to the hotel",
         .description = "Phone numbers are kept as E.164, e-mail addresses in lower case. It is "
                        "followed within two seconds, on every instance.",
         .tags = {"identifiers"},
         .scope = "identifiers:write",
         .rates = often(600),
         .status = 201,
         .answer = "Added",
         .also = {{.status = 200, .description = "The hotel has it already"}},
         .problems = {{400, "identifiers.malformed", "No guest can be known by this"},
                      no_hotel(),
                      {409, "identifiers.taken", "Another hotel has it"}}},
        [&identifiers](one_identifier const& in, http::request const& r) {
            return add(identifiers, in, r);
        });
    http::endpoint<one_identifier, http::nothing>(
        routes,
        {.method = "DELETE",
         .path = path_of_one,
         .summary = "Remove an identifier, in whatever spelling it is kept",
         .tags = {"identifiers"},
         .scope = "identifiers:write",
         .rates = often(600),
         .problems = {no_hotel(),
                      {404, "identifiers.not_found", "The hotel has no such identifier"}}},
        [&identifiers](one_identifier const& in, http::request const& r) {
            return identifiers.remove(caller_of(r), in.slug, in.identifier);
        });
}

}  // namespace agente::tenancy
