#include "support/openapi_rules.hpp"

#include <algorithm>
#include <set>

#include "http/schema_check.hpp"

namespace agente::support {

namespace json = boost::json;

namespace {

using names = std::vector<std::string_view>;

// Empty when it is missing or no text.
std::string text_at(json::object const& o, std::string_view name) {
    auto const* const v = o.if_contains(json::string_view(name.data(), name.size()));
    return v && v->is_string() ? std::string(v->get_string()) : std::string();
}

class inspector {
public:
    explicit inspector(json::value const& document) : document_(document) {}

    std::vector<std::string> inspect() {
        auto const& root = document_.as_object();
        members("#", root, {"openapi", "info", "paths"},
                {"jsonSchemaDialect", "servers", "webhooks", "components", "security", "tags",
                 "externalDocs"});
        if (!text_at(root, "openapi").starts_with("3.1.")) wrong("#/openapi", "is not 3.1");
        members("#/info", root.at("info").as_object(), {"title", "version"},
                {"summary", "description", "termsOfService", "contact", "license"});
        if (auto const* const servers = root.if_contains("servers"))
            for (auto const& s : servers->as_array())
                members("#/servers", s.as_object(), {"url"}, {"description", "variables"});
        if (auto const* const tags = root.if_contains("tags"))
            for (auto const& t : tags->as_array()) {
                members("#/tags", t.as_object(), {"name"}, {"description", "externalDocs"});
                if (!tags_.insert(text_at(t.as_object(), "name")).second)
                    wrong("#/tags", "twice the same");
            }
        components(root);
        for (auto const& path : root.at("paths").as_object())
            path_item(std::string(path.key()), path.value().as_object());
        for (auto const& lost : http::test::dangling_references(document_, document_))
            wrong("#", "dangling reference " + lost);
        return std::move(found_);
    }

private:
    void wrong(std::string const& at, std::string const& what) {
        found_.push_back(at + ": " + what);
    }

    void members(std::string const& at, json::object const& o, names const& must,
                 names const& may) {
        for (auto const name : must)
            if (!o.contains(json::string_view(name.data(), name.size())))
                wrong(at, "lacks " + std::string(name));
        for (auto const& member : o) {
            std::string_view const name(member.key().data(), member.key().size());
            auto const in = [&](names const& all) {
                return std::find(all.begin(), all.end(), name) != all.end();
            };
            if (!in(must) && !in(may) && !name.starts_with("x-"))
                wrong(at, "may not have " + std::string(name));
        }
    }

    void components(json::object const& root) {
        auto const* const all = root.if_contains("components");
        if (!all) return;
        members("#/components", all->as_object(), {},
                {"schemas", "responses", "parameters", "examples", "requestBodies", "headers",
                 "securitySchemes", "links", "callbacks", "pathItems"});
        for (auto const& part : all->as_object())
            for (auto const& one : part.value().as_object())
                for (char const c : std::string_view(one.key().data(), one.key().size()))
                    if (!std::isalnum(static_cast<unsigned char>(c)) &&
                        std::string_view(".-_").find(c) == std::string_view::npos)
                        wrong("#/components",
                              "a name that none may have: " + std::string(one.key()));
        if (auto const* const responses = all->as_object().if_contains("responses"))
            for (auto const& r : responses->as_object())
                response("#/components/responses/" + std::string(r.key()), r.value().as_object());
        if (auto const* const schemes = all->as_object().if_contains("securitySchemes"))
            for (auto const& s : schemes->as_object()) {
                schemes_.insert(std::string(s.key()));
                members("#/components/securitySchemes", s.value().as_object(), {"type"},
                        {"description", "name", "in", "scheme", "bearerFormat", "flows",
                         "openIdConnectUrl"});
            }
    }

    void path_item(std::string const& path, json::object const& item) {
        if (!path.starts_with('/')) wrong(path, "does not begin with a slash");
        members(path, item, {},
                {"summary", "description", "servers", "parameters", "get", "put", "post", "delete",
                 "options", "head", "patch", "trace"});
        for (auto const& member : item)
            operation(path, std::string(member.key()) + " " + path, member.value().as_object());
    }

