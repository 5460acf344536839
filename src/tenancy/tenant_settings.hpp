// What of a hotel's settings (public.tenants.settings) is known by name: as it is shown, and as a
// change to it comes in. Anything else in the column is left as it is. Used by tenant_service.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/rule.hpp"

namespace agente::tenancy {

enum class language { es, en, pt };
BOOST_DESCRIBE_ENUM(language, es, en, pt)

// As shown. Secrets never are.
struct secret_state {
    bool set{false};
};
BOOST_DESCRIBE_STRUCT(secret_state, (), (set))

struct texts_view {  // by language
    std::optional<std::string> es, en, pt;
};
BOOST_DESCRIBE_STRUCT(texts_view, (), (es, en, pt))

struct hotel_texts_view {
    texts_view welcome, handover;
};
BOOST_DESCRIBE_STRUCT(hotel_texts_view, (), (welcome, handover))

struct whatsapp_view {
    std::optional<std::string> phone_number_id;
    secret_state access_token, app_secret;
};
BOOST_DESCRIBE_STRUCT(whatsapp_view, (), (phone_number_id, access_token, app_secret))

struct pms_view {
    std::optional<std::string> base_url;
    std::optional<int> hotel_id;
    secret_state api_key;
};
BOOST_DESCRIBE_STRUCT(pms_view, (), (base_url, hotel_id, api_key))

struct settings_view {
    std::vector<std::string> languages;
    std::optional<std::string> currency, timezone;
    whatsapp_view whatsapp;
    pms_view pms;
    hotel_texts_view texts;
};
BOOST_DESCRIBE_STRUCT(settings_view, (), (languages, currency, timezone, whatsapp, pms, texts))

// What has the wrong type in the column counts as not set.
settings_view view_of(boost::json::value const& settings);

// A change: what is missing stays, null unsets.
template <class T>
using change = std::optional<std::optional<T>>;

struct texts_change {
    change<std::string> es, en, pt;
};
BOOST_DESCRIBE_STRUCT(texts_change, (), (es, en, pt))

struct hotel_texts_change {
    change<texts_change> welcome, handover;
};
BOOST_DESCRIBE_STRUCT(hotel_texts_change, (), (welcome, handover))

struct whatsapp_change {
    change<std::string> phone_number_id, access_token, app_secret;
};
BOOST_DESCRIBE_STRUCT(whatsapp_change, (), (phone_number_id, access_token, app_secret))

struct pms_change {
    change<std::string> base_url;
    change<int> hotel_id;
    change<std::string> api_key;
};
BOOST_DESCRIBE_STRUCT(pms_change, (), (base_url, hotel_id, api_key))

struct settings_change {
    change<std::vector<language>> languages;
    change<std::string> currency, timezone;
    change<whatsapp_change> whatsapp;
    change<pms_change> pms;
    change<hotel_texts_change> texts;
};
BOOST_DESCRIBE_STRUCT(settings_change, (), (languages, currency, timezone, whatsapp, pms, texts))

bool known_timezone(std::string_view name);  // of the IANA database, as ICU knows it
bool known_currency(std::string_view code);  // ISO 4217, upper case
bool good_base_url(std::string_view url);    // http or https, a host, no user, query or fragment
bool good_number_id(std::string_view id);    // digits, as Meta's ids are
bool plain_line(std::string_view text);      // no control characters

inline constexpr std::array texts_change_rules{
    http::rule("es").length(1, 1'000).example("Bienvenida al Hotel Sol."),
    http::rule("en").length(1, 1'000).example("Welcome to Hotel Sol."),
    http::rule("pt").length(1, 1'000).example("Bem-vinda ao Hotel Sol."),
};
constexpr std::span<http::rule const> http_rules(texts_change const*) { return texts_change_rules; }

inline constexpr std::array hotel_texts_change_rules{
    http::rule("welcome").describe("Said to a guest who writes for the first time"),
    http::rule("handover").describe("Said when a person of the hotel takes over"),
};
constexpr std::span<http::rule const> http_rules(hotel_texts_change const*) {
    return hotel_texts_change_rules;
}

inline constexpr std::array whatsapp_change_rules{
    http::rule("phone_number_id")
        .length(1, 30)
        .format("digits", good_number_id)
        .pattern("^[0-9]+$")
        .example("106540352242922")
        .describe("Meta's id of the hotel's number. Set by platform operators"),
    http::rule("access_token")
        .length(1, 1'000)
        .format("line", plain_line)
        .pattern(R"(^[^\x00-\x1f\x7f]+$)")
        .example("EAAG-example")
        .describe("Kept encrypted, never shown"),
    http::rule("app_secret")
        .length(1, 200)
        .format("line", plain_line)
        .pattern(R"(^[^\x00-\x1f\x7f]+$)")
        .example("app-secret-example")
        .describe("Kept encrypted, never shown"),
};
constexpr std::span<http::rule const> http_rules(whatsapp_change const*) {
    return whatsapp_change_rules;
}

inline constexpr std::array pms_change_rules{
    http::rule("base_url")
        .length(1, 255)
        .format("http-url", good_base_url)
        .pattern(R"(^https?://[^/?#@\x00-\x20\x7f]+(/[^?#\x00-\x20\x7f]*)?$)")
        .example("https://pms.hotel-sol.example")
        .describe("The hotel's own QloApps server; null: the service's. Set by platform operators"),
    http::rule("hotel_id")
        .between(1, 2'147'483'647)
        .example("1")
        .describe("The hotel's number there. Set by platform operators"),
    http::rule("api_key")
        .length(1, 200)
        .format("line", plain_line)
        .pattern(R"(^[^\x00-\x1f\x7f]+$)")
        .example("WEBSERVICE-KEY-EXAMPLE")
        .describe("Kept encrypted, never shown"),
};
constexpr std::span<http::rule const> http_rules(pms_change const*) { return pms_change_rules; }

inline constexpr std::array settings_change_rules{
    http::rule("languages").items(0, 3).describe("In the order of preference"),
    http::rule("currency")
        .length(3, 3)
        .format("iso-4217", known_currency)
        .pattern("^[A-Z]{3}$")
        .example("USD")
        .describe("ISO 4217"),
    http::rule("timezone")
        .length(1, 50)
        .format("iana-timezone", known_timezone)
        .pattern("^[A-Za-z0-9_+/-]+$")
        .example("America/Montevideo"),
};
constexpr std::span<http::rule const> http_rules(settings_change const*) {
    return settings_change_rules;
}

// The change as a JSON merge patch (RFC 7396), and such a patch applied.
boost::json::object patch_of(settings_change const& what);
void merge(boost::json::object& into, boost::json::object const& patch);

}  // namespace agente::tenancy
