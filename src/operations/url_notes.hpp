// What can be said about the text of a database URL without showing its password.
#pragma once

#include <optional>
#include <string>

#include "base/secret.hpp"

namespace agente::operations {

// Where (from 1) the password holds an escape that no encoder writes, such as %41 for a plain "A":
// then its '%' may be the password's own.
std::optional<std::size_t> odd_escape(secret const& url);

// The dashboard's "[YOUR-PASSWORD]", or an example's, was not replaced.
bool placeholder_password(secret const& url);

// How the URL must be written: percent-encoded, each run of the password's plain characters as
// "***" and parameters as "…". "postgresql://postgres:***%23***@db.abcd.supabase.co:5432/postgres"
std::string encoded_shape(secret const& url);

}  // namespace agente::operations
