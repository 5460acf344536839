// Whether the secrets of the settings are worth the name: length, well-known words, one secret in
// two places, a settings file that others can read. For `preflight`.
#pragma once

#include <string>
#include <vector>

#include "app/settings.hpp"
#include "operations/finding.hpp"

namespace agente::app {

// No value of a secret is in what it returns.
operations::findings judge_secrets(settings const& s);

// Of the file the settings were read from; nothing when it is not there.
operations::findings judge_settings_file(std::string const& file);

// Every text that must not be seen: secrets, each key of a list, URLs that hold passwords, and
// those passwords, as written and decoded.
std::vector<std::string> secret_values(settings const& s);

}  // namespace agente::app
