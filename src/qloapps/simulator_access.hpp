// Keys and rights of a simulated QloApps, and its /api/ root that lists them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "qloapps/simulator_render.hpp"
#include "qloapps/simulator_shop.hpp"

namespace agente::qloapps::simulation {

enum class rights { everything, read_hotels };

// 401 unless the request carries a key of the shop, by Basic authentication or ws_key.
std::variant<rights, http::response> authenticate(shop const& s, http::request const& r, format f);

// 400 for a resource QloApps does not have, 401 and 405 for one or a method the key has no right
// to.
std::optional<http::response> refuse(rights have, std::string_view method,
                                     std::string_view resource_name, format f);

http::response root(shop const& s, rights have);

}  // namespace agente::qloapps::simulation
