// How a simulated QloApps writes its answers: JSON and the XML dialects of its several writers,
// errors, empty forms.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.hpp"

namespace agente::qloapps::simulation {

enum class format { xml, json };

inline constexpr std::string_view xml_type = "text/xml;charset=utf-8";
inline constexpr std::string_view json_type = "application/json";
inline constexpr std::string_view html_type = "text/html; charset=utf-8";

// XML by default; JSON when a header or parameter asks for exactly that.
format wanted_format(http::request const& r);

// A bare number when whole, else with two decimals: how `bookings` and `hotel_ari` show money.
boost::json::value amount(std::int64_t micros);
// A string with six decimals: how generic resources show it.
std::string decimal(std::int64_t micros, int decimals = 6);

std::string cdata(std::string_view text);
std::string xml_document(std::string_view inside);  // <?xml …><qloapps …>inside</qloapps>

// One line per scalar, none for structures; every empty value is written as 0; list items under
// their singular name.
std::string bookings_xml(std::string_view root, boost::json::value const& v);

http::response document(format f, std::string json, std::string xml, int status = 200);
http::response no_content(int status);                        // 404: neither body nor content type
http::response php_fatal(int status, std::string body = {});  // text/html, as PHP ends when it dies

struct problem {
    int code{0};
    std::string message;
};
http::response errors(format f, int status, std::vector<problem> const& list);
http::response rejected(format f, std::string message,
                        std::vector<problem> before = {});  // every 400 of bookings: code 404
problem php_warning(std::string_view text, std::string_view file, int line);

}  // namespace agente::qloapps::simulation
