#include "support/api_document.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <stdexcept>

#include "base/text.hpp"
#include "http/decode.hpp"
#include "http/json_body.hpp"
#include "http/schema_check.hpp"
#include "http/target.hpp"

namespace agente::support {

namespace json = boost::json;

namespace {

std::string plain(json::value const& v) {
    return v.is_string() ? std::string(v.get_string()) : json::serialize(v);
}

// As a parameter's text is meant: by the type of its schema.
json::value parameter(std::string const& text, json::object const& schema) {
    json::value const* type = schema.if_contains("type");
    if (type && type->is_array()) type = &type->as_array().front();
    auto kind = http::text_kind::text;
    if (type && *type == "integer") kind = http::text_kind::integer;
    if (type && *type == "number") kind = http::text_kind::number;
    if (type && *type == "boolean") kind = http::text_kind::boolean;
    return http::from_text(text, kind);
}

std::vector<std::string> given(api_operation const& of, api_call const& asked,
                               json::value const& p) {
    std::string const name(p.at("name").as_string());
    std::vector<std::string> all;
    if (p.at("in") == "query")
        for (auto const& [key, value] : asked.query)
            if (key == name) all.push_back(value);
    if (p.at("in") != "path") return all;
    auto const wanted = text::split(of.path, '/'), there = text::split(asked.path, '/');
    for (std::size_t i = 0; i < wanted.size() && i < there.size(); ++i)
        if (wanted[i] == "{" + name + "}")
            if (auto const plain = http::percent_decode(there[i], false)) all.push_back(*plain);
    return all;
}

std::string upper(std::string_view s) {
    std::string out(s);
    for (auto& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

}  // namespace

std::string encoded(std::string_view bytes) {
    std::string out;
    for (char const c : bytes)
        out += std::isalnum(static_cast<unsigned char>(c))
                   ? std::string(1, c)
                   : "%" + text::hex(std::string_view(&c, 1));
    return out;
}

std::string api_call::bytes() const {
    std::string out = method + " " + path;
    for (std::size_t i = 0; i < query.size(); ++i)
        out += (i ? "&" : "?") + encoded(query[i].first) + "=" + encoded(query[i].second);
    out += " HTTP/1.1\r\n";
    bool host = false;
    for (auto const& [name, value] : headers) {
        out += name + ": " + value + "\r\n";
        host = host || name == "Host";
    }
    if (!host) out += "Host: localhost\r\n";
    if (!body.empty()) out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return out + "\r\n" + body;
}

void api_call::set_header(std::string const& name, std::string value) {
    std::erase_if(headers, [&](auto const& h) { return http::same_name(h.first, name); });
    headers.emplace_back(name, std::move(value));
}

std::string api_operation::right() const {
    auto const* const right = doc.if_contains("x-required-right");
    return right ? std::string(right->as_string()) : std::string();
}

std::string api_operation::body_type() const {
    auto const* const body = doc.if_contains("requestBody");
    return body ? std::string(body->at("content").as_object().begin()->key()) : std::string();
}

json::value const& api_operation::body_example() const {
    return doc.at("requestBody").at("content").as_object().begin()->value().at("example");
}

std::size_t api_operation::most_body() const {
    auto const* const most = doc.if_contains("x-max-body-bytes");
    return most ? most->to_number<std::size_t>() : http::limits{}.most_body;
}

api_document::api_document(json::value document) : document_(std::move(document)) {
    for (auto const& path : document_.at("paths").as_object())
        for (auto const& [method, doc] : path.value().as_object())
            operations_.push_back({upper(method), std::string(path.key()), doc.as_object()});
}

api_operation const& api_document::operation(std::string_view name) const {
    for (auto const& o : operations_)
        if (o.name() == name) return o;
    throw std::out_of_range("no operation " + std::string(name));
}

api_call api_document::example(api_operation const& of,
                               std::map<std::string, std::string> const& parameters) const {
    api_call out{.method = of.method, .path = of.path};
    if (auto const type = of.body_type(); !type.empty()) {
        out.headers.emplace_back("Content-Type", type);
        out.body = json::serialize(of.body_example());
    }
    auto const* const declared = of.doc.if_contains("parameters");
    if (!declared) return out;
    for (auto const& p : declared->as_array()) {
        std::string const name(p.at("name").as_string());
        auto const given = parameters.find(name);
        auto const* const examples = p.at("schema").as_object().if_contains("examples");
        json::value value = "text";
        if (given != parameters.end())
            value = given->second;
        else if (examples)
            value = examples->at(0);
        if (p.at("in") == "header")
            out.headers.emplace_back(name, plain(value));
        else if (p.at("in") == "path")
            out.path.replace(out.path.find("{" + name + "}"), name.size() + 2,
                             encoded(plain(value)));
        else if (!value.is_array())
            out.query.emplace_back(name, plain(value));
        else
            for (auto const& item : value.get_array()) out.query.emplace_back(name, plain(item));
    }
    return out;
}

json::value const& api_document::resolved(json::value const& response) const {
    auto const* const reference = response.as_object().if_contains("$ref");
    if (!reference) return response;
    auto const name = std::string(reference->as_string());
    return document_.at("components").at("responses").at(name.substr(name.rfind('/') + 1));
}

bool api_document::declares(api_operation const& of, int status) const {
    auto const* const response =
        of.doc.at("responses").as_object().if_contains(std::to_string(status));
    return response && !response->as_object().contains("$ref");
}

std::vector<std::string> api_document::complaints(api_operation const& of,
                                                  http::test::answer const& got) const {
    auto const* const found =
        of.doc.at("responses").as_object().if_contains(std::to_string(got.status));
    if (!found) return {"the status is not documented"};
    auto const& response = resolved(*found);
    std::vector<std::string> wrong;
    if (!got.has("X-Request-Id")) wrong.emplace_back("no request id");
    if (auto const* const headers = response.as_object().if_contains("headers"))
        for (auto const& header : headers->as_object())
            if (!got.has(std::string_view(header.key().data(), header.key().size())))
                wrong.push_back("a header that is documented is missing: " +
                                std::string(header.key()));
    auto const* const contents = response.as_object().if_contains("content");
    if ((contents != nullptr) != got.has("Content-Type"))
        wrong.emplace_back(contents ? "a body is documented" : "no body is documented");
    if (!contents || !got.has("Content-Type")) return wrong;
    auto type = got.header("Content-Type");
    type = type.substr(0, type.find(';'));
    bool const refused = got.status >= 400 && got.status < 500;
    if (refused && type != "application/problem+json") wrong.emplace_back("not a problem document");
    auto const* const media = contents->as_object().if_contains(type);
    if (!media) {
        wrong.push_back("the content type is not documented: " + type);
        return wrong;
    }
    if (!type.ends_with("json") || got.body.empty()) return wrong;
    boost::system::error_code ec;
    auto const body = json::parse(got.body, ec);
    if (ec) return {"the body is not JSON"};
    if (auto const* const schema = media->as_object().if_contains("schema"))
        for (auto const& why : http::test::violations(*schema, body, document_))
            wrong.push_back("the body does not fit its schema: " + why);
    if (!refused || !wrong.empty()) return wrong;
    auto const* const detail = body.as_object().if_contains("detail");
    if (!detail || detail->as_string().empty()) wrong.emplace_back("no detail");
    std::string const code(body.at("code").as_string());
    if (std::string(response.at("description").as_string()).find("`" + code + "`") ==
        std::string::npos)
        wrong.push_back("the code is not explained: " + code);
    return wrong;
}

std::vector<std::string> api_document::request_violations(api_operation const& of,
                                                          api_call const& asked) const {
    std::vector<std::string> found;
    auto const look = [&](json::value const& schema, json::value const& v, std::string const& at) {
        for (auto const& why : http::test::violations(schema, v, document_))
            found.push_back(at + ": " + why);
    };
    if (auto const* const all = of.doc.if_contains("parameters"))
        for (auto const& p : all->as_array()) {
            if (p.at("in") == "header") continue;
            std::string const name(p.at("name").as_string());
            auto const values = given(of, asked, p);
            auto const& schema = p.at("schema").as_object();
            auto const* const items = schema.if_contains("items");
            if (values.empty() && p.at("required").as_bool())
                found.push_back(name + ": is missing");
            if (values.size() > 1 && !items) found.push_back(name + ": is given more than once");
            json::array list;
            for (auto const& value : values)
                list.push_back(parameter(value, items ? items->as_object() : schema));
            if (!list.empty()) look(schema, items ? json::value(list) : list.front(), name);
        }
    if (!of.body_type().ends_with("json")) return found;
    auto const& body = of.doc.at("requestBody").as_object();
    auto const& media = body.at("content").as_object().begin()->value().as_object();
    auto const* const schema = media.if_contains("schema");
    if (asked.body.empty() && body.at("required").as_bool()) found.emplace_back("no body");
    auto const value = http::parse_json(asked.body);
    if (schema && value) look(*schema, *value, "body");
    return found;
}

std::vector<std::string> api_document::disagreements(api_operation const& of, api_call const& asked,
                                                     http::test::answer const& got) const {
    bool const taken = got.status >= 200 && got.status < 300;
    if ((!taken && got.status != 422) || asked.method != of.method) return {};
    auto const wrong = request_violations(of, asked);
    if (taken && !wrong.empty()) return {"taken, although its schema refuses it: " + wrong.front()};
    if (taken || !wrong.empty()) return {};
    std::vector<std::string> out;
    auto const body = json::parse(got.body);
    auto const* const errors = body.as_object().if_contains("errors");
    for (auto const& e : errors ? errors->as_array() : json::array())
        if (e.at("code") != "format" &&
            !(e.at("code") == "unknown" && e.as_object().contains("parameter")))
            out.push_back("refused, although its schema lets it through: " + json::serialize(e));
    return out;
}

}  // namespace agente::support
