// A deployment on paper: what runs where, with which settings, in which state, and what to do next.
// For `report deployment`.
#pragma once

#include <optional>
#include <string>

#include "app/preflight.hpp"
#include "base/clock.hpp"
#include "operations/deployment_facts.hpp"

namespace agente::app {

struct deployment_account {
    preflight_result preflight;
    std::optional<operations::deployment_facts> database;  // nothing: it does not answer
    time_point at;
};

// Markdown. Secrets are left out, and what should still hold one of them is blackened.
std::string deployment_report(deployment_account const& of);

// Every secret of the settings (each key of a list, passwords inside URLs, as written and decoded)
// replaced in `text`.
std::string blackened(std::string text, settings const& s);

}  // namespace agente::app
