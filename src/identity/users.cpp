#include "identity/users.hpp"

#include <algorithm>

#include "base/ids.hpp"
#include "base/text.hpp"
#include "identity/one_time_link.hpp"
#include "identity/rights.hpp"
#include "identity/security_events.hpp"
#include "postgres/database.hpp"

namespace agente::identity {
namespace {

constexpr std::string_view nobodys_password = "!";  // of no known form: nobody signs in with it

// What the database refused, in the caller's words.
[[noreturn]] void explain(postgres::error const& wrong) {
    auto const refuse = [](error_kind kind, std::string_view code, std::string message) {
        throw failure(error(kind, code, std::move(message)));
    };
    auto const broken = wrong.constraint();
    if (broken == "users_username_key")
        refuse(error_kind::conflict, "users.username_taken",
               "somebody has this username: choose another");
    if (broken == "users_email_key")
        refuse(error_kind::conflict, "users.email_taken",
               "somebody has this e-mail address already");
    if (broken == "users_tenant_id_fkey")
        refuse(error_kind::invalid, "users.no_such_hotel", "there is no hotel with this slug");
    throw wrong;
}

void check(std::optional<std::string> const& username, std::optional<std::string> const& email) {
    if (username && !valid_username(*username))
        throw failure(error(error_kind::invalid, "users.username",
                            "a username has 1 to 100 characters, no white space and no @"));
    if (email && !valid_email(*email))
        throw failure(error(error_kind::invalid, "users.email", "this is no e-mail address"));
}

error superuser_of_hotel() {
    return error(error_kind::invalid, "users.superuser_of_hotel",
                 "an operator of the platform stands outside hotels: give a hotel or make a "
                 "superuser, not both");
}

bool no_space_or_control(std::string_view text) {
    return std::ranges::none_of(text, [](char c) {
        auto const u = static_cast<unsigned char>(c);
        return u <= 32 || u == 127;
    });
}

bool letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool mailbox_part(std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, [](char c) {
        return letter_or_digit(c) ||
               std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
    });
}
bool host_label(std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label, [](char c) { return letter_or_digit(c) || c == '-'; });
}

}  // namespace

bool valid_username(std::string_view name) {
    return text::valid_utf8(name) && !name.empty() && text::code_points(name) <= 100 &&
           name.find('@') == std::string_view::npos && no_space_or_control(name);
}

bool valid_email(std::string_view address) {
    auto const at = address.find('@');
    return at != std::string_view::npos && at <= 64 && address.size() <= 254 &&
           std::ranges::all_of(text::split(address.substr(0, at), '.'), mailbox_part) &&
           std::ranges::all_of(text::split(address.substr(at + 1), '.'), host_label);
}

store::reach users::reach_of(tenancy::caller const& who) const {
    return {.roles = roles_managed_by(who), .superusers = who.platform()};
}

// Of another hotel's people row level security shows nothing, so that nobody learns here who
// exists; that somebody asked is noted all the same.
void users::refuse_unknown(tenancy::caller const& who, std::string_view asked_for) const {
    if (!who.platform())
        log_.note({.type = event::unknown_user_refused,
                   .tenant = who.hotel() ? who.hotel()->slug() : std::string(),
                   .user_id = who.user_id(),
                   .address = who.address(),
                   .details = {{"asked_for", text::shorten(asked_for, 255)}}});
    throw failure(error(error_kind::not_found, "users.not_found",
                        "there is no such user, or not in your hotel"));
}

store::person users::changeable(tenancy::caller const& who, std::string_view asked_for,
                                std::optional<store::person> found) const {
    if (!found) refuse_unknown(who, asked_for);
    auto const within = reach_of(who);
    if ((found->is_superuser && !within.superusers) ||
        std::ranges::find(within.roles, found->role) == within.roles.end())
        throw failure(error(error_kind::forbidden, "users.not_yours",
                            "only people of roles below yours can be changed: ask an owner, or "
                            "the platform's operator"));
    return std::move(*found);
}

task<postgres::answers> users::run(postgres::batch batch) {
    try {
        co_return co_await db_.run(std::move(batch));
    } catch (postgres::error const& wrong) {
        explain(wrong);
    }
}

void users::note(std::string_view type, tenancy::caller const& by, store::person const& whom,
                 boost::json::object details) {
    if (!by.user_id().empty()) details["by"] = by.user_id();
    log_.note({.type = std::string(type),
               .tenant = whom.tenant_id.value_or(""),
               .user_id = whom.id,
               .address = by.address(),
               .details = std::move(details)});
}

