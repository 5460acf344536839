// How the commands that administer something run: connected to the database and Redis, as an
// operator of this machine, with one way of printing.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "app/administration.hpp"
#include "app/command_line.hpp"
#include "http/encode.hpp"

namespace agente::app {

struct command_session {
    administration& with;
    tenancy::caller const& who;  // may do everything
    bool json;
};

// Reads the settings, connects, runs `work`; what it throws is told on standard error, with the
// fields it is about. The command's exit code.
int administer(common_options const& common, std::function<task<>(command_session&)> work);

// The same with settings that are known to work. Throws what `work` throws.
void administer(settings const& s, bool json, std::function<task<>(command_session&)> work);

// For people: columns as wide as their widest cell. Nothing at all without rows.
void print_table(std::ostream& to, std::vector<std::string> const& head,
                 std::vector<std::vector<std::string>> const& rows);

// For scripts: one line of JSON.
void print_json(std::ostream& to, boost::json::value const& what);
template <http::described_struct T>
void print_json(std::ostream& to, T const& what) {
    print_json(to, http::encode(what));
}

// Never from an argument, which others can see: typed without being shown, or the first line of
// standard input when that is no terminal. Throws failure invalid "input.empty".
secret read_secret(std::string_view what);
// Asked twice at a terminal; throws failure invalid "input.differs".
secret read_new_password();

std::string shown(time_point at);  // "2026-11-24 14:05"
std::string yes_or(bool condition, std::string_view otherwise = "");

}  // namespace agente::app
