#include "http/endpoint.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/text.hpp"

namespace agente::http {
namespace {

namespace json = boost::json;

// A parameter's example as it would be written in a path or query.
std::string written(json::value const& v) {
    if (v.is_string()) return std::string(v.get_string().data(), v.get_string().size());
    return json::serialize(v);
}

}  // namespace

request_shape::request_shape(std::string_view m, std::string_view p) : method(m), pattern(p) {
    for (auto const segment : text::split(pattern, '/'))
        if (segment.size() > 2 && segment.front() == '{')
            path.emplace_back(segment.substr(1, segment.size() - 2));
}

source request_shape::of(rule const& member) const {
    if (std::find(path.begin(), path.end(), member.member) != path.end()) return source::path;
    bool const has_body = method == "POST" || method == "PUT" || method == "PATCH";
    return member.from_query || !has_body ? source::query : source::body;
}

void request_shape::cannot_work(std::string_view why) const {
    throw std::logic_error("endpoint " + method + " " + pattern + ": " + std::string(why));
}

std::optional<json::value> parameter_value(request const& r, source from, place const& at,
                                           text_kind kind, bool list, field_errors& errors) {
    if (from == source::path) {
        auto const found = r.path_params.find(std::string(at.name));
        if (found == r.path_params.end()) return std::nullopt;
        return from_text(found->second, kind);
    }
    auto const given = r.query.all(at.name);
    if (given.empty()) return std::nullopt;
    if (list) {
        json::array items;
        for (auto const one : given) items.push_back(from_text(one, kind));
        return items;
    }
    if (given.size() > 1) errors.add(at, "repeated", "is given more than once");
    return from_text(given.front(), kind);
}

void refuse_unknown_parameters(request const& r, std::vector<std::string_view> const& known,
                               field_errors& errors) {
    for (auto const& [name, value] : r.query.items())
        if (std::find(known.begin(), known.end(), name) == known.end())
            errors.add({.name = name, .parameter = true}, "unknown",
                       "is not a parameter of this request");
}

json::value body_value(request const& r, request_shape const& shape) {
    if (r.body.empty() && !shape.body_required) return json::object{};
    return json_body(r);
}

void document_parameter(route_doc& doc, source from, std::string_view name, bool required,
                        json::object schema, json::value const& example) {
    std::string description;
    if (auto const* const words = schema.if_contains("description")) {
        description = written(*words);
        schema.erase("description");
    }
    schema["examples"] = json::array{example};
    doc.parameters.push_back({.name = std::string(name),
                              .in = from == source::path ? "path" : "query",
                              .description = std::move(description),
                              .required = required,
                              .schema = std::move(schema)});
}

void document_problems(route_doc& doc) {
    auto const add = [&](int status, char const* code, char const* when) {
        doc.problems.emplace_back(status, code, when);
    };
    // Where no body is expected, one may still be sent.
    add(400, "http.body_empty", "The body is missing");
    add(400, "http.body_not_json", "The body is not JSON in UTF-8");
    add(400, "http.body_ambiguous", "A name stands twice in an object, or a text has a NUL");
    add(400, "http.body_too_deep", "The body is nested too deeply");
    add(415, "http.content_type", "The body is not declared as JSON in UTF-8");
    add(422, "http.invalid_fields", "Fields or parameters cannot be used; `errors` lists them");
}

void check_declared(statuses const& declared, int status) {
    if (std::find(declared.begin(), declared.end(), status) == declared.end())
        throw std::logic_error("a handler answers with status " + std::to_string(status) +
                               ", which its endpoint does not declare");
}

request example_request(route_doc const& doc) {
    request r;
    for (auto const& p : doc.parameters) {
        auto const& example = p.schema.at("examples").as_array().at(0);
        if (p.in == "path") {
            r.path_params[p.name] = written(example);
        } else if (example.is_array()) {
            for (auto const& item : example.get_array()) r.query.add(p.name, written(item));
        } else {
            r.query.add(p.name, written(example));
        }
    }
    if (doc.body) {
        r.headers.emplace_back("content-type", doc.body->content_type);
        r.body = json::serialize(doc.body->example);
    }
    return r;
}

}  // namespace agente::http
