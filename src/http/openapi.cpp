#include "http/openapi.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cctype>
#include <set>

#include "http/openapi_answers.hpp"

namespace agente::http {
namespace {

namespace json = boost::json;

constexpr std::string_view about_requests =
    "\n\nHEAD is answered wherever GET is, OPTIONS everywhere; any other method that a path does not"
    " list gets 405 with Allow. Whatever fails is answered with a problem document (RFC 9457) whose"
    " `code` is stable. Every answer carries X-Request-Id. Requests that are not HTTP/1.1 as this"
    " server speaks it may also get 417, 501 or 505.";

// "get /health/live" -> "get_health_live": unique, because method and pattern are.
std::string operation_id(route const& r) {
    std::string id;
    for (char const c : r.method + r.pattern) {
        if (std::isalnum(static_cast<unsigned char>(c)))
            id += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        else if (!id.empty() && id.back() != '_')
            id += '_';
    }
    while (id.ends_with('_')) id.pop_back();
    return id;
}

json::array parameters_of(route const& r) {
    json::array all;
    std::set<std::string> described;
    auto const add = [&](parameter_doc const& p) {
        json::object one{{"name", p.name},
                         {"in", p.in},
                         {"required", p.required || p.in == "path"},
                         {"schema", p.schema}};
        if (!p.description.empty()) one["description"] = p.description;
        all.push_back(std::move(one));
    };
    for (auto const& p : r.doc.parameters) {
        if (p.in == "path") described.insert(p.name);
        add(p);
    }
    for (auto const& name : r.names)
        if (!described.contains(name))
            add({.name = name, .in = "path", .description = {}, .required = true});
    return all;
}

std::string_view word_for(rate_limit::by who) {
    switch (who) {
        case rate_limit::by::address: return "address";
        case rate_limit::by::account: return "account";
        case rate_limit::by::tenant: return "tenant";
    }
    return "";
}

json::object bearer_scheme() {
    return {{"type", "http"},
            {"scheme", "bearer"},
            {"bearerFormat", "JWT"},
            {"description",
             "An access token. What it must be allowed to stands at each operation "
             "as x-required-right; \"session\" is anybody who is signed in."}};
}

json::object operation(route const& r, guard_duties const& duties) {
    json::object one{{"operationId", operation_id(r)}};
    if (!r.doc.summary.empty()) one["summary"] = r.doc.summary;
    if (!r.doc.description.empty()) one["description"] = r.doc.description;
    if (!r.doc.tags.empty()) one["tags"] = json::array(r.doc.tags.begin(), r.doc.tags.end());
    if (auto parameters = parameters_of(r); !parameters.empty())
        one["parameters"] = std::move(parameters);
    if (r.doc.body) {
        json::object body{{"required", r.doc.body->required},
                          {"content", content(r.doc.body->content_type, r.doc.body->schema,
                                              r.doc.body->example)}};
        if (!r.doc.body->description.empty()) body["description"] = r.doc.body->description;
        one["requestBody"] = std::move(body);
        one["x-max-body-bytes"] = r.doc.limits.most_body;
    }
    one["x-deadline-ms"] = r.doc.limits.deadline.count();
    json::array rates;
    for (auto const& limit : r.doc.rates)
        rates.push_back(json::object{{"by", word_for(limit.who)},
                                     {"requests", limit.requests},
                                     {"per_seconds", limit.per.count()}});
    if (!rates.empty()) one["x-rate-limit"] = std::move(rates);
    one["responses"] = responses_of(r, duties);
    one["security"] = json::array();
    if (!r.doc.scope.empty()) {
        one["security"].get_array().push_back(json::object{{"bearerAuth", json::array()}});
        one["x-required-right"] = r.doc.scope;
    }
    return one;
}

}  // namespace

json::object openapi(router const& routes, api_info const& info) {
    json::object paths, schemas{{"problem", problem_schema()}};
    std::set<std::string> tags;
    bool guarded = false;
    for (auto const& r : routes.routes()) {
        if (r->doc.hidden) continue;
        guarded = guarded || !r->doc.scope.empty();
        tags.insert(r->doc.tags.begin(), r->doc.tags.end());
        for (auto const& [name, schema] : r->doc.schemas) schemas[name] = schema;
        auto& path = paths[r->pattern];
        if (!path.is_object()) path = json::object{};
        std::string method = r->method;
        for (auto& c : method) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        path.get_object()[method] = operation(*r, routes.duties());
    }
    json::object components{{"schemas", std::move(schemas)},
                            {"responses", common_responses()},
                            {"headers", common_headers()}};
    if (guarded) components["securitySchemes"] = json::object{{"bearerAuth", bearer_scheme()}};
    json::array servers, tag_list;
    for (auto const& url : info.servers) servers.push_back(json::object{{"url", url}});
    if (servers.empty()) servers.push_back(json::object{{"url", "/"}});
    for (auto const& tag : tags) tag_list.push_back(json::object{{"name", tag}});
    json::object document{
        {"openapi", "3.1.0"},
        {"info", json::object{{"title", info.title},
                              {"version", info.version},
                              {"description", info.description + std::string(about_requests)}}},
        {"servers", std::move(servers)},
        {"tags", std::move(tag_list)},
        {"paths", std::move(paths)},
        {"components", std::move(components)}};
    for (auto const& [name, value] : info.extensions) document[name] = value;
    return document;
}

void add_openapi_route(router& routes, api_info info) {
    route_doc doc{.summary = "This document", .tags = {"documentation"}};
    doc.responses.push_back({.status = 200,
                             .description = "An OpenAPI 3.1 document",
                             .content_type = "application/json",
                             .schema = {{"type", "object"}},
                             .example = nullptr});
    routes.add(
        "GET", "/openapi.json",
        [&routes, info = std::move(info),
         made = std::make_shared<std::string>()](request const&) -> task<response> {
            if (made->empty()) *made = json::serialize(openapi(routes, info));
            response answer;
            answer.content_type = "application/json";
            answer.body = *made;
            co_return answer;
        },
        std::move(doc));
}

}  // namespace agente::http
