// The secrets among a hotel's settings: encrypted in the column, opened where they are used. Used
// by tenant_service, and by app for the hotel's own systems.
#pragma once

#include <array>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/sealer.hpp"
#include "tenancy/tenant.hpp"

namespace agente::tenancy {

struct secret_path {
    std::string_view section, key;
    std::string_view name;  // "pms.api_key"
};
inline constexpr std::array secret_paths{
    secret_path{"pms", "api_key", "pms.api_key"},
    secret_path{"whatsapp", "access_token", "whatsapp.access_token"},
    secret_path{"whatsapp", "app_secret", "whatsapp.app_secret"},
};

// Replaces the texts of secrets in a change by their sealed forms. Gives the names of the secrets
// that the change sets or unsets, for the security log. Throws what sealer::seal throws.
std::vector<std::string> seal_secrets(boost::json::object& patch, std::string const& slug,
                                      sealer const& with);

// A hotel's own access to its PMS. `key` goes to `base_url` only: when the hotel has a server of
// its own, the service's key must never be sent there.
struct own_pms {
    std::string base_url;       // empty: the service's own server
    std::optional<secret> key;  // none: the service's own key, and then base_url is empty
};

// Nothing set: empty and none. Errors: what sealer::open says, and "pms.no_key" for a server of its
// own without a key. Then the hotel's PMS is not configured, which the caller logs and tells.
result<own_pms> own_pms_of(tenant const& hotel, sealer const& with);

// None: the service's. Errors: what sealer::open says; the service's must not stand in then.
result<std::optional<secret>> own_whatsapp_token(tenant const& hotel, sealer const& with);
result<std::optional<secret>> own_whatsapp_app_secret(tenant const& hotel, sealer const& with);

std::string secret_context(std::string_view slug, std::string_view name);  // for sealer

}  // namespace agente::tenancy
