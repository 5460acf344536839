#include "operations/check_endpoint.hpp"

#include <fmt/format.h>

namespace agente::operations {
namespace {

using std::chrono::days;

constexpr int early_days = 21;  // to renew a certificate without haste

finding of_certificate(postgres::tls_state const& tls, time_point now) {
    if (!tls.expires)
        return {"tls.certificate", severity::info, fmt::format("{}: no end given", tls.subject),
                ""};
    auto const left = std::chrono::floor<days>(*tls.expires - now).count();
    auto const what = fmt::format("{}, issued by {}, good until {} ({} days)", tls.subject,
                                  tls.issuer, to_rfc3339(*tls.expires).substr(0, 10), left);
    if (left >= early_days) return {"tls.certificate", severity::ok, what, ""};
    return {"tls.certificate", left < 0 ? severity::fault : severity::warning, what,
            "renew the server's certificate; on Supabase it is renewed for you: see "
            "status.supabase.com if it is not"};
}

bool this_machine(std::string const& address) {
    return address.starts_with("127.") || address.starts_with("[::1]") || address.empty() ||
           address.front() == ':';
}

}  // namespace

finding judge_endpoint(endpoint const& at, bool behind_pooler) {
    auto const where = fmt::format("{}:{}", at.host.empty() ? "a local socket" : at.host, at.port);
    auto const project =
        at.project_ref.empty() ? std::string() : fmt::format(", project {}", at.project_ref);
    switch (at.kind) {
        case endpoint_kind::transaction_pooler:
            return {
                "endpoint.kind", severity::ok,
                fmt::format(
                    "transaction pooler {}{}: a server connection for each transaction; right for "
                    "the service. Backups, migrations with concurrent indexes and LISTEN need "
                    "session mode: the same host's port 5432",
                    where, project),
                ""};
        case endpoint_kind::session_pooler:
            return {
                "endpoint.kind", severity::warning,
                fmt::format("session pooler {}{}: every connection of the service holds a server "
                            "connection, and there are as many as the pool has (15 on small tiers)",
                            where, project),
                "right for backups and migrations (MIGRATIONS_DATABASE_URL); let the service use "
                "port 6543 (DATABASE_URL)"};
        case endpoint_kind::direct:
            return {"endpoint.kind", severity::ok,
                    fmt::format(
                        "direct connection to {}{}: everything is allowed; IPv6 only without the "
                        "add-on, and every connection counts against the tier's limit",
                        where, project),
                    ""};
        case endpoint_kind::plain: break;
    }
    if (behind_pooler)
        return {
            "endpoint.kind", severity::info,
            fmt::format("a pooler of yours at {}: what it keeps and loses is under probe.*", where),
            ""};
    return {"endpoint.kind", severity::ok,
            fmt::format("a PostgreSQL server at {}, no pooler: everything is allowed", where), ""};
}

findings judge_tls(postgres::tls_state const& tls, endpoint const& at, std::string const& address,
                   time_point now) {
    bool const near = at.kind == endpoint_kind::plain && this_machine(address);
    if (!tls.encrypted)
        return {{"tls.encrypted", near ? severity::info : severity::fault,
                 near ? "no TLS, on this machine alone"
                      : "no TLS: passwords and guests' data can be read on the way",
                 near ? "" : "write sslmode=verify-full and sslrootcert=<ca.crt> in the URL"}};
    findings out{
        {"tls.encrypted", severity::ok, fmt::format("{}, {}", tls.protocol, tls.cipher), ""}};
    if (tls.name_verified)
        out.push_back(
            {"tls.verified", severity::ok,
             fmt::format("the certificate is for this host, and signed by an authority in {}",
                         tls.root),
             ""});
    else if (tls.chain_verified)
        out.push_back(
            {"tls.verified", severity::warning,
             fmt::format("signed by an authority in {}, but not checked to be this host's: any "
                         "server with a certificate of that authority would do",
                         tls.root),
             "write sslmode=verify-full in the URL"});
    else
        out.push_back(
            {"tls.verified", near ? severity::info : severity::warning,
             "encrypted, but nobody has checked with whom: whoever sits in between can read along",
             "download the authority's certificate (Supabase: Database > Settings > SSL "
             "configuration) and write sslmode=verify-full&sslrootcert=/path/ca.crt in the URL"});
    if (!tls.subject.empty()) out.push_back(of_certificate(tls, now));
    return out;
}

postgres::conninfo without_verification(postgres::conninfo where) {
    if (where.get("sslmode").starts_with("verify-")) where.set("sslmode", "require");
    // libpq verifies against ~/.postgresql/root.crt when that is there, unless another is named.
    where.set("sslrootcert", "/dev/null/not-verified");
    return where;
}

}  // namespace agente::operations
