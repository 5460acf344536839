// What stands behind a database URL, told from the URL alone, and where session mode is to be had.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "postgres/conninfo.hpp"

namespace agente::operations {

enum class endpoint_kind {
    plain,              // not Supabase's, or not known to be: a server, or somebody's pooler
    direct,             // db.<ref>.supabase.co:5432, IPv6 only without the add-on
    session_pooler,     // *.pooler.supabase.com:5432: a server connection a client
    transaction_pooler  // port 6543: a server connection a transaction
};

std::string_view to_string(endpoint_kind kind) noexcept;  // "transaction pooler"

struct endpoint {
    endpoint_kind kind{endpoint_kind::plain};
    std::string host, port;   // of the first host; port "5432" when none is given
    std::string project_ref;  // Supabase's, from the host or the user name; empty: not there

    bool session_mode() const noexcept { return kind != endpoint_kind::transaction_pooler; }
};

endpoint endpoint_of(postgres::conninfo const& where);

struct session_address {
    postgres::conninfo where;
    std::string said;  // a sentence for the user when it is not the URL given; else empty
};

// The same database in session mode, for dumps, advisory locks and concurrent indexes: the URL
// itself, or of a transaction pooler the form with port 5432.
session_address session_address_of(postgres::conninfo where);

}  // namespace agente::operations
