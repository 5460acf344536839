// Every operation of a running service, asked in hundreds of wrong ways: whatever comes back must
// be what its own /openapi.json promises. For the tests of whole route tables.
#pragma once

#include <functional>
#include <map>
#include <set>

#include "support/api_document.hpp"

namespace agente::support {

struct sweep_options {
    unsigned short port{0};
    // A bearer token that may use the operation. Asked once an operation, and again when one was
    // refused (an operation that signs out, a short life): then the request is sent again.
    std::function<std::string(api_operation const&)> token{};
    // "DELETE /things": why not.
    std::map<std::string, std::string> skip{};
    // The last touch before each request is sent: signatures, another client address.
    std::function<void(api_operation const&, api_call&)> finish{};
    // By name, instead of the document's examples: what is really there.
    std::map<std::string, std::string> parameters{};
    std::size_t most_complaints{50};  // then it ends
};

struct sweep_report {
    std::vector<std::string> complaints;  // each with the operation, the variation and what came
    std::vector<std::string> examples_refused;  // operations whose example got no 2xx or 3xx
    std::size_t requests{0};
    std::size_t operations{0};
    std::map<int, std::size_t> statuses;
};

// Fetches /openapi.json from the port and asks on. A complaint is: a 5xx (but a 503 that the
// operation itself declares), an answer that is not documented, a 4xx that is no problem document
// with an explained code and a detail, a disagreement of the examples or schemas with what is taken
// and refused, a method that is not listed and not answered 405, bytes of the request that became a
// header of the answer, an operation whose rate limit hid the rest.
sweep_report sweep(sweep_options const& with);

}  // namespace agente::support
