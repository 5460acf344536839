// What every command of the program shares: how it declares itself, where its settings come from,
// its exit codes. CLI11 is compiled in command_line.cpp alone.
#pragma once

#include <functional>
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

// A command, or a group of commands, under declaration. What options are read into must live until
// the command has run; `names` are CLI11's: "--port" or "-p,--port". Values out of range, unknown
// options and missing commands are told to the user with exit_usage.
class command {
public:
    command(CLI::App& app, common_options& common, int& exit_code)
        : app_(&app), common_(&common), exit_code_(&exit_code) {}

    command add(std::string const& name, std::string const& help) const;
    // One of the commands added to it must be given.
    command add_group(std::string const& name, std::string const& help) const;

    // A word without an option's name, which must be given.
    void argument(std::string const& name, std::string& into, std::string const& help) const;
    void optional_argument(std::string const& name, std::string& into,
                           std::string const& help) const;
    void text(std::string const& names, std::string& into, std::string const& help) const;
    void required_text(std::string const& names, std::string& into, std::string const& help) const;
    void number(std::string const& names, long long& into, long long least, long long most,
                std::string const& help) const;
    void flag(std::string const& names, bool& into, std::string const& help) const;
    // Overrides the variable of that name.
    void setting(std::string const& names, std::string const& variable,
                 std::string const& help) const;
    void env_file() const;
    // --database-url, instead of DATABASE_URL and MIGRATIONS_DATABASE_URL.
    void database_url() const;
    void json(std::string const& help = "One JSON document instead of text") const;

    // Below its options in --help.
    void notes(std::string const& text) const;

    // What the program does when this command is given; returns the exit code.
    void run(std::function<int(common_options const&)> what) const;

private:
    CLI::App* app_;
    common_options* common_;
    int* exit_code_;
};

// Each command adds itself to the program. The ones under `db` are in command_db.hpp.
void add_config_command(command const& program);
void add_db_command(command const& program);
void add_pms_command(command const& program);
void add_preflight_command(command const& program);
void add_report_command(command const& program);
void add_redis_command(command const& program);
void add_serve_command(command const& program);
void add_demo_command(command const& program);
void add_chat_command(command const& program);
void add_user_command(command const& program);
void add_tenant_command(command const& program);
void add_identifier_command(command const& program);
void add_flag_command(command const& program);

// Reads the command line, runs the command, tells what went wrong; the program's exit code.
int run_command_line(int argc, char const* const* argv);

}  // namespace agente::app
