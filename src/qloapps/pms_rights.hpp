// Which rights a webservice key has, and which the service needs. Private to pms_check.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "qloapps/pms_check.hpp"

namespace agente::qloapps {

using rights_by_resource = std::map<std::string, std::set<std::string>, std::less<>>;

// From the XML at /api/. Error: "pms.nonsense".
result<rights_by_resource> read_rights(std::string_view xml);

// One fault a missing right; else one ok. Rights that are not needed are told as well.
pms_observations judge_rights(rights_by_resource const& have);

}  // namespace agente::qloapps
