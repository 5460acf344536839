// Every SQL statement of this folder, for the test that runs EXPLAIN over them and for the SQL
// lint.
#pragma once

#include <vector>

#include "postgres/query.hpp"

namespace agente::booking {

std::vector<postgres::query_text> queries();

void append_advisory_queries(std::vector<postgres::query_text>& to);   // advisory_lock.cpp
void append_audit_queries(std::vector<postgres::query_text>& to);      // lock_events.cpp
void append_lock_view_queries(std::vector<postgres::query_text>& to);  // lock_view.cpp
void append_store_queries(std::vector<postgres::query_text>& to);      // booking_store.cpp

}  // namespace agente::booking
