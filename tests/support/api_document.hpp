// An OpenAPI document of ours as tests use it: its operations, a good request for each, and whether
// an answer is one of those it promises. For test executables that have http/harness.cpp and
// http/schema_check.cpp among their sources.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "http/harness.hpp"

namespace agente::support {

struct api_call {
    std::string method, path;                                         // the path is encoded
    std::vector<std::pair<std::string, std::string>> query, headers;  // the query is not
    std::string body;

    std::string bytes() const;
    void set_header(std::string const& name, std::string value);  // instead of others of that name
};

struct api_operation {
    std::string method, path;  // "POST", "/things/{id}"
    boost::json::object doc;

    std::string name() const { return method + " " + path; }
    std::string right() const;      // empty: anybody
    std::string body_type() const;  // empty: no body
    boost::json::value const& body_example() const;
    std::size_t most_body() const;  // bytes
};

// What percent-encoding makes of any bytes.
std::string encoded(std::string_view bytes);

class api_document {
public:
    explicit api_document(boost::json::value document);

    boost::json::value const& json() const noexcept { return document_; }
    std::vector<api_operation> const& operations() const noexcept { return operations_; }
    api_operation const& operation(std::string_view name) const;  // throws std::out_of_range

    // Made of the document's own examples; `parameters` by name replace them.
    api_call example(api_operation const& of,
                     std::map<std::string, std::string> const& parameters = {}) const;

    // What is wrong with an answer to a request of that operation: a status, content type or body
    // that is not documented, a refusal without a code that is explained, or without a word of what
    // to do; a request id that is missing. Empty: nothing.
    std::vector<std::string> complaints(api_operation const& of,
                                        http::test::answer const& got) const;
    // Where the document and the service disagree about a request: it was taken although the
    // schemas of its parameters or its JSON body refuse it, or its fields were refused although
    // they fit and no format was in question, which a schema only names.
    std::vector<std::string> disagreements(api_operation const& of, api_call const& asked,
                                           http::test::answer const& got) const;
    // Whether the operation itself, not the server for all of them, declares that status.
    bool declares(api_operation const& of, int status) const;

private:
    std::vector<std::string> request_violations(api_operation const& of,
                                                api_call const& asked) const;
    boost::json::value const& resolved(boost::json::value const& response) const;

    boost::json::value document_;
    std::vector<api_operation> operations_;
};

}  // namespace agente::support
