// Typed endpoints: method, path, request and answer structs declared once; reading, validation,
// writing and the OpenAPI document follow. Used by every folder's <noun>_routes.cpp.
//
//     http::endpoint<book_request, book_answer>(routes, {.method = "POST", .path =
//     "/hotels/{hotel}/bookings",
//                                                        .summary = "Book a room", .status = 201},
//         [this](book_request const& in, http::request const&) -> task<book_answer> { … });
//
// A member of the request struct comes from the path when the pattern names it, from the query when
// its rule says so or when the method is not POST, PUT or PATCH, and from the JSON body otherwise.
// The answer is the struct as JSON, `nothing` (204), `plain_text`, or any boost::json::value.
#pragma once

#include <boost/json/serialize.hpp>
#include <memory>

#include "base/result.hpp"
#include "http/json_body.hpp"
#include "http/router.hpp"
#include "http/schema.hpp"

namespace agente::http {

struct nothing {
};  // the request of an endpoint without parameters; as an answer: 204 without a body
BOOST_DESCRIBE_STRUCT(nothing, (), ())

struct plain_text {
    std::string text;
};  // as an answer: text/plain

// What a handler may return instead of the bare Response: with a status of its choice among those
// that the endpoint declares (its own and `also`), and with headers.
template <class Response>
struct answer_as {
    int status{200};
    Response body{};
    header_list headers{};
};

struct other_answer {
    int status;
    std::string description;
    boost::json::value example{};  // null: made from the struct's rules
};

struct endpoint_doc {
    std::string method;
    std::string path;
    std::string summary;
    std::string description{};
    std::vector<std::string> tags{};
    std::string scope{};              // as in route_doc: checked by the router's guard
    std::vector<rate_limit> rates{};  // likewise counted by it
    http::limits limits{};
    int status{200};                      // of the answer when all went well
    std::string answer{"Done"};           // what that answer means
    boost::json::value example{};         // of that answer; null: made from the struct's rules
    bool location{false};                 // whether the handler adds a Location to that answer
    std::vector<other_answer> also{};     // the same struct with another status
    std::vector<problem_doc> problems{};  // that the handler's own failures become
    bool other_parameters{false};  // the query may have parameters nobody knows: for callers of
                                   // whom we do not know what they will send next
};

enum class source { path, query, body };

// How a request struct is spread over path, query and body; worked out once, when the endpoint is
// added.
struct request_shape {
    request_shape(std::string_view method, std::string_view pattern);
    source of(rule const& member) const;
    [[noreturn]] void cannot_work(std::string_view why) const;  // std::logic_error

