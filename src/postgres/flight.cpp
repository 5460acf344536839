#include "postgres/flight.hpp"

namespace agente::postgres {
namespace {

error report_of(unit const& owner, reply const& r) {
    return server_error(owner.query, {r.sqlstate, r.message, r.constraint, r.table_name});
}

}  // namespace

bool flight::take(reply one) {
    if (complete()) {
        // The commit itself, at the Sync, may fail: a deferred constraint, a serialization failure.
        // It takes back everything.
        if (one.is != reply::kind::error || culprit_) return false;
        culprit_ = units_.size();
        for (auto& u : units_) u->fail(report_of(*u, one));
        return true;
    }
    auto& owner = *units_[unit_];
    switch (one.is) {
        case reply::kind::answer:
            if (culprit_) return false;
            owner.tables.push_back(std::move(one.rows));
            break;
        case reply::kind::error:
            if (culprit_) return false;
            culprit_ = unit_;
            owner.fail(report_of(owner, one));
            break;
        case reply::kind::skipped:
            if (!culprit_) return false;
            break;
    }
    if (++statement_ == owner.statements.size()) {
        statement_ = 0;
        ++unit_;
    }
    return true;
}

flight::landing flight::land() && {
    landing out;
    for (std::size_t i = 0; i < units_.size(); ++i) {
        auto& to = culprit_ && i > *culprit_ ? out.again : out.finished;
        to.push_back(std::move(units_[i]));
    }
    units_.clear();
    return out;
}

}  // namespace agente::postgres
