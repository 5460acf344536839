#include "operations/endpoint.hpp"

#include <fmt/format.h>

namespace agente::operations {
namespace {

constexpr std::string_view pooler_domain = ".pooler.supabase.com";
constexpr std::string_view project_domain = ".supabase.co";

std::string first_of(std::string_view list) { return std::string(list.substr(0, list.find(','))); }

}  // namespace

std::string_view to_string(endpoint_kind kind) noexcept {
    switch (kind) {
        case endpoint_kind::plain: return "plain";
        case endpoint_kind::direct: return "direct";
        case endpoint_kind::session_pooler: return "session pooler";
        case endpoint_kind::transaction_pooler: return "transaction pooler";
    }
    return "plain";
}

endpoint endpoint_of(postgres::conninfo const& where) {
    endpoint out;
    out.host = first_of(where.get("host"));
    out.port = first_of(where.get("port"));
    if (out.port.empty()) out.port = "5432";
    std::string_view const host = out.host;
    bool const shared_pooler = host.ends_with(pooler_domain);
    bool const project = host.starts_with("db.") && host.ends_with(project_domain);
    if (shared_pooler) {
        auto const user = where.get("user");
        auto const dot = user.rfind('.');
        if (dot != std::string_view::npos) out.project_ref = user.substr(dot + 1);
    } else if (project) {
        out.project_ref = host.substr(3, host.size() - 3 - project_domain.size());
    }
    if ((shared_pooler || project || where.on_supabase()) && out.port == "6543")
        out.kind = endpoint_kind::transaction_pooler;
    else if (shared_pooler)
        out.kind = endpoint_kind::session_pooler;
    else if (project)
        out.kind = endpoint_kind::direct;
    return out;
}

session_address session_address_of(postgres::conninfo where) {
    auto const at = endpoint_of(where);
    if (at.session_mode()) return {std::move(where), {}};
    where.set("port", "5432");
    return {std::move(where),
            fmt::format("this needs session mode, which port 6543 of {} has not: trying its port "
                        "5432 (MIGRATIONS_DATABASE_URL may name another)",
                        at.host)};
}

}  // namespace agente::operations