    std::string method;
    std::string pattern;
    std::vector<std::string> path;        // names of the pattern's parameters
    std::vector<std::string_view> query;  // names that may stand in the query
    bool other_parameters{false};         // and others, which are ignored
    bool body{false};
    bool body_required{false};
};

// The parameter's value as JSON; nullopt when it is missing. A list takes every occurrence,
// anything else only one.
std::optional<boost::json::value> parameter_value(request const& r, source from, place const& at,
                                                  text_kind kind, bool list, field_errors& errors);
void refuse_unknown_parameters(request const& r, std::vector<std::string_view> const& known,
                               field_errors& errors);
boost::json::value body_value(request const& r,
                              request_shape const& shape);  // {} when it is missing and may be

void document_parameter(route_doc& doc, source from, std::string_view name, bool required,
                        boost::json::object schema, boost::json::value const& example);
void document_problems(route_doc& doc);
request example_request(route_doc const& doc);

template <described_struct Request>
request_shape shape_of(std::string_view method, std::string_view pattern) {
    request_shape shape(method, pattern);
    std::size_t in_path = 0;
    boost::mp11::mp_for_each<members_of<Request>>([&](auto d) {
        using type = member_type<Request, decltype(d)>;
        constexpr rule r = rule_of<Request>(d.name);
        auto const from = shape.of(r);
        if (from != source::body && !fits_a_parameter<type>())
            shape.cannot_work(std::string(d.name) + " does not fit into a path or query");
        if (from == source::path && (is_vector<type> || is_optional<type>))
            shape.cannot_work(std::string(d.name) + " stands in the path, always and once");
        if (from != source::query && r.name() != r.member)
            shape.cannot_work(std::string(d.name) + " has another name but is not in the query");
        if (from == source::path) ++in_path;
        if (from == source::query) shape.query.push_back(r.name());
        if (from == source::body) shape.body = true;
        if (from == source::body && !is_optional<type> && !r.has_default)
            shape.body_required = true;
    });
    if (in_path != shape.path.size())
        shape.cannot_work("a parameter of the path has no member in the request struct");
    return shape;
}

// Throws invalid_fields, and what json_body() throws.
template <described_struct Request>
Request read_request(request const& r, request_shape const& shape) {
    Request out{};
    field_errors errors;
    place const root;
    auto const body = body_value(r, shape);
    if (auto const* const object = check_object(body, root, errors))
        decode_members(*object, out, root, errors,
                       [&](rule const& member) { return shape.of(member) == source::body; });
    boost::mp11::mp_for_each<members_of<Request>>([&](auto d) {
        using type = member_type<Request, decltype(d)>;
        constexpr rule rules = rule_of<Request>(d.name);
        if constexpr (fits_a_parameter<type>()) {
            auto const from = shape.of(rules);
            if (from == source::body) return;
            place const at{.name = rules.name(), .parameter = true};
            auto const value =
                parameter_value(r, from, at, kind_of<type>(), is_vector<type>, errors);
            if (value)
                decode(*value, out.*d.pointer, rules, at, errors);
            else if (!is_optional<type> && !rules.has_default)
                errors.add(at, "missing", "is required");
        }
    });
    if (!shape.other_parameters) refuse_unknown_parameters(r, shape.query, errors);
    errors.throw_if_any();
    return out;
}

// An answer of the struct in the documentation of a route: what endpoint() does, for raw routes.
template <class Response>
void document_answer(route_doc& doc, int status, std::string description,
                     boost::json::value example = nullptr) {
    response_doc answer{.status = status,
                        .description = std::move(description),
                        .content_type = {},
                        .schema = {},
                        .example = std::move(example)};
    if constexpr (std::is_same_v<Response, plain_text>) {
        answer.content_type = "text/plain";
        answer.schema = {{"type", "string"}};
    } else if constexpr (!std::is_same_v<Response, nothing>) {
        answer.content_type = "application/json";
        answer.schema = schema_of<Response>(rule(), direction::answer, doc.schemas);
        if (answer.example.is_null()) answer.example = example_of<Response>(rule());
    }
    doc.responses.push_back(std::move(answer));
}

template <described_struct Request, class Response>
route_doc document(request_shape const& shape, endpoint_doc const& doc) {
    route_doc out{.summary = doc.summary,
                  .limits = doc.limits,
                  .scope = doc.scope,
                  .rates = doc.rates,
                  .description = doc.description,
                  .tags = doc.tags,
                  .problems = doc.problems};
    boost::mp11::mp_for_each<members_of<Request>>([&](auto d) {
        using type = member_type<Request, decltype(d)>;
        constexpr rule r = rule_of<Request>(d.name);
        auto const from = shape.of(r);
        if (from == source::body) return;
        auto schema = schema_of<type>(r, direction::request, out.schemas);
        if (r.has_default) schema["default"] = encode(Request{}.*d.pointer);
        document_parameter(out, from, r.name(), !is_optional<type> && !r.has_default,
                           std::move(schema), example_of<type>(r));
    });
    if (shape.body) {
        auto const in_body = [&](rule const& member) { return shape.of(member) == source::body; };
        auto const name = component_name(boost::core::type_name<Request>(), direction::request);
        auto schema = schema_of_members<Request>(direction::request, out.schemas, in_body);
        out.schemas[name] = std::move(schema);
        out.body = body_doc{.description = {},
                            .schema = reference_to(name),
                            .example = example_of_members<Request>(0, in_body),
                            .required = shape.body_required};
    }
    document_answer<Response>(out, doc.status, doc.answer, doc.example);
    out.responses.back().location = doc.location;
    for (auto const& other : doc.also)
        document_answer<Response>(out, other.status, other.description, other.example);
    document_problems(out);
    return out;
}

template <class Response>
response write_answer(Response const& body, int status) {
    if constexpr (std::is_same_v<Response, nothing>)
        return empty_response(status);
    else if constexpr (std::is_same_v<Response, plain_text>)
        return text_response(body.text, status);
    else
        return json_response(encode(body), status);
}

// The statuses an endpoint declares; the first is the one of a bare Response.
using statuses = std::vector<int>;
void check_declared(statuses const& declared, int status);  // std::logic_error

template <class Request, class Response, class Handler>
task<response> answer_typed(std::shared_ptr<Handler const> handle,
                            std::shared_ptr<request_shape const> shape,
                            std::shared_ptr<statuses const> declared, request const& r) {
    auto const in = read_request<Request>(r, *shape);
    using outcome = typename decltype((*handle)(in, r))::value_type;
    if constexpr (std::is_void_v<outcome>) {
        static_assert(std::is_same_v<Response, nothing>);
        co_await (*handle)(in, r);
        co_return empty_response(declared->front());
    } else {
        auto const out = co_await (*handle)(in, r);
        if constexpr (std::is_same_v<outcome, result<Response>>) {
            if (!out) throw failure(out.error());
            co_return write_answer(*out, declared->front());
        } else if constexpr (std::is_same_v<outcome, answer_as<Response>>) {
            check_declared(*declared, out.status);
            auto answer = write_answer(out.body, out.status);
            answer.headers.insert(answer.headers.end(), out.headers.begin(), out.headers.end());
            co_return answer;
        } else {
            static_assert(std::is_same_v<outcome, Response>);
            co_return write_answer(out, declared->front());
        }
    }
}

// `handler` is called as (Request const&, request const&) and gives task<Response>,
// task<result<Response>>, task<answer_as<Response>>, or task<> when Response is nothing. Both
// arguments outlive the task. Throws std::logic_error for a declaration that cannot work, such as
// an example that its own rules refuse.
template <described_struct Request, class Response, class Handler>
void endpoint(router& routes, endpoint_doc doc, Handler handler) {
    if constexpr (std::is_same_v<Response, nothing>)
        if (doc.status == 200) doc.status = 204;
    auto const shape = std::make_shared<request_shape>(shape_of<Request>(doc.method, doc.path));
    shape->other_parameters = doc.other_parameters;
    auto const declared = std::make_shared<statuses>(1, doc.status);
    for (auto const& other : doc.also) declared->push_back(other.status);
    auto known = document<Request, Response>(*shape, doc);
    try {
        read_request<Request>(example_request(known), *shape);
    } catch (invalid_fields const& e) {
        shape->cannot_work("its example is refused by its own rules: " +
                           boost::json::serialize(e.fields()));
    }
    auto const held = std::make_shared<Handler const>(std::move(handler));
    routes.add(
        doc.method, doc.path,
        [held, shape, declared](request const& r) {
            return answer_typed<Request, Response>(held, shape, declared, r);
        },
        std::move(known));
}

}  // namespace agente::http
