#include "operations/connect_diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace agente::operations {
namespace {

struct situation {
    connect_facts const& facts;
    connect_failure const& failure;
    time_point now;
    std::string said;  // in lower case

    bool says(std::string_view words) const { return said.find(words) != std::string::npos; }
};

// A symptom and what it means. The first row that fits counts: exact words stand before classes.
struct symptom {
    std::string_view check;
    std::string_view sqlstate;              // or its beginning; empty: any
    std::array<std::string_view, 5> words;  // one of them is in the message, lower case; none: any
    bool (*when)(situation const&);         // nullptr: always
    std::string_view cause, cure;           // {host} {port} {user} {ref} {database} {root} …
};

bool pooled(situation const& s) {
    return s.facts.at.kind == endpoint_kind::session_pooler ||
           s.facts.at.kind == endpoint_kind::transaction_pooler;
}
bool supabase(situation const& s) { return s.facts.at.kind != endpoint_kind::plain; }
bool direct(situation const& s) {
    return s.facts.at.host.starts_with("db.") && supabase(s);  // its port 6543, too
}
bool without_project(situation const& s) { return pooled(s) && !s.facts.names_project(); }
bool odd_password(situation const& s) { return s.facts.odd_escape.has_value(); }
bool expired(situation const& s) {
    auto const& shown = s.failure.certificate;
    return shown && shown->expires && *shown->expires < s.now;
}
bool unwilling(situation const& s) {
    return s.facts.tls_mode == "disable" || s.facts.tls_mode == "allow";
}
bool late(situation const& s) { return s.failure.code == "postgres.connect_timeout"; }

bool is_ipv6(std::string_view word) {
    return std::ranges::count(word, ':') >= 2 &&
           word.find_first_not_of("0123456789abcdef:.%") == std::string_view::npos;
}

// Every address that was tried is of IPv6: "…server at "db.abcd.supabase.co" (2600:1f18::7), port".
bool only_ipv6(situation const& s) {
    if (is_ipv6(s.facts.at.host) || is_ipv6(s.facts.address)) return true;
    bool any = false;
    std::string_view rest = s.said;
    while (!rest.empty()) {
        auto const end = std::min(rest.find_first_of("\"() ,"), rest.size());
        auto const word = rest.substr(0, end);
        if (is_ipv6(word)) any = true;
        if (std::ranges::count(word, '.') == 3 &&
            word.find_first_not_of("0123456789.") == std::string_view::npos)
            return false;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return any || direct(s);
}

constexpr std::string_view from_the_dialog =
    "copy host and user from the dashboard's Connect dialog: aws-0 and aws-1 are different poolers, and "
    "which one is yours cannot be guessed from the region";
constexpr std::string_view authority_cure =
    "download the project's certificate (dashboard: Database > Settings > SSL configuration; a private "
    "server: its ca.crt) and name its file in the URL: sslmode=verify-full&sslrootcert=/path/ca.crt; db "
    "check --insecure looks at the rest meanwhile";

// clang-format off
constexpr std::array symptoms{
    // What Supabase's pooler says, old words and new.
    symptom{"connect.no_role", "", {"user not found in the database"}, nullptr, "the project's database has no user \"{user}\"",
            "check the part before the '.', and that the role was made in this project"},
    symptom{"connect.project_ref", "", {"enoidentifier", "no tenant identifier"}, nullptr,
            "the pooler cannot tell which project is meant: the user is \"{user}\", without the project",
            "write the user as {user}.<project ref> (the ref is the first part of the project's own address)"},
    symptom{"connect.project_ref", "", {"tenant or user not found", "enotfound", "etenantnotfound", "user not found"}, without_project,
            "the pooler cannot tell which project is meant: the user is \"{user}\", without the project",
            "write the user as {user}.<project ref> (the ref is the first part of the project's own address)"},
    symptom{"connect.wrong_pooler", "", {"tenant or user not found", "enotfound", "etenantnotfound", "user not found"}, pooled,
            "the pooler {host} does not know project \"{ref}\" or its user: the host is another region's or cluster's, or the project "
            "reference is mistyped, or the project is paused",
            from_the_dialog},
    symptom{"connect.circuit_breaker", "", {"ecircuitbreaker", "circuit breaker", "too many authentication failures"}, nullptr,
            "the pooler blocks this machine for up to 120 s after too many failed sign-ins; every attempt meanwhile may start that time anew",
            "stop all instances that use a wrong password, mend it, wait two minutes, then try once"},
    symptom{"connect.session_pool_full", "", {"emaxconnsession", "emaxclientsession", "maxclientsinsessionmode", "max clients reached"}, nullptr,
            "session mode gives every client a server connection of its own, and all of the pool are taken: {said}",
            "let the service use the transaction pooler (port 6543); stop other clients, or raise the pool size (dashboard: Database > Settings)"},
    symptom{"connect.pooler_full", "", {"emaxconn", "emaxclientconn", "max client connections reached", "no more connections allowed"}, nullptr,
            "the pooler has as many clients as it may: {said}",
            "lower INSTANCES x (POSTGRES_POOL_SIZE + POSTGRES_MAX_OVERFLOW), look for other programs that hold connections, or take a larger tier"},
    symptom{"connect.pool_exhausted", "", {"echeckouttimeout", "checkout timeout", "check out connection", "query_wait_timeout"}, nullptr,
            "every server connection of the pooler was busy for its whole waiting time",
            "look for long statements and open transactions (db report), and close idle programs in session mode"},
    symptom{"connect.tls_required", "", {"esslrequired", "ssl connection is required", "ssl required"}, nullptr,
            "the server takes connections with TLS only, and this one came without (sslmode={tls_mode})",
            "write sslmode=require, or better sslmode=verify-full with sslrootcert, in the URL"},
    symptom{"connect.address_not_allowed", "", {"eaddrnotallowed", "allow_list"}, nullptr,
            "the project's network restrictions do not allow this machine's address: {said}",
            "allow it (dashboard: Database > Settings > Network restrictions)"},
    symptom{"connect.banned", "", {"ebanned", "tenant is banned"}, nullptr,
            "Supabase has blocked the project: {said}", "see the dashboard and the account's mails, and write to Supabase's support"},
    symptom{"connect.pooler_cannot_ask", "", {"eauthquery", "authentication query", "auth_query"}, nullptr,
            "the pooler could not look the password up in the database: it is starting, paused or overloaded ({said})",
            "open the project's dashboard: restore it if it is paused, wait if it is starting; then try again"},

    // TLS
    symptom{"connect.certificate_expired", "", {"certificate verify failed", "certificate has expired"}, expired,
            "the server's certificate ({subject}) ended on {expires}",
            "renew it on the server; on Supabase see status.supabase.com; db check --insecure looks at the rest meanwhile"},
    symptom{"connect.untrusted_certificate", "", {"certificate verify failed", "self-signed certificate", "self signed certificate"}, nullptr,
            "the server's certificate{certificate} is not signed by an authority in {root}", authority_cure},
    symptom{"connect.no_root_certificate", "", {"root certificate file", "could not read root certificate"}, nullptr,
            "sslmode={tls_mode} needs the authority's certificate, and its file {root} is missing or unreadable", authority_cure},
    symptom{"connect.certificate_name", "", {"does not match host name", "could not get server's host name"}, nullptr,
            "the certificate is another server's: {said}",
            "write in the URL a host name that the certificate has (sslmode=verify-ca checks the authority alone)"},
    symptom{"connect.no_tls", "", {"server does not support ssl"}, nullptr,
            "the URL asks for TLS (sslmode={tls_mode}), and the server at {host}:{port} offers none",
            "switch TLS on at the server (ssl = on); sslmode=disable is for a server on this machine only"},
    symptom{"connect.channel_binding", "", {"channel binding"}, nullptr,
            "the URL asks for channel_binding=require, which needs TLS and a server's own SCRAM; Supabase's pooler has it not",
            "remove channel_binding from the URL; sslmode=verify-full protects the connection"},
    symptom{"connect.tls_required", "28000", {"no encryption", "ssl off"}, unwilling,
            "the server takes no connections without TLS from here, and this one came without (sslmode={tls_mode})",
            "write sslmode=require, or better sslmode=verify-full with sslrootcert, in the URL"},
    symptom{"connect.not_allowed", "28000", {"pg_hba.conf"}, nullptr,
            "the server's pg_hba.conf has no line for user \"{user}\" and database \"{database}\" from here",
            "add one (hostssl all all <this address>/32 scram-sha-256) and reload the server"},

    // Who signs in
    symptom{"connect.password_encoding", "28P01", {}, odd_password,
            "the password was refused, and at position {position} of the URL it holds a '%' that reads as an encoded letter or digit, "
            "which no encoder writes",
            "a '%' of the password itself is written %25"},
    symptom{"connect.password", "28P01", {}, supabase,
            "user \"{user}\" was refused: the password is wrong, or was changed a moment ago (the pooler remembers the old one for some "
            "seconds), or the project is paused: a sleeping project refuses every password",
            "open the dashboard: restore the project if it is paused, else set the password again (Database > Settings) and wait a minute; "
            "no more than four attempts in 150 s, or this machine is blocked"},
    symptom{"connect.password", "28P01", {}, nullptr,
            "user \"{user}\" was refused: the password is wrong, or there is no such user",
            "check both; characters other than letters and digits are percent-encoded in the URL ('#' is %23, '@' is %40)"},
    symptom{"connect.password", "", {"sasl authentication failed", "no such user", "auth failed"}, nullptr,
            "the pooler refused user \"{user}\": wrong password, or a user it does not know",
            "check both, and the pooler's list of users; characters other than letters and digits are percent-encoded in the URL"},
    symptom{"connect.no_password", "", {"no password supplied"}, nullptr,
            "the server wants a password, and the URL has none",
            "write it after the user, percent-encoded: postgresql://{user}:<password>@{host}:{port}/{database}"},
    symptom{"connect.role_may_not_sign_in", "28000", {"not permitted to log in"}, nullptr,
            "role \"{user}\" may not sign in: it is one that others become (agente_app and its like)",
            "use the user that deploys; the service becomes the others by itself"},
    symptom{"connect.user_refused", "28", {}, nullptr, "the server refused user \"{user}\": {said}",
            "check the user, and that it may sign in"},
    symptom{"connect.no_database", "3D000", {}, nullptr, "there is no database \"{database}\" at {host}:{port}",
            "check the name after the last '/' of the URL; on Supabase it is postgres"},
    symptom{"connect.no_database", "", {"no such database"}, nullptr, "the pooler knows no database \"{database}\"",
            "check the name after the last '/' of the URL, and the pooler's [databases]"},
    symptom{"connect.no_right", "42501", {}, nullptr, "user \"{user}\" may not connect to database \"{database}\"",
            "grant it: GRANT CONNECT ON DATABASE {database} TO {user}"},

    // No room, not yet
    symptom{"connect.too_many_connections", "53300", {}, nullptr, "the server has no connection left: {said}",
            "lower INSTANCES x (POSTGRES_POOL_SIZE + POSTGRES_MAX_OVERFLOW), close other programs' connections, use the transaction pooler "
            "(port 6543), or take a larger tier"},
    symptom{"connect.starting", "57P", {}, nullptr, "the server is starting or stopping: {said}", "wait a minute and try again"},
    symptom{"connect.startup_parameter", "", {"unsupported startup parameter"}, nullptr,
            "the pooler refuses something the URL sets for the session: {said}", "remove that parameter from the URL"},

    // The way there
    symptom{"connect.ipv6_only", "", {"network is unreachable", "no route to host", "cannot assign requested address",
            "address family not supported"}, only_ipv6,
            "{host} has an IPv6 address only, and this machine cannot reach IPv6 addresses",
            "use the shared pooler (…pooler.supabase.com:6543, user postgres.{ref}) from the dashboard's Connect dialog, which has IPv4; or "
            "the project's IPv4 add-on; or give this machine (its container network) IPv6"},
    symptom{"connect.no_route", "", {"network is unreachable", "no route to host", "cannot assign requested address",
            "address family not supported"}, nullptr,
            "there is no way from this machine to {host}:{port}: {said}", "check this machine's network, VPN and firewall"},
    symptom{"connect.unknown_host", "", {"cannot be resolved"}, direct,
            "the name {host} has no address: the project reference is mistyped, the project is paused or deleted, or it has an IPv6 address "
            "only and this machine asks for IPv4",
            "check the project in the dashboard, and use the pooler's address from its Connect dialog"},
    symptom{"connect.unknown_host", "", {"cannot be resolved"}, pooled, "there is no pooler {host}", from_the_dialog},
    symptom{"connect.unknown_host", "", {"cannot be resolved"}, nullptr, "the name {host} has no address: {said}",
            "check its spelling (a password with an '@' that is not written %40 also moves it), and this machine's DNS"},
    symptom{"connect.name_server", "", {"was not resolved in time"}, nullptr, "this machine's name server did not answer in time for {host}",
            "check /etc/resolv.conf and the network"},
    symptom{"connect.refused", "", {"connection refused"}, direct,
            "{host}:{port} refuses connections: after several wrong passwords Supabase bans an address for half an hour, or nothing listens on that port",
            "look at the dashboard (Database > Settings > Network bans) and unban this machine; check the port (5432, or 6543 for the pooler)"},
    symptom{"connect.refused", "", {"connection refused"}, nullptr, "nothing listens at {host}:{port}",
            "check host and port, that the server runs, and that it listens on that address (listen_addresses)"},
    symptom{"connect.no_socket", "", {"no such file or directory"}, nullptr, "no server listens on the socket {host}: {said}",
            "check that it runs, and the URL: without a host it means a socket of this machine"},
    symptom{"connect.timed_out", "", {}, late, "{host}:{port} did not answer in time",
            "check host and port; a firewall that swallows packets looks like this: are outgoing connections to port {port} allowed?"},
    symptom{"connect.not_postgres", "", {"invalid response to ssl negotiation", "expected authentication request", "expected message length"}, nullptr,
            "what listens at {host}:{port} is no PostgreSQL: {said}", "check host and port"},
    symptom{"connect.cut_off", "", {"closed the connection unexpectedly", "connection reset", "ssl syscall", "broken pipe"}, nullptr,
            "the server at {host}:{port} ended the connection without a word: {said}",
            "see its log; a ban, a proxy in between or a server that is starting looks like this"},
};
// clang-format on

constexpr symptom anything{"connect.failed",
                           "",
                           {},
                           nullptr,
                           "no connection to {host}:{port}: {said}",
                           "see the server's log for the same moment, and run db check --debug"};

bool fits(symptom const& row, situation const& s) {
    if (!row.sqlstate.empty() && !s.failure.sqlstate.starts_with(row.sqlstate)) return false;
    bool const any = row.words.front().empty();
    if (!any && std::ranges::none_of(row.words, [&](auto w) { return !w.empty() && s.says(w); }))
        return false;
    return row.when == nullptr || row.when(s);
}

std::string date_of(time_point at) { return to_rfc3339(at).substr(0, 10); }

std::string filled(std::string_view text, situation const& s) {
    auto const& [facts, failure, now, said] = s;
    auto const& shown = failure.certificate;
    auto const expires = shown && shown->expires ? date_of(*shown->expires) : "an unknown day";
    auto const certificate = shown ? fmt::format(" ({}, issued by {}, good until {})",
                                                 shown->subject, shown->issuer, expires)
                                   : std::string();
    return fmt::format(
        fmt::runtime(text),
        fmt::arg("host", facts.at.host.empty() ? "a local socket" : facts.at.host),
        fmt::arg("port", facts.at.port), fmt::arg("user", facts.user),
        fmt::arg("ref", facts.names_project() ? facts.at.project_ref : "<project ref>"),
        fmt::arg("database", facts.database), fmt::arg("said", failure.said),
        fmt::arg("tls_mode", facts.tls_mode.empty() ? "prefer" : facts.tls_mode),
        fmt::arg("root", facts.root.empty() ? "~/.postgresql/root.crt" : facts.root),
        fmt::arg("position", facts.odd_escape.value_or(0)),
        fmt::arg("subject", shown ? shown->subject : ""), fmt::arg("expires", expires),
        fmt::arg("certificate", certificate));
}

// Without libpq's question at the end: "…Connection refused\n\tIs the server running on…".
std::string in_one_line(std::string_view said) {
    said = text::trim(said.substr(0, said.find("Is the server running ")));
    std::string out;
    for (char const c : said) {
        bool const blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!blank || !out.ends_with(' ')) out += blank ? ' ' : c;
    }
    return out;
}

}  // namespace

