// Questions to Meta's Graph API for whatsapp_check: an answer or what Meta said instead.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "net/http_client.hpp"

namespace agente::operations {

struct graph_answer {
    boost::json::object document;  // empty when there was a failure
    int error_code{0};             // Meta's; 0: none
    std::string trouble;           // why there is no document, without tokens; empty: there is one

    bool ok() const noexcept { return trouble.empty(); }
};

class graph_api {
public:
    graph_api(net::http_client& http, std::string base_url, std::chrono::milliseconds deadline);

    task<graph_answer> get(std::string path, secret as);

private:
    net::http_client& http_;
    std::string base_url_;
    std::chrono::milliseconds deadline_;
};

// Without what could be a token or a part of one: long runs of letters and digits.
std::string without_tokens(std::string_view text);

}  // namespace agente::operations
