#include "app/command_line.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

#include "base/result.hpp"

#ifndef AGENTE_VERSION
#define AGENTE_VERSION "unknown"
#endif

namespace agente::app {

command command::add(std::string const& name, std::string const& help) const {
    return {*app_->add_subcommand(name, help), *common_, *exit_code_};
}

command command::add_group(std::string const& name, std::string const& help) const {
    auto const group = add(name, help);
    group.app_->require_subcommand(1);
    return group;
}

void command::argument(std::string const& name, std::string& into, std::string const& help) const {
    app_->add_option(name, into, help)->required();
}

void command::optional_argument(std::string const& name, std::string& into,
                                std::string const& help) const {
    app_->add_option(name, into, help);
}

void command::text(std::string const& names, std::string& into, std::string const& help) const {
    auto* option = app_->add_option(names, into, help);
    if (!into.empty()) option->capture_default_str();
}

void command::required_text(std::string const& names, std::string& into,
                            std::string const& help) const {
    app_->add_option(names, into, help)->required();
}

void command::number(std::string const& names, long long& into, long long least, long long most,
                     std::string const& help) const {
    app_->add_option(names, into, help)->check(CLI::Range(least, most))->capture_default_str();
}

void command::flag(std::string const& names, bool& into, std::string const& help) const {
    app_->add_flag(names, into, help);
}

void command::setting(std::string const& names, std::string const& variable,
                      std::string const& help) const {
    app_->add_option_function<std::string>(
        names,
        [common = common_, variable](std::string const& value) { common->flags[variable] = value; },
        help);
}

void command::env_file() const {
    text("--env-file", common_->env_file,
         "Settings file (default: .env in this folder, when it exists)");
}

void command::database_url() const {
    app_->add_option_function<std::string>(
        "--database-url",
        [common = common_](std::string const& value) {
            common->flags["DATABASE_URL"] = value;
            common->flags["MIGRATIONS_DATABASE_URL"] = value;
        },
        "PostgreSQL, instead of DATABASE_URL and MIGRATIONS_DATABASE_URL");
}

void command::json(std::string const& help) const { flag("--json", common_->json, help); }

void command::notes(std::string const& text) const { app_->footer(text); }

void command::run(std::function<int(common_options const&)> what) const {
    app_->callback([what = std::move(what), common = common_, exit_code = exit_code_] {
        *exit_code = what(*common);
    });
}

int run_command_line(int argc, char const* const* argv) {
    CLI::App program{
        "agente-hotel: the digital receptionist of hotels and hotel groups.\n"
        "Guests write on WhatsApp; it answers with the hotel system's own availability and prices, and books."};
    program.set_version_flag("--version", AGENTE_VERSION);
    program.require_subcommand(1);
    program.footer("Start here: agente-hotel demo");

    common_options common;
    int exit_code = exit_ok;
    command const all(program, common, exit_code);
    add_demo_command(all);
    add_chat_command(all);
    add_serve_command(all);
    add_config_command(all);
    add_db_command(all);
    add_preflight_command(all);
    add_pms_command(all);
    add_redis_command(all);
    add_report_command(all);
    add_user_command(all);
    add_tenant_command(all);
    add_identifier_command(all);
    add_flag_command(all);

    try {
        program.parse(argc, argv);
    } catch (CLI::ParseError const& problem) {
        return program.exit(problem) == 0 ? exit_ok : exit_usage;
    } catch (std::exception const& problem) {
        std::cerr << "agente-hotel: " << problem.what() << '\n';
        return exit_failure;
    }
    return exit_code;
}

}  // namespace agente::app
