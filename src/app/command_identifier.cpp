// agente-hotel identifier …: what hotels' guests are known by.
#include <iostream>

#include "app/command_session.hpp"

namespace agente::app {
namespace {

struct identifier_words {
    std::string tenant, identifier;
};

task<> add(command_session& s, identifier_words const& w) {
    auto const added = co_await s.with.identifiers.add(s.who, w.tenant, w.identifier);
    if (s.json)
        print_json(std::cout, added.what);
    else
        std::cout << (added.is_new ? "Added " : "There already: ") << added.what.identifier << '\n';
}

task<> list(command_session& s, identifier_words const& w) {
    std::vector<std::vector<std::string>> rows;
    std::optional<std::string> cursor;
    do {
        auto const page = co_await s.with.identifiers.list(s.who, w.tenant, 200, cursor);
        for (auto const& one : page.items) {
            if (s.json)
                print_json(std::cout, one);
            else
                rows.push_back({one.identifier, shown(one.created_at)});
        }
        cursor = page.next_cursor;
    } while (cursor);
    print_table(std::cout, {"IDENTIFIER", "SINCE (UTC)"}, rows);
    if (!s.json && rows.empty()) std::cout << w.tenant << " has no identifiers.\n";
}

task<> remove(command_session& s, identifier_words const& w) {
    co_await s.with.identifiers.remove(s.who, w.tenant, w.identifier);
    if (s.json)
        print_json(std::cout, boost::json::object{{"removed", w.identifier}});
    else
        std::cout << "Removed " << w.identifier << '\n';
}

task<> find(command_session& s, identifier_words const& w) {
    std::vector<std::vector<std::string>> rows;
    auto const found = co_await s.with.identifiers.find(w.identifier);
    for (auto const& one : found) {
        if (s.json)
            print_json(std::cout,
                       boost::json::object{{"tenant", one.slug},
                                           {"name", one.hotel},
                                           {"identifier", one.identifier},
                                           {"created_at", http::encode(one.created_at)}});
        else
            rows.push_back({one.slug, one.hotel, one.identifier, shown(one.created_at)});
    }
    print_table(std::cout, {"HOTEL", "NAME", "IDENTIFIER", "SINCE (UTC)"}, rows);
    if (!s.json && rows.empty()) std::cout << "No hotel knows " << w.identifier << ".\n";
}

using action = task<> (*)(command_session&, identifier_words const&);

}  // namespace

void add_identifier_command(command const& program) {
    auto const group = program.add_group("identifier", "What a hotel's guests are known by");
    auto const words = std::make_shared<identifier_words>();
    auto const declare = [&](std::string const& name, std::string const& help, action what,
                             bool of_hotel, bool of_one) {
        auto const it = group.add(name, help);
        it.env_file();
        it.json("A line of JSON for each answer");
        if (of_hotel) it.argument("tenant", words->tenant, "Slug of the hotel");
        if (of_one)
            it.argument("identifier", words->identifier,
                        "Phone number or e-mail address, in any spelling");
        it.run([words, what](common_options const& common) {
            return administer(common,
                              [words, what](command_session& s) { return what(s, *words); });
        });
    };
    declare("add", "Let a guest's number or address mean a hotel", add, true, true);
    declare("list", "Those of a hotel", list, true, false);
    declare("remove", "Forget it", remove, true, true);
    declare("find", "Which hotels have it", find, false, true);
}

}  // namespace agente::app
