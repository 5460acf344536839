// The part of tenant_service that seals hotels' secrets anew.
#include "base/log.hpp"
#include "tenancy/tenant_secrets.hpp"
#include "tenancy/tenant_service.hpp"

namespace agente::tenancy {
namespace {

// A batch of what the sealer has to renew in one row.
std::vector<store::resealed> renewed(store::sealed_row const& row, sealer const& with,
                                     std::vector<std::string>& unreadable) {
    std::vector<store::resealed> out;
    for (auto const& path : secret_paths) {
        auto const* const section = row.settings.get_object().if_contains(path.section);
        if (!section || !section->is_object()) continue;
        auto const* const value = section->get_object().if_contains(path.key);
        if (!value || !value->is_string() || value->get_string().empty()) continue;
        std::string const before(value->get_string());
        if (with.current(before)) continue;
        auto const context = secret_context(row.tenant_id, path.name);
        // An earlier installation may have stored it as it is.
        auto const plain =
            before.starts_with("v1.") ? with.open(before, context) : result<secret>(secret(before));
        if (!plain) {
            unreadable.push_back(row.tenant_id + " " + std::string(path.name));
            log::warn("tenancy.secret_unreadable", {{"tenant", row.tenant_id},
                                                    {"setting", path.name},
                                                    {"code", plain.error().code()},
                                                    {"message", plain.error().message()}});
            continue;
        }
        out.push_back({.id = row.id,
                       .path = {std::string(path.section), std::string(path.key)},
                       .before = before,
                       .after = with.seal(plain->reveal(), context)});
    }
    return out;
}

}  // namespace

task<tenant_service::resealing> tenant_service::reseal(int at_once) {
    auto const as = postgres::access::platform();
    resealing out;
    for (int after = 0;;) {
        auto const rows = co_await store::with_secrets(database_, as, after, at_once);
        std::vector<store::resealed> writes;
        for (auto const& row : rows) {
            auto more = renewed(row, sealer_, out.unreadable);
            std::ranges::move(more, std::back_inserter(writes));
        }
        out.hotels += static_cast<int>(rows.size());
        out.renewed +=
            static_cast<int>(co_await store::write_resealed(database_, as, std::move(writes)));
        if (rows.size() < static_cast<std::size_t>(at_once)) co_return out;
        after = rows.back().id;
    }
}

}  // namespace agente::tenancy
