#include "app/preflight.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "app/connections.hpp"
#include "app/hotel_systems.hpp"
#include "app/identity_settings.hpp"
#include "app/operating.hpp"
#include "app/pms_checking.hpp"
#include "app/secret_rules.hpp"
#include "operations/lint.hpp"
#include "operations/machine_check.hpp"
#include "operations/redis_check.hpp"
#include "operations/whatsapp_check.hpp"

namespace agente::app {

using operations::finding;
using operations::findings;
using operations::severity;

namespace {

struct context {
    common_options const& common;
    config::loaded<settings> const& got;
    bool database_answers{false};

    settings const& s() const { return got.settings; }
    std::string file() const { return common.env_file.empty() ? ".env" : common.env_file; }
};

finding left_out(std::string check, std::string_view why) {
    return {std::move(check), severity::info, fmt::format("not looked at: {}", why), {}};
}

// "X is not set: do this" and "X must be a number. Example: X=1" as what and cure.
finding of_problem(std::string const& problem) {
    for (std::string_view const mark : {". Example: ", ": "})
        if (auto const at = problem.find(mark); at != std::string::npos)
            return {"config", severity::fault, problem.substr(0, at),
                    (mark == ": " ? "" : "for example ") + problem.substr(at + mark.size())};
    return {"config", severity::fault, problem, "correct it in .env or in the environment"};
}

findings configuration(context& with) {
    findings out;
    for (auto const& problem : with.got.problems) out.push_back(of_problem(problem));
    for (auto const& problem : problems_for_serving(with.s())) out.push_back(of_problem(problem));
    for (auto const& problem : identity_problems(with.s())) out.push_back(of_problem(problem));
    for (auto const& name : with.got.ignored)
        out.push_back({"config.ignored", severity::warning,
                       name + " is not a setting of this program",
                       "correct its name (agente-hotel config example shows all), or remove it"});
    if (!with.s().production())
        out.push_back({"config.environment", severity::warning,
                       fmt::format("ENVIRONMENT is {}: weak secrets and the simulator are let pass",
                                   with.s().environment),
                       "ENVIRONMENT=production where guests are served"});
    if (out.empty()) out.push_back({"config", severity::ok, "the configuration is complete", {}});
    return out;
}

findings secrets(context& with) {
    auto out = judge_secrets(with.s());
    for (auto& one : judge_settings_file(with.file())) out.push_back(std::move(one));
    return out;
}

findings machine(context& with) {
    auto out = operations::told_versions(AGENTE_VERSION);
    std::error_code ignored;
    for (auto& one : operations::check_disk({std::filesystem::current_path(ignored),
                                             std::filesystem::temp_directory_path(ignored)}))
        out.push_back(std::move(one));
    std::vector<std::string> tell_time;
    if (with.s().pms_type == "qloapps" && !with.s().pms_base_url.empty())
        tell_time.push_back(with.s().pms_base_url);
    if (!with.s().whatsapp_api_base_url.empty())
        tell_time.push_back(with.s().whatsapp_api_base_url);
    for (auto& one : operations::check_clock(tell_time, real_clock()))
        out.push_back(std::move(one));
    return out;
}

findings database(context& with) {
    if (with.s().database_url.empty()) return {left_out("database", "DATABASE_URL is not set")};
    auto out = operations::check_database(with.s().database_url, database_check_options(with.s()));
    with.database_answers = std::ranges::find(out, "connect", &finding::check) != out.end();
    return out;
}

findings exposure(context& with) {
    if (!with.database_answers) return {left_out("lint", "the database does not answer")};
    postgres::command_connection connection(database_address(with.s()));
    findings out;
    for (auto& one : operations::lint(connection))
        if (one.level >= severity::warning) out.push_back(std::move(one));
    if (out.empty())
        out.push_back({"lint",
                       severity::ok,
                       "nothing is open to anon or authenticated, and no rule of db lint is broken",
                       {}});
    return out;
}

findings redis(context& with) {
    if (with.s().redis_url.empty()) return {left_out("redis", "REDIS_URL is not set")};
    auto to = redis_options(with.s());
    if (to.has_error())
        return {{"redis.url", severity::fault, to.error().message(),
                 "copy the whole URL from the provider's console"}};
    return operations::check_redis(std::move(*to));
}

findings hotel_system(context& with) {
    if (with.s().pms_type != "qloapps")
        return {left_out("pms", "PMS_TYPE=mock is the built-in simulator")};
    if (with.s().pms_base_url.empty() || with.s().pms_api_key.empty())
        return {left_out("pms", "PMS_BASE_URL or PMS_API_KEY is not set")};
    return check_pms(pms_options(with.s()));
}

// What is wrong with one hotel's own system, each finding with the hotel's name; else one word.
findings of_hotel(hotel_with_own_system const& hotel) {
    auto const cure = fmt::format("agente-hotel pms check --tenant {} tells more", hotel.slug);
    if (hotel.with.has_error())
        return {{"hotel.pms", severity::fault,
                 fmt::format("{}: {}", hotel.slug, hotel.with.error().message()), cure}};
    findings out;
    for (auto& one : check_pms(*hotel.with)) {
        if (one.level < severity::warning) continue;
        one.what = fmt::format("{}: {}", hotel.slug, one.what);
        out.push_back(std::move(one));
    }
    if (out.empty())
        out.push_back({"hotel.pms", severity::ok, hotel.slug + ": its own system is fine", {}});
    return out;
}

findings hotels_own_systems(context& with) {
    constexpr int most = 20;
    if (!with.database_answers) return {left_out("hotel.pms", "the database does not answer")};
    if (with.s().pms_type != "qloapps")
        return {left_out("hotel.pms", "PMS_TYPE=mock is the built-in simulator")};
    auto hotels = hotels_with_own_systems(with.s(), most + 1);
    findings out;
    if (hotels.empty()) out.push_back(left_out("hotel.pms", "no hotel has a system of its own"));
    if (std::ssize(hotels) > most) {
        hotels.pop_back();
        out.push_back(left_out(
            "hotel.pms.more", fmt::format("more than {} hotels have a system of their own", most)));
    }
    for (auto const& hotel : hotels)
        for (auto& one : of_hotel(hotel)) out.push_back(std::move(one));
    return out;
}

findings whatsapp(context& with) {
    if (with.s().whatsapp_access_token.empty())
        return {left_out("whatsapp", "WHATSAPP_ACCESS_TOKEN is not set")};
    return operations::check_whatsapp({.base_url = with.s().whatsapp_api_base_url,
                                       .token = with.s().whatsapp_access_token,
                                       .number_id = with.s().whatsapp_phone_number_id,
                                       .app_secret = with.s().whatsapp_app_secret,
                                       .public_url = with.s().public_url},
                                      real_clock());
}

struct part {
    std::string_view title;
    findings (*look)(context&);
};

constexpr part parts[] = {
    {"Configuration", configuration},
    {"Secrets", secrets},
    {"This machine", machine},
    {"Database", database},
    {"Exposure of tables (db lint)", exposure},
    {"Redis", redis},
    {"Hotel system", hotel_system},
    {"Hotels' own systems", hotels_own_systems},
    {"WhatsApp", whatsapp},
};

findings looked_at(part const& one, context& with) {
    try {
        return one.look(with);
    } catch (std::exception const& e) {
        return {{"preflight.unfinished", severity::fault,
                 fmt::format("{} could not be looked at to the end: {}", one.title, e.what()),
                 "correct what the message says, then run this again; everything else was looked "
                 "at"}};
    }
}

}  // namespace

findings preflight_result::all() const {
    findings out;
    for (auto const& one : parts) out.insert(out.end(), one.found.begin(), one.found.end());
    return out;
}

preflight_result run_preflight(common_options const& common,
                               std::function<void(std::string_view)> const& step) {
    preflight_result out;
    context with{common, out.configuration =
                             load_settings(common.env_file.empty() ? ".env" : common.env_file,
                                           !common.env_file.empty(), common.flags)};
    int number = 0;
    for (auto const& one : parts) {
        step(fmt::format("{} of {}: {}", ++number, std::size(parts), one.title));
        out.parts.push_back({std::string(one.title), looked_at(one, with)});
    }
    return out;
}

operations::check_options database_check_options(settings const& s) {
    auto const pool = s.effective_pool();
    operations::check_options out;
    out.session_url = s.migrations_url;
    if (s.supabase())
        out.tier = s.supabase_tier == "pro" ? operations::supabase_tier::pro
                                            : operations::supabase_tier::free;
    out.instances = static_cast<int>(s.instances);
    out.connections_each = static_cast<int>(pool.size + pool.overflow);
    return out;
}

}  // namespace agente::app
