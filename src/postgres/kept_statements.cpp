#include "postgres/kept_statements.hpp"

#include <algorithm>
#include <span>

namespace agente::postgres {

kept_statements::kept const* kept_statements::use(std::string_view sql, type_oid const* types,
                                                  int count) {
    std::span const given(types, static_cast<std::size_t>(count));
    if (given_up_) return nullptr;
    auto found = seen_.find(sql);
    if (found == seen_.end()) {
        if (seen_.size() >= most_seen) return nullptr;
        found = seen_.emplace(sql, kept{}).first;
    }
    auto& one = found->second;
    if (one.ready) return std::ranges::equal(one.types, given) ? &one : nullptr;
    if (one.name.empty() && ++one.uses >= worth_it && named_ < most) {
        one.name = "kept_" + std::to_string(++named_);
        one.types.assign(given.begin(), given.end());
        wishes_.push_back(&*found);
    }
    return nullptr;
}

kept_statements::entry* kept_statements::next_wish() {
    if (given_up_ || wishes_.empty()) return nullptr;
    auto* const next = wishes_.front();
    wishes_.pop_front();
    return next;
}

void kept_statements::settled(entry& which, bool confirmed) { which.second.ready = confirmed; }

}  // namespace agente::postgres
