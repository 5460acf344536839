// What every command of the program shares: where its settings come from, how it prints, its exit
// codes.
#pragma once

#include <map>
#include <string>

namespace CLI {
class App;
}

namespace agente::app {

// Exit codes of all commands.
inline constexpr int exit_ok = 0;
inline constexpr int exit_failure = 1;  // a finding or a failure
inline constexpr int exit_usage = 2;

struct common_options {
    std::string env_file;  // empty: ./.env when it exists
    std::map<std::string, std::string>
        flags;  // settings given on the command line, by variable name
    bool json{};
};

// Each command adds itself to the program; `exit_code` is what main returns.
void add_config_command(CLI::App& program, common_options& common, int& exit_code);
void add_db_command(CLI::App& program, common_options& common, int& exit_code);
void add_serve_command(CLI::App& program, common_options& common, int& exit_code);
void add_demo_command(CLI::App& program, common_options& common, int& exit_code);
void add_chat_command(CLI::App& program, common_options& common, int& exit_code);

}  // namespace agente::app
