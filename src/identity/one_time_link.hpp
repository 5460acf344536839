// Links that let a person choose a password once. Only their hash is stored.
#pragma once

#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace agente::identity {

secret new_one_time_link();                              // 43 characters, 256 bits
std::string one_time_link_hash(std::string_view token);  // SHA-256, hex

}  // namespace agente::identity
