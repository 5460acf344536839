#include "http/encode.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"

namespace agente::http {

boost::json::value encode_text(std::string_view s) {
    if (text::valid_utf8(s)) return boost::json::string_view(s.data(), s.size());
    auto const scrubbed = text::scrub_utf8(s);
    return boost::json::string_view(scrubbed.data(), scrubbed.size());
}

boost::json::value encode_number(double d) {
    return std::isfinite(d) ? boost::json::value(d) : boost::json::value(nullptr);
}

boost::json::value encode_date(std::chrono::year_month_day date) {
    auto const s =
        fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return boost::json::string_view(s);
}

boost::json::value encode_time(time_point t) { return boost::json::string_view(to_rfc3339(t)); }

}  // namespace agente::http
