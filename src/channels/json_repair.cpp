#include "channels/json_repair.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>

#include "base/text.hpp"

namespace agente::channels {
namespace {

// The number of a "\uXXXX" that starts at `at`, or 0.
unsigned escape_at(std::string_view s, std::size_t at) {
    if (at + 6 > s.size() || s[at] != '\\' || s[at + 1] != 'u') return 0;
    unsigned unit = 0;
    auto const [stop, ec] = std::from_chars(s.data() + at + 2, s.data() + at + 6, unit, 16);
    return ec == std::errc{} && stop == s.data() + at + 6 ? unit : 0;
}

bool leading(unsigned unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool trailing(unsigned unit) { return unit >= 0xdc00 && unit < 0xe000; }

}  // namespace

std::string repair_json_text(std::string_view json) {
    auto const text = text::scrub_utf8(json);
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] != '\\') {
            out.push_back(text[i++]);
            continue;
        }
        auto const unit = escape_at(text, i);
        if (leading(unit) && trailing(escape_at(text, i + 6))) {
            out.append(text, i, 12);
            i += 12;
        } else if (leading(unit) || trailing(unit)) {
            out += "\\ufffd";
            i += 6;
        } else {  // an escape takes its next character with it, so that "\\ud83d" stays what it
                  // says
            out.append(text, i, 2);
            i += 2;
        }
    }
    return out;
}

boost::json::value scrubbed(boost::json::value const& v) {
    if (auto const* s = v.if_string()) return boost::json::string(text::scrub_utf8(*s));
    if (auto const* list = v.if_array()) {
        boost::json::array out;
        out.reserve(list->size());
        for (auto const& one : *list) out.push_back(scrubbed(one));
        return out;
    }
    if (auto const* object = v.if_object()) {
        boost::json::object out;
        out.reserve(object->size());
        for (auto const& [name, one] : *object)
            out.insert_or_assign(text::scrub_utf8(name), scrubbed(one));
        return out;
    }
    return v;
}

}  // namespace agente::channels
