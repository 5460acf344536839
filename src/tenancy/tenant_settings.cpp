#include "tenancy/tenant_settings.hpp"

#include <unicode/timezone.h>
#include <unicode/ucurr.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <boost/url/parse.hpp>

#include "http/encode.hpp"
#include "tenancy/tenant.hpp"
#include "tenancy/tenant_secrets.hpp"

namespace agente::tenancy {
namespace {

namespace json = boost::json;

std::optional<std::string> unless_empty(std::string text) {
    return text.empty() ? std::nullopt : std::optional(std::move(text));
}

texts_view texts_of(tenant const& hotel, std::string_view name) {
    return {.es = unless_empty(hotel.text(name, "es")),
            .en = unless_empty(hotel.text(name, "en")),
            .pt = unless_empty(hotel.text(name, "pt"))};
}

template <class T>
json::value patch_value(T const& from) {
    if constexpr (http::described_struct<T>) {
        json::object object;
        boost::mp11::mp_for_each<http::members_of<T>>([&](auto d) {
            auto const& member = from.*d.pointer;
            if (!member) return;
            object[d.name] = *member ? patch_value(**member) : json::value(nullptr);
        });
        return object;
    } else {
        return http::encode(from);
    }
}

}  // namespace

settings_view view_of(json::value const& settings) {
    tenant known;
    apply_settings(known, settings);
    auto const& own = known.own();
    settings_view out;
    out.languages = std::move(known.languages);
    out.currency = unless_empty(std::move(known.currency));
    if (auto const* const object = settings.if_object())
        if (auto const* const zone = object->if_contains("timezone"); zone && zone->is_string())
            out.timezone = std::string(zone->get_string());
    out.whatsapp.phone_number_id = unless_empty(std::move(known.whatsapp_number_id));
    out.whatsapp.access_token.set = !own.whatsapp_access_token.empty();
    out.whatsapp.app_secret.set = !own.whatsapp_app_secret.empty();
    out.pms.base_url = unless_empty(own.pms_base_url);
    out.pms.hotel_id = known.pms_hotel_id;
    out.pms.api_key.set = !own.pms_api_key.empty();
    out.texts.welcome = texts_of(known, "welcome");
    out.texts.handover = texts_of(known, "handover");
    return out;
}

json::object patch_of(settings_change const& what) {
    auto whole = what;
    if (whole.languages && *whole.languages) {  // each once, the first place counts
        std::vector<language> once;
        for (auto const one : **whole.languages)
            if (std::ranges::find(once, one) == once.end()) once.push_back(one);
        **whole.languages = std::move(once);
    }
    return std::move(patch_value(whole).get_object());
}

void merge(json::object& into, json::object const& patch) {
    for (auto const& [key, value] : patch) {
        if (value.is_null()) {
            into.erase(key);
        } else if (value.is_object()) {
            auto& inner = into[key];
            if (!inner.is_object()) inner = json::object{};
            merge(inner.get_object(), value.get_object());
        } else {
            into[key] = value;
        }
    }
}

bool known_timezone(std::string_view name) {
    icu::UnicodeString canonical;
    UBool known = false;
    UErrorCode status = U_ZERO_ERROR;
    icu::TimeZone::getCanonicalID(icu::UnicodeString::fromUTF8(icu::StringPiece(
                                      name.data(), static_cast<std::int32_t>(name.size()))),
                                  canonical, known, status);
    return U_SUCCESS(status) && known;
}

bool known_currency(std::string_view code) {
    if (code.size() != 3) return false;
    char16_t wide[4] = {};
    for (std::size_t i = 0; i < 3; ++i) {
        if (code[i] < 'A' || code[i] > 'Z') return false;
        wide[i] = static_cast<char16_t>(code[i]);
    }
    return ucurr_getNumericCode(wide) != 0;
}

bool good_base_url(std::string_view url) {
    auto const parsed = boost::urls::parse_absolute_uri(url);
    if (!parsed) return false;
    auto const scheme = parsed->scheme();
    return (scheme == "http" || scheme == "https") && !parsed->host().empty() &&
           !parsed->has_userinfo() && !parsed->has_query() && parsed->port() != "0";
}

bool good_number_id(std::string_view id) {
    return std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
}

bool plain_line(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

}  // namespace agente::tenancy
