// Recorded traffic of a real QloApps, read from tests/qloapps/recordings, and how two bodies are
// made comparable.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace agente::qloapps::test {

struct recorded_message {
    std::string first_line;                                    // of the request or the status
    std::vector<std::pair<std::string, std::string>> headers;  // as recorded
    std::string body;

    std::string header(
        std::string_view name) const;  // ASCII case does not count; empty when missing
    int status() const;
};

struct recording {
    std::string name;
    recorded_message request, response;
    bool has_content_type{true};
};

std::vector<recording> numbered_recordings();  // 001 to 028, in order
std::vector<recording>
edge_cases();  // 100, in order; `request.first_line` is "GET /api/hotels HTTP/1.1"

// A body with everything replaced that differs from run to run: moments other than midnight,
// generated references, ids of carts and order details (QloApps counts those for things the
// simulator does not have), the shop's domain.
std::string comparable(std::string body, std::string_view domain);

}  // namespace agente::qloapps::test
