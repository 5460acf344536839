// Wrong ways of asking an operation, made of a good one: types, extremes, texts, twins, what is
// missing and what is too much. Used by the sweep.
#pragma once

#include "support/api_document.hpp"

namespace agente::support {

struct variation {
    std::string name;
    api_call call;
};

// The first is the good one itself.
std::vector<variation> variations_of(api_operation const& of, api_call const& good);

}  // namespace agente::support
