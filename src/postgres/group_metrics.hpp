// The numbers of a group commit, by its query. Used by group_commit.cpp.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "telemetry/gauge_part.hpp"

namespace agente::postgres {

class group_metrics {
public:
    group_metrics(telemetry::metrics& in, std::string_view query);

    void waiting(std::size_t rows) { waiting_.set(static_cast<double>(rows)); }
    void sent(std::size_t rows);
    void halved() { halved_.add(); }
    void retried() { retried_.add(); }
    void failed(std::size_t rows, error_kind kind);

private:
    telemetry::metrics& in_;
    std::string query_;
    telemetry::gauge_part waiting_;
    telemetry::counter& statements_;
    telemetry::histogram& rows_;
    telemetry::counter& halved_;
    telemetry::counter& retried_;
};

}  // namespace agente::postgres
