// Every named query of the program, from the catalogues of its folders.
#pragma once

#include "app/guest_line.hpp"
#include "booking/catalogue.hpp"
#include "channels/inbox_store.hpp"
#include "channels/outbox_store.hpp"
#include "identity/service.hpp"
#include "operations/cleanup.hpp"
#include "tenancy/tenancy_store.hpp"

namespace agente::operations {

inline std::vector<postgres::query_text> all_queries() {
    std::vector<postgres::query_text> all;
    for (auto const& some : {tenancy::store::queries(), identity::queries(), booking::queries(),
                             channels::store::inbox_queries(), channels::store::outbox_queries(),
                             app::guest_line_queries(), cleanup_queries()})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

}  // namespace agente::operations
