#include "qloapps/php_json.hpp"

#include <cmath>

#include "base/text.hpp"

namespace agente::qloapps {

namespace json = boost::json;

namespace {

// Decodes one code point of valid UTF-8 at `at` and moves past it.
char32_t next_code_point(std::string_view s, std::size_t& at) {
    auto const lead = static_cast<unsigned char>(s[at++]);
    int more = 0;
    char32_t point = lead;
    if (lead >= 0xf0)
        more = 3, point = lead & 0x07;
    else if (lead >= 0xe0)
        more = 2, point = lead & 0x0f;
    else if (lead >= 0xc0)
        more = 1, point = lead & 0x1f;
    for (; more > 0 && at < s.size(); --more)
        point = (point << 6) | (static_cast<unsigned char>(s[at++]) & 0x3f);
    return point;
}

void write_text(std::string& out, std::string_view raw) {
    auto const checked = text::valid_utf8(raw) ? std::string(raw) : text::scrub_utf8(raw);
    auto const units = [&](char32_t unit) {
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(unit));
    };
    out += '"';
    for (std::size_t at = 0; at < checked.size();) {
        auto const point = next_code_point(checked, at);
        switch (point) {
            case U'"': out += "\\\""; break;
            case U'\\': out += "\\\\"; break;
            case U'/': out += "\\/"; break;
            case U'\b': out += "\\b"; break;
            case U'\f': out += "\\f"; break;
            case U'\n': out += "\\n"; break;
            case U'\r': out += "\\r"; break;
            case U'\t': out += "\\t"; break;
            default:
                if (point >= 0x20 && point < 0x7f) {
                    out += static_cast<char>(point);
                } else if (point == 0x7f) {
                    out += '\x7f';
                } else if (point > 0xffff) {
                    units(0xd800 + ((point - 0x10000) >> 10));
                    units(0xdc00 + ((point - 0x10000) & 0x3ff));
                } else {
                    units(point);
                }
        }
    }
    out += '"';
}

void write(std::string& out, json::value const& v) {
    switch (v.kind()) {
        case json::kind::null: out += "null"; break;
        case json::kind::bool_: out += v.get_bool() ? "true" : "false"; break;
        case json::kind::int64: fmt::format_to(std::back_inserter(out), "{}", v.get_int64()); break;
        case json::kind::uint64:
            fmt::format_to(std::back_inserter(out), "{}", v.get_uint64());
            break;
        case json::kind::double_:
            if (v.get_double() == std::trunc(v.get_double()))
                fmt::format_to(std::back_inserter(out), "{:.0f}", v.get_double());
            else
                fmt::format_to(std::back_inserter(out), "{}", v.get_double());
            break;
        case json::kind::string:
            write_text(out, {v.get_string().data(), v.get_string().size()});
            break;
        case json::kind::array: {
            out += '[';
            char const* separator = "";
            for (auto const& item : v.get_array())
                out += separator, write(out, item), separator = ",";
            out += ']';
            break;
        }
        case json::kind::object: {
            out += '{';
            char const* separator = "";
            for (auto const& [key, value] : v.get_object()) {
                out += separator;
                write_text(out, {key.data(), key.size()});
                out += ':';
                write(out, value);
                separator = ",";
            }
            out += '}';
            break;
        }
    }
}

}  // namespace

std::string php_json(json::value const& document) {
    std::string out;
    write(out, document);
    return out;
}

}  // namespace agente::qloapps
