// The command line: one file a command, all wired to the same services as the HTTP API.
#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "app/command_line.hpp"
#include "base/result.hpp"

#ifndef AGENTE_VERSION
#define AGENTE_VERSION "unknown"
#endif

int main(int argc, char** argv) {
    using namespace agente::app;
    std::signal(SIGPIPE, SIG_IGN);  // a peer that hung up is an error of that connection only

    CLI::App program{
        "agente-hotel: the digital receptionist of hotels and hotel groups.\n"
        "Guests write on WhatsApp; it answers with the hotel system's own availability and prices, and books."};
    program.set_version_flag("--version", AGENTE_VERSION);
    program.require_subcommand(1);
    program.footer("Start here: agente-hotel demo");

    common_options common;
    int exit_code = exit_ok;
    add_demo_command(program, common, exit_code);
    add_chat_command(program, common, exit_code);
    add_serve_command(program, common, exit_code);
    add_config_command(program, common, exit_code);
    add_db_command(program, common, exit_code);

    try {
        program.parse(argc, argv);
    } catch (CLI::ParseError const& problem) {
        auto const code = program.exit(problem);
        return code == 0 ? exit_ok : exit_usage;
    } catch (agente::failure const& problem) {
        std::cerr << "agente-hotel: " << problem.what() << '\n';
        return exit_failure;
    } catch (std::exception const& problem) {
        std::cerr << "agente-hotel: " << problem.what() << '\n';
        return exit_failure;
    }
    return exit_code;
}
