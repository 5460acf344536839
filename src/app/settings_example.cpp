#include "app/settings_example.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/settings.hpp"

namespace agente::app {
namespace {

struct heading {
    std::string_view first;  // the setting that the group begins with
    std::string_view title;
};

// In the order of declared_settings(); a setting that begins no group belongs to the one before it.
constexpr std::array headings{
    heading{"ENVIRONMENT", "Where this runs"},
    heading{"HOST", "The service's own address"},
    heading{"TRUSTED_PROXIES", "Proxies, browsers"},
    heading{"DATABASE_URL", "PostgreSQL"},
    heading{"REDIS_URL", "Redis"},
    heading{"SECRET_KEY_PREVIOUS", "Keys, sign-in, passwords"},
    heading{"PMS_TYPE", "The hotel system (QloApps)"},
    heading{"WHATSAPP_ACCESS_TOKEN", "WhatsApp Cloud API"},
    heading{"DEBOUNCE_MS", "Conversations"},
    heading{"RETENTION_SESSIONS_DAYS", "How long rows are kept (agente-hotel db cleanup)"},
};

struct given {
    std::string_view name, value;  // no value: it must be filled in
    std::string_view note{};
};

constexpr std::array plain_values{
    given{"ENVIRONMENT", "production"},
    given{"SECRET_KEY", "", "openssl rand -hex 32"},
    given{"DATABASE_URL", ""},
    given{"REDIS_URL", ""},
    given{"SETTINGS_KEY", "", "openssl rand -hex 32; not the same as SECRET_KEY"},
    given{"PMS_BASE_URL", ""},
    given{"PMS_API_KEY", ""},
    given{"WHATSAPP_ACCESS_TOKEN", ""},
    given{"WHATSAPP_PHONE_NUMBER_ID", ""},
    given{"WHATSAPP_VERIFY_TOKEN", "", "openssl rand -hex 16"},
    given{"WHATSAPP_APP_SECRET", ""},
};

constexpr std::array supabase_values{
    given{"DATABASE_URL", "",
          "Connect > Transaction pooler (port 6543), with TLS verified:\n"
          "# postgresql://postgres.REF:PASSWORD@aws-N-REGION.pooler.supabase.com:6543/postgres"
          "?sslmode=verify-full&sslrootcert=/etc/agente-hotel/supabase-ca.crt"},
    given{"MIGRATIONS_DATABASE_URL", "",
          "Connect > Session pooler (port 5432):\n"
          "# postgresql://postgres.REF:PASSWORD@aws-N-REGION.pooler.supabase.com:5432/postgres"
          "?sslmode=verify-full&sslrootcert=/etc/agente-hotel/supabase-ca.crt"},
    given{"USE_SUPABASE", "true"},
    given{"SUPABASE_TIER", "free", "free or pro"},
    given{"POSTGRES_POOL_SIZE", "2"},
    given{"POSTGRES_MAX_OVERFLOW", "2"},
    given{"REDIS_URL", "", "rediss://default:PASSWORD@NAME.upstash.io:6379"},
};

given const* find(std::span<given const> in, std::string_view name) {
    auto const found = std::ranges::find(in, name, &given::name);
    return found == in.end() ? nullptr : &*found;
}

constexpr std::string_view introduction =
    "# Settings of agente-hotel{}.\n"
    "# Copy this file to .env, fill in what is empty, and remove the # before what shall differ from "
    "the default.\n"
    "# The environment wins over this file, the command line over both. Special characters of a "
    "password inside a URL\n"
    "# are percent-encoded: # is %23, / is %2F, : is %3A, @ is %40.\n"
    "# Then: agente-hotel config check, agente-hotel preflight.\n"
    "#\n"
    "# Made by: agente-hotel config example{} > {}\n";

void add(std::string& to, config::setting<settings> const& s, given const* value) {
    to += fmt::format("\n# {}\n", s.help);
    if (s.names.size() > 1) {
        to += "# Also read as:";
        for (std::size_t i = 1; i < s.names.size(); ++i) to += " " + s.names[i];
        to += '\n';
    }
    if (value && !value->note.empty()) to += fmt::format("# {}\n", value->note);
    if (value)
        to += fmt::format("{}={}\n", s.names.front(), value->value);
    else
        to += fmt::format("# {}={}\n", s.names.front(), s.example);
}

}  // namespace

std::string settings_example(example_kind kind) {
    bool const supabase = kind == example_kind::supabase;
    auto out = fmt::format(fmt::runtime(introduction), supabase ? " with a Supabase database" : "",
                           supabase ? " --supabase" : "",
                           supabase ? ".env.supabase.example" : ".env.example");
    for (auto const& s : declared_settings()) {
        auto const& name = s.names.front();
        auto const begins = std::ranges::find(headings, name, &heading::first);
        if (begins != headings.end()) out += fmt::format("\n# ==== {} ====\n", begins->title);
        auto const* const own = supabase ? find(supabase_values, name) : nullptr;
        add(out, s, own ? own : find(plain_values, name));
    }
    return out;
}

}  // namespace agente::app
