// agente-hotel config check|print|example: what the program understood of its settings, before
// anything is started.
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <iostream>

#include "app/command_line.hpp"
#include "app/settings.hpp"
#include "app/settings_example.hpp"

namespace agente::app {
namespace {

config::loaded<settings> load(common_options const& common) {
    return load_settings(common.env_file.empty() ? ".env" : common.env_file,
                         !common.env_file.empty(), common.flags);
}

int check(common_options const& common) {
    auto const got = load(common);
    auto problems = got.problems;
    for (auto& problem : problems_for_serving(got.settings)) problems.push_back(std::move(problem));
    if (common.json) {
        boost::json::object out;
        out["ok"] = problems.empty();
        out["problems"] = boost::json::array(problems.begin(), problems.end());
        out["ignored"] = boost::json::array(got.ignored.begin(), got.ignored.end());
        std::cout << boost::json::serialize(out) << '\n';
        return problems.empty() ? exit_ok : exit_failure;
    }
    for (auto const& problem : problems) std::cout << "problem: " << problem << '\n';
    for (auto const& name : got.ignored)
        std::cout << "ignored: " << name << " is not a setting of this program\n";
    std::cout << (problems.empty() ? "The configuration is complete.\n"
                                   : "Not ready to serve; see the problems above.\n");
    return problems.empty() ? exit_ok : exit_failure;
}

std::string shown(config::setting<settings> const& s, settings const& values, bool set) {
    if (s.confidential) return set ? "(set, not shown)" : "";
    return s.show(values);
}

int print(common_options const& common) {
    auto const got = load(common);
    boost::json::array lines;
    for (auto const& s : declared_settings()) {
        auto const& name = s.names.front();
        auto const origin = got.origins.find(name);
        auto const from = origin == got.origins.end() ? std::string("default") : origin->second;
        auto const value = shown(s, got.settings, origin != got.origins.end());
        if (common.json)
            lines.push_back({{"name", name}, {"value", value}, {"from", from}, {"help", s.help}});
        else
            std::cout << fmt::format("{:<30} {:<36} {}\n", name, value, from);
    }
    if (common.json) std::cout << boost::json::serialize(lines) << '\n';
    for (auto const& problem : got.problems) std::cerr << "problem: " << problem << '\n';
    return got.problems.empty() ? exit_ok : exit_failure;
}

int example(bool supabase) {
    std::cout << settings_example(supabase ? example_kind::supabase : example_kind::plain);
    return exit_ok;
}

}  // namespace

void add_config_command(command const& program) {
    auto const group =
        program.add_group("config", "Check or print the configuration (secrets are never shown)");
    auto const checking = group.add("check", "Say everything that keeps `serve` from starting");
    checking.env_file();
    checking.json();
    checking.run(check);
    auto const printing = group.add("print", "Every setting with its value and where it came from");
    printing.env_file();
    printing.json();
    printing.run(print);
    auto const showing = group.add("example", "A commented .env file with every setting");
    auto const supabase = std::make_shared<bool>(false);
    showing.flag("--supabase", *supabase, "For a Supabase database in production");
    showing.run([supabase](common_options const&) { return example(*supabase); });
}

}  // namespace agente::app
