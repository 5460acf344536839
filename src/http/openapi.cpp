#include "http/openapi.hpp"

#include <boost/json/array.hpp>
#include <cctype>
#include <set>

#include "http/problem.hpp"

namespace agente::http {
namespace {

namespace json = boost::json;

constexpr std::string_view problem_reference = "#/components/schemas/problem";

json::object problem_schema() {
    json::object const text{{"type", "string"}};
    json::object properties{
        {"type", text},
        {"title", text},
        {"status", json::object{{"type", "integer"}}},
        {"detail",
         json::object{{"type", "string"}, {"description", "What happened, why, and what to do"}}},
        {"code", json::object{{"type", "string"}, {"description", "Stable, for programs"}}},
        {"instance", json::object{{"type", "string"}, {"description", "urn:request:<request id>"}}},
        {"errors", json::object{{"type", "array"}, {"items", json::object{{"type", "object"}}}}}};
    return {{"type", "object"},
            {"description", "RFC 9457 problem details"},
            {"required", json::array{"type", "title", "status", "code"}},
            {"properties", std::move(properties)}};
}

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

json::object content(std::string const& type, json::object const& schema,
                     json::value const& example) {
    json::object media;
    if (!schema.empty()) media["schema"] = schema;
    if (!example.is_null()) media["example"] = example;
    return {{type, std::move(media)}};
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

json::object responses_of(route const& r) {
    json::object all;
    for (auto const& answer : r.doc.responses) {
        json::object one{{"description", answer.description}};
        if (!answer.content_type.empty())
            one["content"] = content(answer.content_type, answer.schema, answer.example);
        all[std::to_string(answer.status)] = std::move(one);
    }
    json::object const reference{{"$ref", problem_reference}};
    auto const add_problem = [&](int status) {
        auto const key = std::to_string(status);
        if (all.contains(key)) return;
        all[key] =
            json::object{{"description", reason_phrase(status)},
                         {"content", content(std::string(problem_type), reference, nullptr)}};
    };
    for (auto const status : r.doc.problems) add_problem(status);
    if (!r.doc.scope.empty()) {
        add_problem(401);
        add_problem(403);
    }
    add_problem(503);  // too many requests at once, or shutting down
    if (all.empty()) all["default"] = json::object{{"description", "Answer"}};
    return all;
}

json::object operation(route const& r) {
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
    one["responses"] = responses_of(r);
    if (!r.doc.scope.empty())
        one["security"] =
            json::array{json::object{{"bearer", json::array{json::string(r.doc.scope)}}}};
    return one;
}

}  // namespace

json::object openapi(router const& routes, api_info const& info) {
    json::object paths, schemas{{"problem", problem_schema()}};
    bool guarded = false;
    for (auto const& r : routes.routes()) {
        if (r->doc.hidden) continue;
        guarded = guarded || !r->doc.scope.empty();
        for (auto const& [name, schema] : r->doc.schemas) schemas[name] = schema;
        auto& path = paths[r->pattern];
        if (!path.is_object()) path = json::object{};
        std::string method = r->method;
        for (auto& c : method) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        path.get_object()[method] = operation(*r);
    }
    json::object components{{"schemas", std::move(schemas)}};
    if (guarded)
        components["securitySchemes"] =
            json::object{{"bearer", json::object{{"type", "http"}, {"scheme", "bearer"}}}};
    return {{"openapi", "3.1.0"},
            {"info", json::object{{"title", info.title},
                                  {"version", info.version},
                                  {"description", info.description}}},
            {"paths", std::move(paths)},
            {"components", std::move(components)}};
}

}  // namespace agente::http
