// The rules of `db lint` by group, each a table in a file of its own. Used by lint.cpp alone.
#pragma once

#include <span>

#include "operations/lint.hpp"

namespace agente::operations {

std::span<lint_rule const> lint_rules_of_access();    // who reaches what
std::span<lint_rule const> lint_rules_of_policies();  // row level security
std::span<lint_rule const> lint_rules_of_tables();    // keys, indexes, leftovers

}  // namespace agente::operations
