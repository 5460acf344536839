// What in a database is ours, by name: for backups, for dropping it, and to leave everything else
// alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operations/schema_files.hpp"

namespace agente::operations {

// The six of public, and no others, whatever else is there.
std::vector<std::string_view> const& our_public_tables();

struct our_objects {
    std::vector<std::string> tables;     // "public.tenants", in the order the schema makes them
    std::vector<std::string> functions;  // "agente.touch_updated_at": none has parameters
};

// As the schema's text makes them.
our_objects objects_of(schema_files const& files = embedded_schema());

// SQL that drops exactly these, in one implicit or the caller's transaction: no CASCADE, so what
// others built upon them stops it (see others_upon_ours). The schema agente goes when nothing
// else is in it, btree_gist when it lives there. Roles stay: they belong to the server, where
// another database may use them.
std::string drop_script(our_objects const& ours = objects_of());

std::string quoted_name(std::string_view name);  // of SQL: "na""me"
std::string quoted_text(std::string_view text);  // of SQL: 'it''s'

}  // namespace agente::operations
