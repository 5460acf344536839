// Reading generic resources of a simulated QloApps: display, filter, sort and limit, in JSON and
// XML.
#pragma once

#include "qloapps/simulator_render.hpp"
#include "qloapps/simulator_resources.hpp"

namespace agente::qloapps::simulation {

struct reader {
    simulation::shop const& shop;
    simulation::state const& state;
    format form;

    http::response list(resource const& what, http::request const& r) const;
    http::response one(resource const& what, std::int64_t id) const;  // 404 when there is none

    // What a generic POST or PUT answers: one record as it was sent, so JSON has its numbers as
    // strings.
    http::response echo(resource const& what, record const& values, int status) const;

    // A list of ids with links; what every list is without `display`. `bookings` has nothing else.
    http::response ids(std::string_view resource_name, std::string_view list, std::string_view item,
                       std::vector<std::int64_t> const& all) const;

    std::string link(std::string_view resource_name,
                     std::string_view id) const;  // http://domain/api/hotels/1
};

// How PHP's levenshtein() counts: insertions, deletions and replacements; of equals the last of
// `words`.
std::string_view closest(std::string_view to, std::vector<std::string_view> const& words);

}  // namespace agente::qloapps::simulation
