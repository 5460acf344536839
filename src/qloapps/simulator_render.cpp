#include "qloapps/simulator_render.hpp"

#include <cstdlib>

#include "qloapps/php_json.hpp"

namespace agente::qloapps::simulation {

namespace json = boost::json;

namespace {

std::string scalar_text(json::value const& v) {
    switch (v.kind()) {
        case json::kind::string: return v.get_string().empty() ? "0" : std::string(v.get_string());
        case json::kind::int64: return fmt::format("{}", v.get_int64());
        case json::kind::uint64: return fmt::format("{}", v.get_uint64());
        case json::kind::double_: return fmt::format("{}", v.get_double());
        default: return "0";
    }
}

bool is_empty(json::value const& v) {
    if (auto const* list = v.if_array()) return list->empty();
    if (auto const* object = v.if_object()) return object->empty();
    return false;
}

void write_bookings_xml(std::string& out, std::string_view tag, json::value const& v) {
    if (is_empty(v) || (!v.is_array() && !v.is_object())) {
        fmt::format_to(std::back_inserter(out), "<{0}>{1}</{0}>\n", tag,
                       cdata(is_empty(v) ? "0" : scalar_text(v)));
        return;
    }
    fmt::format_to(std::back_inserter(out), "<{}>", tag);
    if (auto const* object = v.if_object()) {
        for (auto const& [key, value] : *object)
            write_bookings_xml(out, {key.data(), key.size()}, value);
    } else {
        auto const singular = tag.substr(0, tag.size() - 1);
        for (auto const& item : v.get_array()) write_bookings_xml(out, singular, item);
    }
    fmt::format_to(std::back_inserter(out), "</{}>", tag);
}

}  // namespace

format wanted_format(http::request const& r) {
    for (auto const name : {"output-format", "io-format"})
        if (r.header(name) == "JSON") return format::json;
    return r.query.find("output_format") == std::string_view("JSON") ? format::json : format::xml;
}

json::value amount(std::int64_t micros) {
    auto const cents = (micros + (micros < 0 ? -5'000 : 5'000)) / 10'000;
    if (cents % 100 == 0) return json::value(cents / 100);
    return json::value(static_cast<double>(cents) / 100.0);
}

std::string decimal(std::int64_t micros, int decimals) {
    auto text = fmt::format("{}{}.{:06}", micros < 0 ? "-" : "", std::abs(micros) / 1'000'000,
                            std::abs(micros) % 1'000'000);
    text.resize(text.size() - static_cast<std::size_t>(6 - decimals));
    return text;
}

std::string cdata(std::string_view text) {
    std::string out = "<![CDATA[";
    for (auto rest = text; !rest.empty();) {
        auto const end = rest.find("]]>");
        if (end == std::string_view::npos) {
            out += rest;
            break;
        }
        out += rest.substr(0, end + 2);
        out += "]]><![CDATA[";
        rest.remove_prefix(end + 2);
    }
    return out + "]]>";
}

std::string xml_document(std::string_view inside) {
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<qloapps xmlns:xlink=\"http://www.w3.org/1999/xlink\">\n{}</qloapps>\n",
        inside);
}

std::string bookings_xml(std::string_view root, json::value const& v) {
    std::string out;
    write_bookings_xml(out, root, v);
    return xml_document(out);
}

http::response document(format f, std::string json_text, std::string xml, int status) {
    http::response r;
    r.status = status;
    r.content_type = f == format::json ? json_type : xml_type;
    r.body = f == format::json ? std::move(json_text) : std::move(xml);
    return r;
}

http::response no_content(int status) {
    http::response r;
    r.status = status;
    return r;
}

http::response php_fatal(int status, std::string body) {
    http::response r;
    r.status = status;
    r.content_type = html_type;
    r.body = std::move(body);
    return r;
}

http::response errors(format f, int status, std::vector<problem> const& list) {
    json::array entries;
    std::string xml = "<errors>\n";
    for (auto const& p : list) {
        entries.push_back(json::object{{"code", p.code}, {"message", p.message}});
        xml += fmt::format("<error>\n<code>{}</code>\n<message>{}</message>\n</error>\n",
                           cdata(std::to_string(p.code)), cdata(p.message));
    }
    xml += "</errors>\n";
    return document(f, php_json(json::object{{"errors", std::move(entries)}}), xml_document(xml),
                    status);
}

http::response rejected(format f, std::string message, std::vector<problem> before) {
    before.push_back({404, std::move(message)});
    return errors(f, 400, before);
}

problem php_warning(std::string_view text, std::string_view file, int line) {
    return {3, fmt::format("[PHP Warning #2] {} (QLOROOT/{}, line {})", text, file, line)};
}

}  // namespace agente::qloapps::simulation