    void operation(std::string const& path, std::string const& at, json::object const& o) {
        members(at, o, {"operationId", "responses"},
                {"summary", "description", "tags", "externalDocs", "parameters", "requestBody",
                 "callbacks", "deprecated", "security", "servers"});
        if (!ids_.insert(text_at(o, "operationId")).second) wrong(at, "an operationId twice");
        if (auto const* const tags = o.if_contains("tags"))
            for (auto const& tag : tags->as_array())
                if (!tags_.contains(std::string(tag.as_string())))
                    wrong(at, "a tag that is not declared");
        parameters(path, at, o);
        if (auto const* const body = o.if_contains("requestBody")) {
            members(at + " body", body->as_object(), {"content"}, {"description", "required"});
            content(at + " body", body->at("content").as_object());
        }
        if (o.at("responses").as_object().empty()) wrong(at, "no responses");
        bool success = false;
        for (auto const& r : o.at("responses").as_object()) {
            auto const status = std::string(r.key());
            if (status.size() != 3 || !std::all_of(status.begin(), status.end(), [](char c) {
                    return std::isdigit(static_cast<unsigned char>(c));
                }))
                wrong(at, "not a status: " + status);
            success = success || status.starts_with('2') || status.starts_with('3');
            response(at + " " + status, r.value().as_object());
        }
        if (!success) wrong(at, "nothing says what success looks like");
        security(at, o);
    }

    void security(std::string const& at, json::object const& o) {
        bool guarded = false;
        if (auto const* const security = o.if_contains("security"))
            for (auto const& alternative : security->as_array())
                for (auto const& scheme : alternative.as_object()) {
                    guarded = true;
                    if (!schemes_.contains(std::string(scheme.key())))
                        wrong(at, "a security scheme that is not declared");
                }
        if (guarded != o.contains("x-required-right")) wrong(at, "no right, or for nobody");
        if (guarded)
            for (auto const* status : {"401", "403"})
                if (!o.at("responses").as_object().contains(status))
                    wrong(at, std::string("guarded, but without ") + status);
        if (o.contains("x-rate-limit") && !o.at("responses").as_object().contains("429"))
            wrong(at, "limited, but without 429");
    }

    void parameters(std::string const& path, std::string const& at, json::object const& o) {
        std::set<std::string> known, in_path;
        if (auto const* const all = o.if_contains("parameters"))
            for (auto const& p : all->as_array()) {
                members(at + " parameter", p.as_object(), {"name", "in", "schema"},
                        {"description", "required", "deprecated", "allowEmptyValue", "style",
                         "explode", "allowReserved", "example", "examples"});
                auto const in = text_at(p.as_object(), "in"), name = text_at(p.as_object(), "name");
                if (!known.insert(in + " " + name).second) wrong(at, "twice: " + name);
                if (in != "path" && in != "query" && in != "header" && in != "cookie")
                    wrong(at, "a parameter nowhere: " + name);
                if (in != "path") continue;
                in_path.insert(name);
                if (p.at("required") != true) wrong(at, "not required: " + name);
            }
        std::set<std::string> in_template;
        for (auto from = path.find('{'); from != std::string::npos; from = path.find('{', from + 1))
            in_template.insert(path.substr(from + 1, path.find('}', from) - from - 1));
        if (in_path != in_template) wrong(at, "other path parameters than its path has");
    }

    void response(std::string const& at, json::object const& r) {
        if (r.contains("$ref")) return members(at, r, {"$ref"}, {"summary", "description"});
        members(at, r, {"description"}, {"headers", "content", "links"});
        if (text_at(r, "description").empty()) wrong(at, "says nothing");
        if (auto const* const c = r.if_contains("content")) content(at, c->as_object());
        if (auto const* const headers = r.if_contains("headers"))
            for (auto const& h : headers->as_object()) {
                if (h.value().as_object().contains("$ref")) continue;
                members(at + " header", h.value().as_object(), {"schema"},
                        {"description", "required", "deprecated", "example", "examples"});
                if (h.key() == "Content-Type") wrong(at, "Content-Type among the headers");
            }
    }

    void content(std::string const& at, json::object const& c) {
        if (c.empty()) wrong(at, "no content at all");
        for (auto const& media : c) {
            if (std::string_view(media.key().data(), media.key().size()).find('/') ==
                std::string_view::npos)
                wrong(at, "not a media type: " + std::string(media.key()));
            members(at + " content", media.value().as_object(), {},
                    {"schema", "example", "examples", "encoding"});
        }
    }

    json::value const& document_;
    std::vector<std::string> found_;
    std::set<std::string> tags_, schemes_, ids_;
};

}  // namespace

std::vector<std::string> openapi_violations(json::value const& document) {
    return inspector(document).inspect();
}

}  // namespace agente::support
