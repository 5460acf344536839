// As whom a batch runs: the tenant and the role row level security sees. Made by tenancy::scope,
// turned into SQL by scope_statement alone.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace agente::postgres {

class access {
public:
    static access tenant(std::string slug);  // role agente_app; sees that tenant's rows only
    static access system();    // role agente_system: the service's own journals and look-ups
    static access platform();  // role agente_platform: hotels and users, for who may; see identity
    static access owner();     // the connection's own role: only for deploying and checking

    // How long one statement may run; without it options::statement_timeout holds.
    access with_timeout(std::chrono::milliseconds limit) const;

    std::string_view role() const noexcept {
        return role_;
    }  // "none": whoever the connection signed in as
    std::string const& slug() const noexcept { return slug_; }
    std::optional<std::chrono::milliseconds> timeout() const noexcept { return timeout_; }

private:
    access(std::string_view role, std::string slug) : role_(role), slug_(std::move(slug)) {}

    std::string_view role_;
    std::string slug_;
    std::optional<std::chrono::milliseconds> timeout_;
};

}  // namespace agente::postgres