connect_facts connect_facts_of(postgres::conninfo const& where) {
    connect_facts out;
    out.at = endpoint_of(where);
    out.user = where.get("user");
    out.database = where.get("dbname").empty() ? out.user : std::string(where.get("dbname"));
    out.tls_mode = where.get("sslmode");
    out.root = where.get("sslrootcert");
    out.address = where.get("hostaddr");
    return out;
}

// "postgres.connect: the server's words (28P01): our hint": the words alone.
connect_failure connect_failure_of(postgres::error const& wrong) {
    connect_failure out;
    out.sqlstate = wrong.sqlstate();
    out.code = wrong.reason().code();
    std::string_view said = wrong.reason().message();
    constexpr std::string_view prefix = "postgres.connect: ";
    if (said.starts_with(prefix)) said.remove_prefix(prefix.size());
    if (!out.sqlstate.empty()) said = said.substr(0, said.rfind(" (" + out.sqlstate));
    out.said = in_one_line(said);
    return out;
}

finding diagnose(connect_facts const& facts, connect_failure const& failure, time_point now) {
    situation const s{facts, failure, now, text::lower(failure.said)};
    auto const found =
        std::ranges::find_if(symptoms, [&](auto const& row) { return fits(row, s); });
    auto const& row = found == symptoms.end() ? anything : *found;
    return {std::string(row.check), severity::fault, filled(row.cause, s), filled(row.cure, s)};
}

bool counts_against_us(finding const& diagnosed) {
    constexpr std::array<std::string_view, 5> refusals{
        "connect.password", "connect.password_encoding", "connect.wrong_pooler",
        "connect.project_ref", "connect.circuit_breaker"};
    return std::ranges::find(refusals, diagnosed.check) != refusals.end();
}

}  // namespace agente::operations
