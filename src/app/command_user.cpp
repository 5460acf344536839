// agente-hotel user …: accounts of hotels' staff and of platform operators.
#include <iostream>

#include "app/command_session.hpp"
#include "base/text.hpp"
#include "identity/rights.hpp"

namespace agente::app {
namespace {

struct user_words {
    std::string name, username, email, full_name, tenant, role{"viewer"}, words;
    bool superuser{}, invite{}, end{}, must_change{};
};

boost::json::value document(identity::store::person const& one) {
    auto out = http::encode(one);
    return out;
}

void print(command_session const& s, identity::store::person const& one, std::string_view what) {
    if (s.json)
        print_json(std::cout, document(one));
    else
        std::cout << what << ' ' << one.username << " (" << one.email << ")\n";
}

void print_invitation(command_session const& s, identity::store::person const& whom,
                      identity::invitation const& link) {
    if (s.json)
        return print_json(std::cout,
                          boost::json::object{{"id", whom.id},
                                              {"username", whom.username},
                                              {"token", link.token.reveal()},
                                              {"expires_at", http::encode(link.expires_at)}});
    std::cout << "To choose a password, once and until " << shown(link.expires_at) << " UTC:\n  "
              << link.token.reveal() << "\nfor POST /api/v1/auth/accept-link\n";
}

bool known_role(std::string const& role) {
    return std::ranges::find(identity::roles, role) != std::end(identity::roles);
}

// What is wrong with the words of a command; nothing: they may be right.
std::string complaint_about_role(user_words const& w) {
    if (known_role(w.role)) return {};
    return fmt::format("there is no role \"{}\": say owner, manager, agent or viewer", w.role);
}

std::string complaint_about_adding(user_words const& w) {
    if (auto const wrong = complaint_about_role(w); !wrong.empty()) return wrong;
    if (w.superuser == !w.tenant.empty())
        return "whose account is it? --tenant SLUG for somebody of that hotel (see: agente-hotel "
               "tenant list), or --superuser for a platform operator, who stands outside hotels";
    if (w.invite && w.must_change)
        return "--invite has no password that must be changed: leave --must-change out";
    return {};
}

// The account a command is about.
task<identity::store::person> named(command_session& s, user_words const& w) {
    try {
        co_return co_await s.with.people.users.get_by_name(s.who, w.name);
    } catch (failure const& e) {
        if (e.reason().code() != "users.not_found") throw;
    }
    throw failure(error(error_kind::not_found, "users.not_found",
                        fmt::format("nobody has the username or e-mail address \"{}\": see "
                                    "agente-hotel user list",
                                    w.name)));
}

task<> add(command_session& s, user_words const& w) {
    identity::new_user made{.username = w.username,
                            .email = w.email,
                            .full_name = std::nullopt,
                            .role = w.role,
                            .tenant = std::nullopt,
                            .superuser = w.superuser,
                            .password = {},
                            .must_change = w.must_change};
    if (!w.full_name.empty()) made.full_name = w.full_name;
    if (!w.tenant.empty()) made.tenant = w.tenant;
    if (!w.invite) made.password = read_new_password();
    auto const created = co_await s.with.people.users.create(s.who, std::move(made));
    print(s, created.who, "Added");
    if (created.invited) print_invitation(s, created.who, *created.invited);
}

task<> list(command_session& s, user_words const& w) {
    identity::store::person_filter by{
        .tenant = std::nullopt, .words = std::nullopt, .after = std::nullopt, .most = 200};
    if (!w.tenant.empty()) by.tenant = w.tenant;
    if (!w.words.empty()) by.words = w.words;
    std::vector<std::vector<std::string>> rows;
    for (;;) {
        auto const page = co_await s.with.people.users.find(s.who, by);
        for (auto const& one : page) {
            if (s.json)
                print_json(std::cout, document(one));
            else
                rows.push_back({one.username, one.email, one.is_superuser ? "superuser" : one.role,
                                one.tenant_id.value_or(""), one.is_active ? "active" : "disabled",
                                yes_or(one.password_must_change), shown(one.created_at)});
        }
        if (page.size() < static_cast<std::size_t>(by.most)) break;
        by.after = text::lower(page.back().username);
    }
    print_table(std::cout,
                {"USERNAME", "E-MAIL", "ROLE", "HOTEL", "STATE", "MUST CHANGE", "SINCE (UTC)"},
                rows);
    if (s.json || !rows.empty()) co_return;
    bool const all = w.tenant.empty() && w.words.empty();
    std::cout << (all ? "Nobody. The first one: agente-hotel user add --superuser --username … "
                        "--email …\n"
                      : "Nobody of that hotel or name. All of them: agente-hotel user list\n");
}

task<> passwd(command_session& s, user_words const& w) {
    auto const whom = co_await named(s, w);
    co_await s.with.people.passwords.set(whom.id, read_new_password(), w.must_change);
    print(s, whom, "New password for");
}

task<> invite(command_session& s, user_words const& w) {
    auto const whom = co_await named(s, w);
    print_invitation(s, whom, co_await s.with.people.users.invite(s.who, whom.id));
}

task<> unlock(command_session& s, user_words const& w) {
    auto const whom = co_await named(s, w);
    co_await s.with.people.users.unlock(s.who, whom.id);
    print(s, whom, "Unlocked");
}

task<> remove_factor(command_session& s, user_words const& w) {
    auto const whom = co_await named(s, w);
    co_await s.with.people.users.remove_second_factor(s.who, whom.id);
    print(s, whom, "Second factor removed, and signed out everywhere:");
}

task<> sessions(command_session& s, user_words const& w) {
    auto const whom = co_await named(s, w);
    if (w.end) {
        auto const ended = co_await s.with.people.users.end_sessions(s.who, whom.id);
        if (s.json)
            print_json(std::cout, boost::json::object{{"id", whom.id}, {"ended", ended}});
        else
            std::cout << ended << " session(s) of " << whom.username << " ended\n";
        co_return;
    }
    auto const as_them = tenancy::authentication::caller_for(
        {.user_id = whom.id, .session_id = {}, .role = whom.role, .platform = false, .tenant = {}});
    std::vector<std::vector<std::string>> rows;
    for (auto const& one : co_await s.with.people.sessions.of(*as_them)) {
        if (s.json)
            print_json(std::cout, one);
        else
            rows.push_back({one.id, shown(one.created_at), shown(one.refreshed_at),
                            one.ip_address.value_or(""), one.user_agent.value_or("")});
    }
    print_table(std::cout, {"SESSION", "SINCE (UTC)", "LAST USED", "ADDRESS", "CLIENT"}, rows);
    if (!s.json && rows.empty()) std::cout << whom.username << " is not signed in anywhere.\n";
}

task<> set_active(command_session& s, user_words const& w, bool active) {
    auto const whom = co_await named(s, w);
    identity::store::person_change to;
    to.is_active = active;
    print(s, co_await s.with.people.users.change(s.who, whom.id, to),
          active ? "Enabled" : "Disabled, and signed out everywhere:");
}

task<> set_role(command_session& s, user_words const& w) {
    auto const whom = co_await named(s, w);
    identity::store::person_change to;
    to.role = w.role;
    print(s, co_await s.with.people.users.change(s.who, whom.id, to),
          fmt::format("Now {}, from the next request on:", w.role));
}

using action = task<> (*)(command_session&, user_words const&);
using complaint = std::string (*)(user_words const&);

command declare(command const& group, std::string const& name, std::string const& help,
                std::shared_ptr<user_words> const& words, action what, bool about_one = true,
                complaint wrong = nullptr) {
    auto const it = group.add(name, help);
    it.env_file();
    it.json("A line of JSON for each answer");
    if (about_one) it.argument("user", words->name, "E-mail address or username");
    it.run([words, what, wrong](common_options const& common) {
        if (auto const why = wrong ? wrong(*words) : std::string(); !why.empty()) {
            std::cerr << "agente-hotel: " << why << '\n';
            return exit_usage;
        }
        return administer(common, [words, what](command_session& s) { return what(s, *words); });
    });
    return it;
}

}  // namespace

void add_user_command(command const& program) {
    auto const group = program.add_group("user", "Accounts of staff and of platform operators");
    auto const words = std::make_shared<user_words>();

    auto const adding = declare(
        group, "add", "Add an account; its password is typed, or the first line of standard input",
        words, add, false, complaint_about_adding);
    adding.required_text("--username", words->username,
                         "What it signs in with, besides the e-mail address");
    adding.required_text("--email", words->email, "E-mail address");
    adding.text("--full-name", words->full_name, "Name of the person");
    adding.text("--tenant", words->tenant, "Slug of its hotel; or --superuser");
    adding.text("--role", words->role, "In its hotel: owner, manager, agent or viewer");
    adding.flag("--superuser", words->superuser, "A platform operator, outside hotels");
    adding.flag("--invite", words->invite, "No password: print a link to choose one");
    adding.flag("--must-change", words->must_change,
                "The password must be changed at the first sign-in");

    auto const listing = declare(group, "list", "Who has an account", words, list, false);
    listing.text("--tenant", words->tenant, "Of this hotel only");
    listing.text("--search", words->words, "A part of the username, e-mail address or name");

    auto const changing =
        declare(group, "passwd",
                "Give an account a new password, typed or the first line of standard input; "
                "signs it out everywhere",
                words, passwd);
    changing.flag("--must-change", words->must_change, "To be changed at the next sign-in");
    declare(group, "invite", "Print a link with which the person chooses a password", words,
            invite);
    declare(group, "role", "Change what an account may do in its hotel", words, set_role, true,
            complaint_about_role)
        .argument("role", words->role, "owner, manager, agent or viewer");
    declare(group, "unlock", "Forget failed sign-ins, so that it may try again", words, unlock);
    declare(
        group, "remove-second-factor",
        "For who lost the phone and the recovery codes; make sure that it is the person who asks",
        words, remove_factor);
    auto const looking =
        declare(group, "sessions", "Where an account is signed in", words, sessions);
    looking.flag("--end", words->end, "Sign it out everywhere");
    declare(group, "disable", "Sign an account out everywhere, and keep it out", words,
            [](command_session& s, user_words const& w) { return set_active(s, w, false); });
    declare(group, "enable", "Let a disabled account in again", words,
            [](command_session& s, user_words const& w) { return set_active(s, w, true); });
}

}  // namespace agente::app
