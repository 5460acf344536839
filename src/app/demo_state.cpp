#include "app/demo_state.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/text.hpp"
#include "base/whole_file.hpp"

namespace agente::app {
namespace {

namespace json = boost::json;

constexpr auto secrets_file = "demo-secrets.json";
constexpr auto state_file = "demo.json";

std::optional<json::object> read_object(std::filesystem::path const& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return std::nullopt;
    std::ostringstream text;
    text << in.rdbuf();
    boost::system::error_code ec;
    auto parsed = json::parse(text.str(), ec);
    if (ec || !parsed.is_object()) return std::nullopt;
    return parsed.get_object();
}

std::string text_of(json::object const& o, std::string_view name) {
    auto const* v = o.if_contains(name);
    return v != nullptr && v->is_string() ? std::string(v->get_string()) : std::string();
}

std::string revealed(secret const& s) { return std::string(s.reveal()); }

json::object as_json(demo_secrets const& s) {
    return {{"secret_key", revealed(s.secret_key)},
            {"whatsapp_app_secret", revealed(s.app_secret)},
            {"whatsapp_verify_token", revealed(s.verify_token)},
            {"whatsapp_access_token", revealed(s.access_token)},
            {"pms_api_key", revealed(s.pms_api_key)}};
}

}  // namespace

secret demo_secrets::operator_password() const {
    return secret(text::hex(crypto::hmac_sha256(secret_key, "demo operator")).substr(0, 20));
}

std::filesystem::path default_demo_folder() {
    if (::geteuid() == 0) return "/var/lib/agente-hotel/demo";
    if (auto const* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data != '\0')
        return std::filesystem::path(data) / "agente-hotel" / "demo";
    auto const* home = std::getenv("HOME");
    if (home == nullptr || *home == '\0')
        throw failure(error(error_kind::invalid, "demo.no_folder",
                            "neither HOME nor XDG_DATA_HOME is set: say where with --data DIR"));
    return std::filesystem::path(home) / ".local" / "share" / "agente-hotel" / "demo";
}

demo_secrets keep_secrets(std::filesystem::path const& folder) {
    auto const file = folder / secrets_file;
    if (auto const kept = read_object(file)) {
        demo_secrets s{
            secret(text_of(*kept, "secret_key")), secret(text_of(*kept, "whatsapp_app_secret")),
            secret(text_of(*kept, "whatsapp_verify_token")),
            secret(text_of(*kept, "whatsapp_access_token")), secret(text_of(*kept, "pms_api_key"))};
        if (!s.secret_key.empty() && !s.app_secret.empty() && !s.verify_token.empty() &&
            !s.access_token.empty() && s.pms_api_key.size() == 32)
            return s;
    }
    demo_secrets fresh{secret(random_hex(32)), secret(random_hex(16)), secret(random_hex(8)),
                       secret(random_hex(24)), secret(random_hex(16))};
    write_whole_file(file, json::serialize(as_json(fresh)) + "\n");
    return fresh;
}

std::string describe(demo_addresses const& at, demo_secrets const& with, demo_hotel const& hotel) {
    json::object const all{{"ready", true},
                           {"http", at.http},
                           {"postgres", at.postgres},
                           {"redis", at.redis},
                           {"pms", at.pms},
                           {"whatsapp", at.whatsapp},
                           {"captured", at.captured},
                           {"secrets", as_json(with)},
                           {"operator",
                            {{"username", demo_operator().username},
                             {"password", revealed(with.operator_password())}}},
                           {"hotel",
                            {{"tenant", hotel.tenant},
                             {"name", hotel.name},
                             {"phone_number_id", hotel.phone_number_id},
                             {"time_zone", hotel.time_zone}}}};
    return json::serialize(all);
}

std::optional<running_demo> read_running_demo(std::filesystem::path const& folder) {
    auto const all = read_object(folder / state_file);
    if (!all) return std::nullopt;
    auto const* secrets = all->if_contains("secrets");
    auto const* hotel = all->if_contains("hotel");
    if (secrets == nullptr || !secrets->is_object() || hotel == nullptr || !hotel->is_object())
        return std::nullopt;
    auto const& h = hotel->get_object();
    return running_demo{
        {text_of(*all, "http"), text_of(*all, "postgres"), text_of(*all, "redis"),
         text_of(*all, "pms"), text_of(*all, "whatsapp"), text_of(*all, "captured")},
        secret(text_of(secrets->get_object(), "whatsapp_app_secret")),
        secret(text_of(secrets->get_object(), "secret_key")),  // also seals hotels' secrets
        {text_of(h, "tenant"), text_of(h, "name"), text_of(h, "phone_number_id"),
         text_of(h, "time_zone")}};
}

}  // namespace agente::app
