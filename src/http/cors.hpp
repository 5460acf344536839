// Which pages of other sites may call this service from a browser (the Fetch standard's CORS
// protocol). Used by the server. Without it, none may.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "http/message.hpp"

namespace agente::http {

// Tokens travel in the Authorization header, so cookies are never allowed along
// (Access-Control-Allow-Credentials), and an origin is allowed by its exact name only.
class cors {
public:
    // Each as a browser writes it: "https://console.hotel.example", "http://localhost:5173". An
    // error names the entry that no browser would send, "*" and "null" among them, and `setting`,
    // where it stands.
    static result<cors> make(std::string_view setting, std::vector<std::string> origins);

    // Adds to the answer to OPTIONS what lets a browser go on. `methods`: those of that path.
    void answer_preflight(request const& r, std::string_view methods, response& answer) const;
    // Adds to any answer what lets the page read it, and that it depends on who asks.
    void mark(request const& r, response& answer) const;

private:
    explicit cors(std::vector<std::string> origins) : origins_(std::move(origins)) {}
    bool allowed(request const& r) const;

    std::vector<std::string> origins_;
};

}  // namespace agente::http