task<std::vector<store::person>> users::find(tenancy::caller const& who, store::person_filter by) {
    if (by.tenant) who.for_hotel(*by.tenant);
    postgres::batch batch(who.access());
    auto const at = store::find_people(batch, by);
    auto const done = co_await run(std::move(batch));
    co_return done.rows(at);
}

task<store::person> users::get(tenancy::caller const& who, std::string id) {
    postgres::batch batch(who.access());
    auto const at = store::find_person(batch, id);
    auto const done = co_await run(std::move(batch));
    auto found = done.row(at);
    if (!found) refuse_unknown(who, id);
    co_return std::move(*found);
}

task<store::person> users::get_by_name(tenancy::caller const& who, std::string identifier) {
    postgres::batch batch(who.access());
    auto const at = store::find_person_by_name(batch, identifier);
    auto const done = co_await run(std::move(batch));
    auto found = done.row(at);
    if (!found) refuse_unknown(who, identifier);
    co_return std::move(*found);
}

store::new_link users::link_by(tenancy::caller const& who, secret const& token) const {
    auto const in_seconds = [](std::chrono::seconds s) { return static_cast<double>(s.count()); };
    return {.hash = one_time_link_hash(token.reveal()),
            .created_by = who.user_id(),
            .invite_life = in_seconds(with_.invite_life),
            .reset_life = in_seconds(with_.reset_life)};
}

invitation users::invitation_with(secret token, bool first) const {
    return {.token = std::move(token),
            .expires_at = time_.now() + (first ? with_.invite_life : with_.reset_life)};
}

task<created_user> users::create(tenancy::caller const& who, new_user made) {
    check(made.username, made.email);
    auto const within = reach_of(who);
    if (std::ranges::find(within.roles, made.role) == within.roles.end() ||
        (made.superuser && !within.superusers))
        throw failure(error(error_kind::forbidden, "users.role_above",
                            "you can only give roles below your own; an owner gives all of a "
                            "hotel's"));
    if (made.superuser && made.tenant) throw failure(superuser_of_hotel());
    if (made.tenant)
        who.for_hotel(*made.tenant);
    else if (!who.platform())
        made.tenant = who.hotel() ? std::optional(who.hotel()->slug()) : std::nullopt;
    bool const invited = made.password.empty();
    std::string hash(nobodys_password);
    if (!invited)
        hash = co_await choosing_.first_hash(std::move(made.password),
                                             {.username = made.username,
                                              .email = made.email,
                                              .full_name = made.full_name.value_or("")});
    system_random random;
    store::new_person const row{.id = new_uuid(time_, random),
                                .username = made.username,
                                .email = made.email,
                                .hashed_password = hash,
                                .full_name = made.full_name,
                                .tenant_id = made.tenant,
                                .role = made.role,
                                .must_change = invited || made.must_change,
                                .is_superuser = made.superuser};
    auto token = new_one_time_link();
    postgres::batch batch(who.access());
    auto const at = store::add_person(batch, row, who.platform());
    if (invited) store::add_link(batch, row.id, link_by(who, token), within);
    auto const done = co_await run(std::move(batch));
    created_user out{.who = done.row(at).value(), .invited = std::nullopt};
    note(event::user_created, who, out.who,
         {{"role", out.who.role}, {"superuser", out.who.is_superuser}});
    if (invited) {
        note(event::invited, who, out.who, {{"purpose", "invite"}});
        out.invited = invitation_with(std::move(token), true);
    }
    co_return out;
}

