// On whose behalf something is done: one tenant. Every store function takes one; guest, booking,
// channels pass it along. Only channel resolution (tenancy::directory), authentication and the
// command line can make one, so that code which holds a scope has proof that somebody decided which
// hotel this is.
#pragma once

#include <string>

#include "postgres/access.hpp"

namespace agente::tenancy {

class scope {
public:
    // An operator named the tenant on a command line of this machine (also: tests). Not for
    // anything a network sent.
    static scope for_command_line(std::string slug) { return scope(std::move(slug)); }

    std::string const& slug() const noexcept { return slug_; }

    // Statements run with this see and write rows of this tenant only: row level security enforces
    // it.
    postgres::access access() const { return postgres::access::tenant(slug_); }

    bool operator==(scope const&) const = default;

private:
    friend class directory;
    friend class authentication;
    friend class caller;
    explicit scope(std::string slug) : slug_(std::move(slug)) {}

    std::string slug_;
};

}  // namespace agente::tenancy
