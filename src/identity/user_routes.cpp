#include "base/text.hpp"
#include "identity/routes.hpp"
#include "identity/user_types.hpp"

namespace agente::identity {

namespace {

using namespace std::chrono_literals;

std::string const root = "/api/v1/admin/users";
std::string const one = root + "/{id}";

http::problem_doc const unknown{404, "users.not_found", "No such user, or not of your hotel"};
http::problem_doc const not_yours{403, "users.not_yours",
                                  "A superuser, or somebody of your rank or above"};
http::problem_doc const too_high{403, "users.role_above", "You cannot give that role"};
http::problem_doc const yourself{409, "users.yourself", "Nobody does this to himself"};
http::problem_doc const name_taken{409, "users.username_taken", "Somebody has this username"};
http::problem_doc const email_taken{409, "users.email_taken", "Somebody has this e-mail address"};
http::problem_doc const superuser_of_hotel{400, "users.superuser_of_hotel",
                                           "A superuser stands outside hotels"};
http::problem_doc const no_hotel{400, "users.no_such_hotel", "There is no such hotel"};

std::string name_of(hotel_role role) { return boost::describe::enum_to_string(role, ""); }

person_answer answer_of(store::person const& p) {
    return {.id = p.id,
            .username = p.username,
            .email = p.email,
            .full_name = p.full_name,
            .role = p.role,
            .tenant = p.tenant_id,
            .active = p.is_active,
            .superuser = p.is_superuser,
            .password_must_change = p.password_must_change,
            .password_changed_at = p.password_last_changed,
            .created_at = p.created_at,
            .updated_at = p.updated_at};
}

link_answer answer_of(invitation const& i) {
    return {.token = std::string(i.token.reveal()), .expires_at = i.expires_at};
}

using http::rate_limit;

std::vector<rate_limit> reads() { return {{rate_limit::by::account, 600, 60s}}; }
// All of a hotel's owners and managers together, too: each can make another one.
std::vector<rate_limit> changes() {
    return {{rate_limit::by::account, 60, 60s}, {rate_limit::by::tenant, 600, 3600s}};
}

void add_listing(http::router& routes, service& with) {
    http::endpoint<find_users, http::page<person_answer>>(
        routes,
        {.method = "GET",
         .path = root,
         .summary = "The people of the own hotel, or of all for operators",
         .tags = {"users"},
         .scope = "users:read",
         .rates = reads(),
         .answer = "By username",
         .problems = {{404, "tenants.not_found", "No such hotel, or not yours"}}},
        [&with](find_users const& in, http::request const& r) -> task<http::page<person_answer>> {
            store::person_filter by{
                .tenant = in.tenant, .words = in.q, .after = std::nullopt, .most = in.limit + 1};
            if (in.cursor) by.after = http::read_cursor<users_key>(*in.cursor).name;
            auto const found = co_await with.users.find(tenancy::caller_of(r), std::move(by));
            http::page<person_answer> out;
            for (auto const& p : found) {
                if (std::ssize(out.items) == in.limit) {
                    out.next_cursor =
                        http::write_cursor(users_key{text::lower(out.items.back().username)});
                    break;
                }
                out.items.push_back(answer_of(p));
            }
            co_return out;
        });
    http::endpoint<user_request, person_answer>(
        routes,
        {.method = "GET",
         .path = one,
         .summary = "One person",
         .tags = {"users"},
         .scope = "users:read",
         .rates = reads(),
         .problems = {unknown}},
        [&with](user_request const& in, http::request const& r) -> task<person_answer> {
            co_return answer_of(co_await with.users.get(tenancy::caller_of(r), in.id));
        });
}

void add_creating(http::router& routes, service& with) {
    http::endpoint<create_user, created_answer>(
        routes,
        {.method = "POST",
         .path = root,
         .summary = "Add a person, with a password or an invitation",
         .tags = {"users"},
         .scope = "users:write",
         .rates = changes(),
         .limits = {.most_body = 8192},
         .status = 201,
         .answer = "Added",
         .location = true,
         .problems = {too_high,
                      name_taken,
                      email_taken,
                      no_hotel,
                      superuser_of_hotel,
                      {400, "password.too_short", "The password is refused: see change-password"},
                      {404, "tenants.not_found", "No such hotel, or not yours"},
                      {503, "auth.busy", "Too many passwords are being checked now"}}},
        [&with](create_user const& in,
                http::request const& r) -> task<http::answer_as<created_answer>> {
            new_user made{.username = in.username,
                          .email = in.email,
                          .full_name = in.full_name,
                          .role = name_of(in.role),
                          .tenant = in.tenant,
                          .superuser = in.superuser,
                          .password = secret(in.password.value_or("")),
                          .must_change = in.password_must_change};
            auto const created = co_await with.users.create(tenancy::caller_of(r), std::move(made));
            http::answer_as<created_answer> out{.status = 201};
            out.body.user = answer_of(created.who);
            if (created.invited) out.body.link = answer_of(*created.invited);
            out.headers.emplace_back("Cache-Control", "no-store");
            out.headers.emplace_back("Location", root + "/" + created.who.id);
            co_return out;
        });
}

void add_changing(http::router& routes, service& with) {
    http::endpoint<change_user, person_answer>(
        routes,
        {.method = "PATCH",
         .path = one,
         .summary = "Change a person: what is missing stays",
         .tags = {"users"},
         .scope = "users:write",
         .rates = changes(),
         .answer = "As it is now; access tokens with other rights die within a second",
         .problems = {unknown,
                      not_yours,
                      too_high,
                      yourself,
                      name_taken,
                      email_taken,
                      no_hotel,
                      superuser_of_hotel,
                      {403, "users.platform_only", "Only operators assign this"}}},
        [&with](change_user const& in, http::request const& r) -> task<person_answer> {
            store::person_change to{.username = in.username,
                                    .email = in.email,
                                    .role = std::nullopt,
                                    .full_name = in.full_name,
                                    .is_active = in.active,
                                    .tenant_id = in.tenant,
                                    .is_superuser = in.superuser};
            if (in.role) to.role = name_of(*in.role);
            co_return answer_of(
                co_await with.users.change(tenancy::caller_of(r), in.id, std::move(to)));
        });
    http::endpoint<user_request, http::nothing>(
        routes,
        {.method = "DELETE",
         .path = one,
         .summary = "Delete a person, with all sessions",
         .tags = {"users"},
         .scope = "users:write",
         .rates = changes(),
         .answer = "Deleted",
         .problems = {unknown, not_yours, yourself}},
        [&with](user_request const& in, http::request const& r) -> task<> {
            co_await with.users.remove(tenancy::caller_of(r), in.id);
        });
}

void add_actions(http::router& routes, service& with) {
    http::endpoint<user_request, link_answer>(
        routes,
        {.method = "POST",
         .path = one + "/invite",
         .summary = "A link by which the person chooses a password",
         .description = "Links made before it are worth nothing any more.",
         .tags = {"users"},
         .scope = "users:write",
         .rates = changes(),
         .answer = "The link's token, shown once",
         .problems = {unknown, not_yours, {409, "users.disabled", "Enable the account first"}}},
        [&with](user_request const& in,
                http::request const& r) -> task<http::answer_as<link_answer>> {
            auto const made = co_await with.users.invite(tenancy::caller_of(r), in.id);
            http::answer_as<link_answer> out{.body = answer_of(made)};
            out.headers.emplace_back("Cache-Control", "no-store");
            co_return out;
        });
    http::endpoint<user_request, http::nothing>(
        routes,
        {.method = "POST",
         .path = one + "/force-password-change",
         .summary = "Close everything to the person until a new password is chosen",
         .tags = {"users"},
         .scope = "users:write",
         .rates = changes(),
         .answer = "From the next request on",
         .problems = {unknown, not_yours}},
        [&with](user_request const& in, http::request const& r) -> task<> {
            co_await with.users.force_password_change(tenancy::caller_of(r), in.id);
        });
    http::endpoint<user_request, http::nothing>(
        routes,
        {.method = "POST",
         .path = one + "/unlock",
         .summary = "Forget the failed attempts to sign in",
         .tags = {"users"},
         .scope = "users:write",
         .rates = changes(),
         .answer = "The person may try again",
         .problems = {unknown, not_yours, {503, "redis.unavailable", "Redis is not there"}}},
        [&with](user_request const& in, http::request const& r) -> task<> {
            co_await with.users.unlock(tenancy::caller_of(r), in.id);
        });
    http::endpoint<user_request, http::nothing>(
        routes,
        {.method = "DELETE",
         .path = one + "/second-factor",
         .summary = "Remove a second factor that its owner has lost",
         .description = "Make sure that it is the person who asks: from now on the password alone "
                        "opens the account. It is signed out everywhere.",
         .tags = {"users"},
         .scope = "platform:users",
         .rates = changes(),
         .answer = "The next sign-in asks for no code",
         .problems = {unknown, {409, "users.no_second_factor", "The account has none"}}},
        [&with](user_request const& in, http::request const& r) -> task<> {
            co_await with.users.remove_second_factor(tenancy::caller_of(r), in.id);
        });
    http::endpoint<user_request, ended_answer>(
        routes,
        {.method = "POST",
         .path = one + "/end-sessions",
         .summary = "Sign the person out everywhere",
         .tags = {"users"},
         .scope = "users:write",
         .rates = changes(),
         .answer = "How many sessions ended; access tokens die within a second",
         .problems = {unknown, not_yours}},
        [&with](user_request const& in, http::request const& r) -> task<ended_answer> {
            co_return ended_answer{co_await with.users.end_sessions(tenancy::caller_of(r), in.id)};
        });
}

}  // namespace

void add_user_routes(http::router& routes, service& with) {
    add_listing(routes, with);
    add_creating(routes, with);
    add_changing(routes, with);
    add_actions(routes, with);
}

}  // namespace agente::identity
