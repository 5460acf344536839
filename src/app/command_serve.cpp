// agente-hotel serve: production. Everything comes from the configuration; nothing is started
// beside it but PMS_TYPE=mock.
#include <iostream>

#include "app/command_line.hpp"
#include "app/connections.hpp"
#include "app/edge_settings.hpp"
#include "app/identity_settings.hpp"
#include "app/serving.hpp"
#include "app/settings.hpp"
#include "app/simulated_pms.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"

namespace agente::app {
namespace {

log::level level_of(std::string const& word) {
    if (word == "debug") return log::level::debug;
    if (word == "warn") return log::level::warn;
    if (word == "error") return log::level::error;
    return log::level::info;
}

int serve(common_options const& common) {
    auto got = load_settings(common.env_file.empty() ? ".env" : common.env_file,
                             !common.env_file.empty(), common.flags);
    auto& s = got.settings;
    auto problems = got.problems;
    for (auto& problem : problems_for_serving(s)) problems.push_back(std::move(problem));
    if (!s.database_url.empty())
        if (auto const database = database_options(s, 0); !database)
            problems.push_back(database.error().message());
    if (!s.redis_url.empty())
        if (auto const redis = redis_options(s); !redis)
            problems.push_back(redis.error().message());
    for (auto& problem : edge_problems(s)) problems.push_back(std::move(problem));
    for (auto& problem : identity_problems(s)) problems.push_back(std::move(problem));
    if (!problems.empty()) {
        std::cerr << "agente-hotel serve cannot start:\n";
        for (auto const& problem : problems) std::cerr << "  - " << problem << '\n';
        std::cerr << "See all settings with: agente-hotel config print\n";
        return exit_failure;
    }
    log::start(level_of(s.log_level));
    for (auto const& name : got.ignored)
        log::info("config.ignored", {{"name", name}, {"message", "not a setting of this program"}});

    telemetry::metrics metrics;
    std::optional<simulated_pms> pms;
    if (s.pms_type == "mock" && s.pms_base_url.empty()) {
        if (s.pms_api_key.size() != 32) s.pms_api_key = secret(random_hex(16));
        pms.emplace(s.pms_api_key, std::filesystem::path(), metrics);
        s.pms_base_url = pms->url();
        log::warn(
            "pms.simulated",
            {{"message",
              "PMS_TYPE=mock: this instance books in a simulator of its own, not in a hotel"}});
    }
    return serve_until_signal(s, metrics, [](unsigned short) {});
}

}  // namespace

void add_serve_command(command const& program) {
    auto const serving =
        program.add("serve", "Serve, with the configuration from the environment and .env");
    serving.env_file();
    serving.setting("--host", "HOST", "Address to listen on, instead of HOST");
    serving.setting("--port", "PORT", "Port to listen on, instead of PORT");
    serving.run(serve);
}

}  // namespace agente::app
