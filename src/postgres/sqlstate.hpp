// What a SQLSTATE means to a caller: its class of trouble, our stable code, and what to do. Used by
// error.cpp alone. The codes are those of PostgreSQL's appendix A ("PostgreSQL Error Codes").
#pragma once

#include <string_view>

#include "base/error.hpp"

namespace agente::postgres {

struct sqlstate_meaning {
    error_kind kind;
    std::string_view code;  // "postgres.unique_violation"
    std::string_view hint;  // a sentence for people; empty: the server's message says it all
};

// An exact code first, then its class (the first two characters); an unknown one is a bug of ours:
// internal.
sqlstate_meaning meaning_of(std::string_view sqlstate) noexcept;

}  // namespace agente::postgres
