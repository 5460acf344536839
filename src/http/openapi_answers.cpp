#include "http/openapi_answers.hpp"

#include <boost/json/array.hpp>
#include <map>

#include "http/problem.hpp"

namespace agente::http {
namespace {

namespace json = boost::json;

constexpr std::string_view problem_reference = "#/components/schemas/problem";

// What the server answers any request with, whatever its route.
std::vector<problem_doc> const& common_problems() {
    static std::vector<problem_doc> const all{
        {400, "http.bad_path", "The path cannot be decoded"},
        {400, "http.bad_query", "The query cannot be decoded"},
        {400, "http.bad_target", "The request target cannot be read"},
        {400, "http.bad_method", "The request line does not begin with a method"},
        {400, "http.bad_host", "The Host header is missing or given twice"},
        {400, "http.bad_content_length", "Content-Length is not a number, or given twice"},
        {400, "http.bad_transfer_encoding", "Transfer-Encoding cannot be used like that"},
        {400, "http.bad_chunk", "The chunked body cannot be read"},
        {400, "http.malformed", "The request is not well-formed HTTP"},
        {408, "http.header_timeout", "The header did not arrive in time"},
        {408, "http.body_timeout", "The body did not arrive in time"},
        {413, "http.body_too_large", "The body is larger than this route takes"},
        {414, "http.target_too_long", "Path and query are too long"},
        {431, "http.header_too_large", "The header is too long"},
        {431, "http.too_many_headers", "The header has too many lines"},
        {500, "internal", "Something went wrong on our side"},
        {503, "http.busy", "Too much is in work; try again after Retry-After"},
        {503, "http.deadline", "The answer was not ready in time"},
        {503, "http.shutting_down", "This instance is stopping"},
        {504, "", "A system this service depends on did not answer in time"}};
    return all;
}

// "http.bad_path: The path cannot be decoded" a line, under the status's own name.
std::string explained(int status, std::vector<problem_doc> const& problems) {
    std::string text(reason_phrase(status));
    for (auto const& p : problems) {
        if (p.code.empty() && p.when.empty()) continue;
        text += "\n- ";
        if (!p.code.empty()) text += '`' + p.code + '`';
        if (!p.code.empty() && !p.when.empty()) text += ": ";
        text += p.when;
    }
    return text;
}

json::value example_problem(int status, std::vector<problem_doc> const& problems) {
    auto const& first = problems.front();
    json::object example{{"type", "about:blank"},
                         {"title", reason_phrase(status)},
                         {"status", status},
                         {"code", first.code.empty() ? "some.code" : first.code}};
    if (!first.when.empty()) example["detail"] = first.when + ".";
    if (status == 422)
        example["errors"] = json::array{
            json::object{{"pointer", "#/name"}, {"code", "missing"}, {"detail", "is required"}}};
    return example;
}

// One of common_headers().
void add_header(json::object& response, std::string const& name) {
    auto& headers = response["headers"];
    if (!headers.is_object()) headers = json::object{};
    headers.get_object()[name] = json::object{{"$ref", "#/components/headers/" + name}};
}

// The problem document as one more content of a response, which may have another already.
void add_problem(json::object& response, int status, std::vector<problem_doc> const& problems) {
    auto text = explained(status, problems);
    if (auto const* const words = response.if_contains("description"))
        text = std::string(words->as_string()) + "\n\n" + text;
    response["description"] = text;
    auto& all = response["content"];
    if (!all.is_object()) all = json::object{};
    all.get_object()[problem_type] =
        json::object{{"schema", json::object{{"$ref", problem_reference}}},
                     {"example", example_problem(status, problems)}};
    if (status == 429 || status == 503) add_header(response, "Retry-After");
}

std::string common_name(int status) { return "problem_" + std::to_string(status); }

}  // namespace

json::object problem_schema() {
    json::object const text{{"type", "string"}};
    json::object const mistake{
        {"type", "object"},
        {"required", json::array{"code", "detail"}},
        {"properties",
         json::object{
             {"pointer", json::object{{"type", "string"},
                                      {"description", "Where in the body: \"#/guests/0/name\""}}},
             {"parameter",
              json::object{{"type", "string"}, {"description", "Which of path or query"}}},
             {"code", text},
             {"detail", text}}}};
    json::object properties{
        {"type", text},
        {"title", text},
        {"status", json::object{{"type", "integer"}}},
        {"detail",
         json::object{{"type", "string"}, {"description", "What happened, why, and what to do"}}},
        {"code", json::object{{"type", "string"}, {"description", "Stable, for programs"}}},
        {"instance", json::object{{"type", "string"}, {"description", "urn:request:<request id>"}}},
        {"errors", json::object{{"type", "array"}, {"items", mistake}}}};
    return {{"type", "object"},
            {"description", "RFC 9457 problem details"},
            {"required", json::array{"type", "title", "status", "code"}},
            {"properties", std::move(properties)}};
}

json::object content(std::string const& type, json::object const& schema,
                     json::value const& example) {
    json::object media;
    if (!schema.empty()) media["schema"] = schema;
    if (!example.is_null()) media["example"] = example;
    return {{type, std::move(media)}};
}

json::object common_responses() {
    json::object all;
    std::map<int, std::vector<problem_doc>> by_status;
    for (auto const& p : common_problems()) by_status[p.status].push_back(p);
    for (auto const& [status, problems] : by_status) {
        json::object one;
        add_problem(one, status, problems);
        all[common_name(status)] = std::move(one);
    }
    return all;
}

json::object common_headers() {
    json::object const text{{"type", "string"}}, count{{"type", "integer"}, {"minimum", 0}};
    auto const header = [](json::object const& schema, char const* description) {
        return json::object{{"description", description}, {"required", true}, {"schema", schema}};
    };
    return {{"Location", header({{"type", "string"}, {"format", "uri-reference"}},
                                "Where what was added can be read")},
            {"RateLimit-Limit", header(count, "Requests of the tightest limit")},
            {"RateLimit-Policy", header(text, "Every limit and its window: 60;w=60, 1000;w=3600")},
            {"RateLimit-Remaining", header(count, "What is left of the tightest limit")},
            {"RateLimit-Reset", header(count, "Seconds until all of it is there again")},
            {"Retry-After", header(count, "Seconds after which to try again")},
            {"WWW-Authenticate", header(text, "How to sign in")}};
}

json::object responses_of(route const& r, guard_duties const& duties) {
    std::map<int, json::object> all;  // in the order of their statuses
    for (auto const& answer : r.doc.responses) {
        json::object one{{"description", answer.description}};
        if (!answer.content_type.empty())
            one["content"] = content(answer.content_type, answer.schema, answer.example);
        if (answer.location) add_header(one, "Location");
        all[answer.status] = std::move(one);
    }
    std::map<int, std::vector<problem_doc>> own, common;
    for (auto const& p : r.doc.problems) own[p.status].push_back(p);
    for (auto const& p : duties.problems) own[p.status].push_back(p);
    if (!r.doc.scope.empty())
        for (auto const& p : duties.scope_problems) own[p.status].push_back(p);
    if (!r.doc.rates.empty())
        for (auto const& p : duties.rate_problems) own[p.status].push_back(p);
    for (auto const& p : common_problems()) common[p.status].push_back(p);
    json::object out;
    for (auto& [status, problems] : common)
        if (own.contains(status) || all.contains(status))
            own[status].insert(own[status].end(), problems.begin(), problems.end());
    for (auto const& [status, problems] : own) add_problem(all[status], status, problems);
    if (!r.doc.scope.empty() && all.contains(401)) add_header(all[401], "WWW-Authenticate");
    if (!r.doc.rates.empty())
        for (auto& [status, response] : all)
            if (status < 400 || status == 429)
                for (auto const& name : duties.rate_headers) add_header(response, name);
    for (auto const& [status, problems] : common)
        if (!all.contains(status))
            all[status] = {{"$ref", "#/components/responses/" + common_name(status)}};
    for (auto& [status, response] : all) out[std::to_string(status)] = std::move(response);
    return out;
}

}  // namespace agente::http
