// agente-hotel flag …: what may be switched while the service runs.
#include <iostream>

#include "app/command_session.hpp"
#include "base/text.hpp"

namespace agente::app {
namespace {

struct flag_words {
    std::string name, value, tenant;
    std::optional<std::string> hotel() const {
        return tenant.empty() ? std::nullopt : std::optional(tenant);
    }
};

std::string word(std::optional<bool> value) { return !value ? "" : *value ? "on" : "off"; }

void print(command_session const& s, std::vector<tenancy::flag_view> const& all) {
    std::vector<std::vector<std::string>> rows;
    for (auto const& one : all) {
        if (s.json)
            print_json(std::cout, one);
        else
            rows.push_back({one.name, word(one.on), word(one.by_default), word(one.for_all),
                            one.tenant ? word(one.for_tenant) : "", one.description});
    }
    print_table(std::cout, {"FLAG", "NOW", "DEFAULT", "FOR ALL", "FOR HOTEL", "MEANING"}, rows);
    if (!s.json && !all.empty() && all.front().source != tenancy::flag_source::current)
        std::cerr << "Redis cannot be asked now: these are the defaults, whatever is set there. "
                     "agente-hotel redis check says more.\n";
}

task<> list(command_session& s, flag_words const& w) {
    print(s, co_await s.with.switches.list(s.who, w.hotel()));
}

task<> set(command_session& s, flag_words const& w) {
    auto const to = tenancy::flag_word(w.value);
    if (!to)
        throw failure(error(error_kind::invalid, "flags.no_word",
                            "'" + w.value + "' is neither on nor off: give one of them"));
    std::vector<tenancy::flag_view> one;
    one.push_back(co_await s.with.switches.set(s.who, w.name, w.hotel(), *to));
    print(s, one);
}

task<> unset(command_session& s, flag_words const& w) {
    std::vector<tenancy::flag_view> one;
    one.push_back(co_await s.with.switches.unset(s.who, w.name, w.hotel()));
    print(s, one);
}

using action = task<> (*)(command_session&, flag_words const&);

}  // namespace

void add_flag_command(command const& program) {
    auto const group = program.add_group("flag", "What may be switched while the service runs");
    auto const words = std::make_shared<flag_words>();
    auto const declare = [&](std::string const& name, std::string const& help, action what,
                             bool named, bool valued) {
        auto const it = group.add(name, help);
        it.env_file();
        it.json("A line of JSON for each flag");
        if (named) it.argument("flag", words->name, "Name of the flag");
        if (valued) it.argument("value", words->value, "on or off");
        it.text("--tenant", words->tenant,
                "Slug of a hotel, whose own value counts before that of all");
        it.run([words, what](common_options const& common) {
            return administer(common,
                              [words, what](command_session& s) { return what(s, *words); });
        });
    };
    declare("list", "All of them", list, false, false);
    declare("set", "Switch one, on every instance within two seconds", set, true, true);
    declare("unset", "Let the value of all hotels, or the default, count again", unset, true,
            false);
}

}  // namespace agente::app
