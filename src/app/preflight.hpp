// The whole list before a deployment: configuration, secrets, machine, database, Redis, hotel
// system, WhatsApp. For `preflight` and `report deployment`.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/command_line.hpp"
#include "app/settings.hpp"
#include "operations/check.hpp"
#include "operations/finding.hpp"

namespace agente::app {

struct preflight_part {
    std::string title;  // "Redis"
    operations::findings found;
};

struct preflight_result {
    config::loaded<settings> configuration;
    std::vector<preflight_part> parts;

    operations::findings all() const;  // of every part, in order
};

// Everything is looked at, whatever fails: a part that cannot be finished is a fault of its own.
// `step` is told each part before it begins. Changes nothing anywhere; blocks, some seconds for
// each thing that does not answer.
preflight_result run_preflight(common_options const& common,
                               std::function<void(std::string_view)> const& step);

// What `db check` holds the database against: tier, instances and pool of the settings.
operations::check_options database_check_options(settings const& s);

}  // namespace agente::app