task<store::person> users::change(tenancy::caller const& who, std::string id,
                                  store::person_change to) {
    check(to.username, to.email);
    auto const within = reach_of(who);
    if (to.role && std::ranges::find(within.roles, *to.role) == within.roles.end())
        throw failure(error(error_kind::forbidden, "users.role_above",
                            "you can only give roles below your own"));
    if (!who.platform() && (to.tenant_id || to.is_superuser))
        throw failure(error(error_kind::forbidden, "users.platform_only",
                            "hotels and superusers are assigned by the platform's operator"));
    if (id == who.user_id() && (to.role || to.is_active || to.tenant_id || to.is_superuser))
        throw failure(error(error_kind::conflict, "users.yourself",
                            "you cannot change your own role, hotel or whether you may sign in: "
                            "let somebody else do it"));
    if (to.is_superuser.value_or(false)) {
        if (to.tenant_id.value_or(std::nullopt)) throw failure(superuser_of_hotel());
        to.tenant_id.emplace(std::nullopt);
    }
    postgres::batch batch(who.access());
    auto const before_at = store::lock_person(batch, id);
    auto const after_at = store::change_person(batch, id, to, within, who.platform());
    store::end_sessions_if_disabled(batch, id);
    auto const done = co_await run(std::move(batch));
    auto const before = changeable(who, id, done.row(before_at));
    auto after = done.row(after_at);
    if (!after) throw failure(superuser_of_hotel());
    if (before.username != after->username || before.email != after->email)
        note(event::user_renamed, who, *after,
             {{"username", before.username != after->username},
              {"email", before.email != after->email}});
    if (before.role != after->role || before.is_superuser != after->is_superuser ||
        before.tenant_id != after->tenant_id)
        note(event::role_changed, who, *after,
             {{"from", before.role},
              {"to", after->role},
              {"superuser", after->is_superuser},
              {"hotel_before", before.tenant_id.value_or("")}});
    if (before.is_active != after->is_active)
        note(after->is_active ? event::user_enabled : event::user_disabled, who, *after);
    co_return std::move(*after);
}

task<> users::remove(tenancy::caller const& who, std::string id) {
    if (id == who.user_id())
        throw failure(error(error_kind::conflict, "users.yourself",
                            "you cannot delete yourself: let somebody else do it"));
    postgres::batch batch(who.access());
    auto const before_at = store::lock_person(batch, id);
    store::delete_person(batch, id, reach_of(who));
    auto const done = co_await run(std::move(batch));
    auto const gone = changeable(who, id, done.row(before_at));
    note(event::user_deleted, who, gone, {{"username", gone.username}});
}

task<invitation> users::invite(tenancy::caller const& who, std::string id) {
    auto token = new_one_time_link();
    postgres::batch batch(who.access());
    auto const at = store::lock_person(batch, id);
    store::add_link(batch, id, link_by(who, token), reach_of(who));
    auto const done = co_await run(std::move(batch));
    auto const whom = changeable(who, id, done.row(at));
    if (!whom.is_active)
        throw failure(error(error_kind::conflict, "users.disabled",
                            "this account is disabled: enable it first"));
    note(event::invited, who, whom, {{"purpose", whom.password_must_change ? "invite" : "reset"}});
    co_return invitation_with(std::move(token), whom.password_must_change);
}

task<> users::force_password_change(tenancy::caller const& who, std::string id) {
    postgres::batch batch(who.access());
    auto const at = store::lock_person(batch, id);
    store::force_new_password(batch, id, reach_of(who));
    auto const done = co_await run(std::move(batch));
    note(event::password_forced, who, changeable(who, id, done.row(at)));
}

task<> users::unlock(tenancy::caller const& who, std::string id) {
    auto const whom = changeable(who, id, co_await get(who, id));
    co_await guesses_.release(whom.id);
    note(event::unlocked, who, whom);
}

task<> users::remove_second_factor(tenancy::caller const& who, std::string id) {
    if (!who.platform())
        throw failure(error(error_kind::forbidden, "auth.forbidden",
                            "a lost second factor is removed by an operator of the platform"));
    postgres::batch batch(who.access());
    auto const at = store::lock_person(batch, id);
    auto const removed_at = store::remove_second_factor(batch, id);
    auto const done = co_await run(std::move(batch));
    auto const whom = changeable(who, id, done.row(at));
    if (done.rows(removed_at).empty())
        throw failure(error(error_kind::conflict, "users.no_second_factor",
                            "this account has no second factor: nothing was changed"));
    note(event::totp_removed, who, whom);
}

task<int> users::end_sessions(tenancy::caller const& who, std::string id) {
    postgres::batch batch(who.access());
    auto const at = store::lock_person(batch, id);
    auto const ended_at = store::end_sessions_of(batch, id, "by_administrator", reach_of(who));
    auto const done = co_await run(std::move(batch));
    auto const whom = changeable(who, id, done.row(at));
    auto const ended = static_cast<int>(done.rows(ended_at).size());
    note(event::session_revoked, who, whom, {{"reason", "by_administrator"}, {"sessions", ended}});
    co_return ended;
}

}  // namespace agente::identity
