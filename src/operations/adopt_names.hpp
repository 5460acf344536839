// New names for what an earlier installation called in a way that ours may not: pure rules of
// adoption.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace agente::operations {

// A slug as public.tenants takes it, from any text: "Hotel España & Spa" -> "hotel-espana-spa";
// `id` when nothing is left, and behind a name that is taken. Adds it to `taken`.
std::string slug_from(std::string_view text, std::int64_t id, std::set<std::string>& taken);

// "ana" -> "ana-2", "ana@x.example" -> "ana+2@x.example", or a greater number, the first whose
// lower-case form is not taken. Adds that form.
std::string numbered(std::string_view name, std::set<std::string>& taken);

}  // namespace agente::operations
