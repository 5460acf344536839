// A hotel on the platform as its row in public.tenants says: who it is, its hours, its settings.
// Read-only here.
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agente::tenancy {

// What few hotels have, kept behind a pointer: a directory holds very many hotels.
struct own_settings {
    std::string pms_base_url;  // {"pms": {"base_url": "…"}}; empty: the service's server
    // As they stand in the column, sealed: tenancy/tenant_secrets.hpp opens them. Empty: not set.
    std::string pms_api_key, whatsapp_access_token, whatsapp_app_secret;

    // {"texts": {"welcome": {"es": "…"}}}: the hotel's own words.
    struct text {
        std::string name, language, words;
        bool operator==(text const&) const = default;
    };
    std::vector<text> texts;

    bool operator==(own_settings const&) const = default;
};

struct tenant {
    int id{};
    bool active{false};  // else inactive or suspended; only active ones resolve
    std::string slug;    // public.tenants.tenant_id: what every other table and key names it by
    std::string name;
    std::optional<int> business_hours_start, business_hours_end;  // hours of the day, 0 to 24

    // From the column `settings`; every part is optional there.
    std::string
        whatsapp_number_id;  // {"whatsapp": {"phone_number_id": "…"}}; empty: no number of its own
    std::optional<int> pms_hotel_id;  // {"pms": {"hotel_id": 1}}
    std::vector<std::string>
        languages;         // {"languages": ["es", "en"]}; empty: the service's default
    std::string currency;  // {"currency": "USD"}; empty: what the PMS answers
    std::string
        timezone;  // IANA: {"timezone": "America/…"}, else of the business hours, else "UTC"

    own_settings const& own() const;
    void set_own(own_settings all);

    std::string text(std::string_view of, std::string_view language) const;  // empty: none

    friend bool operator==(tenant const&, tenant const&);

private:
    std::shared_ptr<own_settings const> own_;  // null: nothing of its own
};

// Fills the part of `into` that comes from `settings`. What has the wrong type counts as absent: a
// slip of an operator must not stop the hotel from answering.
void apply_settings(tenant& into, boost::json::value const& settings);

}  // namespace agente::tenancy
