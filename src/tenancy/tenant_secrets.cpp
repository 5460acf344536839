#include "tenancy/tenant_secrets.hpp"

#include <fmt/format.h>

namespace agente::tenancy {
namespace {

namespace json = boost::json;

result<std::optional<secret>> opened(std::string const& sealed, tenant const& of,
                                     std::string_view name, sealer const& with) {
    if (sealed.empty()) return std::optional<secret>();
    auto open = with.open(sealed, secret_context(of.slug, name));
    if (!open) return open.error();
    return std::optional(std::move(*open));
}

}  // namespace

std::string secret_context(std::string_view slug, std::string_view name) {
    return fmt::format("tenant:{}:{}", slug, name);
}

std::vector<std::string> seal_secrets(json::object& patch, std::string const& slug,
                                      sealer const& with) {
    std::vector<std::string> touched;
    for (auto const& path : secret_paths) {
        auto* const section = patch.if_contains(path.section);
        if (!section) continue;
        if (section->is_null()) {  // all of it is unset
            touched.emplace_back(path.name);
            continue;
        }
        auto* const value = section->get_object().if_contains(path.key);
        if (!value) continue;
        touched.emplace_back(path.name);
        if (value->is_string())
            *value = with.seal(value->get_string(), secret_context(slug, path.name));
    }
    return touched;
}

result<own_pms> own_pms_of(tenant const& hotel, sealer const& with) {
    own_pms out{.base_url = hotel.own().pms_base_url, .key = {}};
    auto key = opened(hotel.own().pms_api_key, hotel, "pms.api_key", with);
    if (!key) return key.error();
    out.key = std::move(*key);
    if (!out.base_url.empty() && !out.key)
        return error(error_kind::unavailable, "pms.no_key",
                     "the hotel has a PMS server of its own but no key for it: set pms.api_key");
    return out;
}

result<std::optional<secret>> own_whatsapp_token(tenant const& hotel, sealer const& with) {
    return opened(hotel.own().whatsapp_access_token, hotel, "whatsapp.access_token", with);
}

result<std::optional<secret>> own_whatsapp_app_secret(tenant const& hotel, sealer const& with) {
    return opened(hotel.own().whatsapp_app_secret, hotel, "whatsapp.app_secret", with);
}

}  // namespace agente::tenancy
