#include "postgres/group_metrics.hpp"

namespace agente::postgres {
namespace {

telemetry::labels of(std::string_view query) { return {{"query", std::string(query)}}; }

}  // namespace

group_metrics::group_metrics(telemetry::metrics& in, std::string_view query)
    : in_(in), query_(query),
      waiting_(in.measure("postgres_group_waiting", "Rows that wait for a group's departure",
                          of(query))),
      statements_(in.count("postgres_group_statements_total",
                           "Statements of group commits, repeated and halved ones included",
                           of(query))),
      rows_(in.distribution("postgres_group_rows", "Rows that left together in one statement",
                            of(query), {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024})),
      halved_(in.count("postgres_group_splits_total",
                       "Groups halved to find the row that breaks a constraint", of(query))),
      retried_(in.count("postgres_group_retries_total",
                        "Statements sent again after a deadlock or a serialization failure",
                        of(query))) {}

void group_metrics::sent(std::size_t rows) {
    statements_.add();
    rows_.observe(static_cast<double>(rows));
}

void group_metrics::failed(std::size_t rows, error_kind kind) {
    if (rows == 0) return;
    auto with = of(query_);
    with.emplace("kind", to_string(kind));
    in_.count("postgres_group_failed_rows_total", "Rows of group commits that failed, by kind",
              with)
        .add(static_cast<double>(rows));
}

}  // namespace agente::postgres
