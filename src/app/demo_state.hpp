// What a demo keeps in its folder between runs: its secrets, and where everything listens (for
// `agente-hotel chat`).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/secret.hpp"

namespace agente::app {

struct demo_secrets {
    secret secret_key, app_secret, verify_token, access_token, pms_api_key;

    secret operator_password() const;  // made from secret_key
};

struct demo_addresses {
    std::string http, postgres, redis, pms, whatsapp, captured;
};

struct demo_hotel {
    std::string tenant{"hotel-demo"};
    std::string name{"Hotel Demo"};
    std::string phone_number_id{"106540352242922"};
    std::string time_zone{"America/Argentina/Buenos_Aires"};
};

// Who signs in to a demo's admin API.
struct demo_operator {
    std::string username{"admin"};
    std::string email{"admin@demo.example"};
};

// /var/lib/agente-hotel/demo for root, else $XDG_DATA_HOME (or ~/.local/share)/agente-hotel/demo.
std::filesystem::path default_demo_folder();

// Reads demo-secrets.json (mode 0600), or makes it with random values.
demo_secrets keep_secrets(std::filesystem::path const& folder);

// One line of JSON: addresses, secrets, hotel. Written to demo.json (mode 0600) and printed by
// `demo --json`.
std::string describe(demo_addresses const& at, demo_secrets const& with, demo_hotel const& hotel);

struct running_demo {
    demo_addresses at;
    secret app_secret, settings_key;
    demo_hotel hotel;
};
// From demo.json; nullopt when there is none or it cannot be read.
std::optional<running_demo> read_running_demo(std::filesystem::path const& folder);

}  // namespace agente::app
