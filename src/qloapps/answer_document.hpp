// The ground under answers.cpp: which answers count, which errors they carry, and fields that come
// as numbers or texts.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "qloapps/answers.hpp"

namespace agente::qloapps {

// The object under `root` of a 200 or 201 with JSON.
result<boost::json::object> object_in(pms_answer const& a, std::string_view root);
// The list under `root`; QloApps writes an empty one as a bare [].
result<boost::json::array> list_in(pms_answer const& a, std::string_view root);

struct pms_message {
    std::int64_t code{0};
    std::string message;  // valid UTF-8, shortened
};
std::vector<pms_message> errors_in(pms_answer const& a);  // empty when it is no error document

error nonsense(pms_answer const& a, std::string_view why);
error error_of(pms_answer const& a);  // of a status other than success

// Said by the webservice or the web server before anything of the request was carried out.
bool refused_before_doing(pms_answer const& a);

std::string text_in(boost::json::object const& from,
                    std::string_view key);  // "" when missing or no scalar
std::optional<std::int64_t> whole_in(boost::json::object const& from, std::string_view key);
std::optional<std::int64_t> micros_in(boost::json::object const& from, std::string_view key);
bool flag_in(boost::json::object const& from, std::string_view key);  // 1, "1", true
boost::json::object const& child_of(boost::json::object const& from,
                                    std::string_view key);  // empty when it is no object

}  // namespace agente::qloapps
