#include "qloapps/simulator_lists.hpp"

#include <numeric>

#include "qloapps/php_json.hpp"
#include "qloapps/simulator_query.hpp"

namespace agente::qloapps::simulation {

namespace json = boost::json;

namespace {

std::string value_text(json::value const& v) {
    if (v.is_string()) return std::string(v.get_string());
    return v.is_int64() ? fmt::format("{}", v.get_int64()) : std::string();
}

std::string field_xml(reader const& from, field const& f, json::value const& v) {
    if (v.is_null()) return "\t\n";
    auto const text = value_text(v);
    auto const value = text.empty() ? std::string() : cdata(text);
    if (f.translated)
        return fmt::format("\t<{0}><language id=\"1\" xlink:href=\"{1}\">{2}</language></{0}>\n",
                           f.name, from.link("languages", "1"), value);
    auto const href = f.link.empty() || text.empty() || text == "0"
                          ? std::string()
                          : fmt::format(" xlink:href=\"{}\"", from.link(f.link, text));
    return fmt::format("\t<{0}{1}>{2}</{0}>\n", f.name, href, value);
}

std::string associations_xml(association const& a, std::vector<std::int64_t> const& ids) {
    if (ids.empty()) return fmt::format("<{} {}/>\n", a.list, a.attributes);
    auto out = fmt::format("<{} {}>\n", a.list, a.attributes);
    for (auto id : ids)
        out +=
            fmt::format("\t<{0}>\n\t<id>{1}</id>\n\t</{0}>\n", a.item, cdata(std::to_string(id)));
    return out + fmt::format("</{}>\n", a.list);
}

struct rendered {
    json::object as_json;
    std::string as_xml;
};

rendered render(reader const& from, resource const& what, record const& values,
                std::vector<std::size_t> const& shown, bool whole, bool as_sent) {
    rendered out;
    out.as_xml = fmt::format("<{}>\n", what.item);
    for (auto const at : shown) {
        auto const& f = what.fields[at];
        bool const number_stays = !as_sent || f.name == "current_state";
        if (values[at].is_int64() && !number_stays)
            out.as_json[f.name] = value_text(values[at]);
        else
            out.as_json[f.name] = values[at];
        out.as_xml += field_xml(from, f, values[at]);
    }
    if (whole && !what.associations.empty()) {
        out.as_xml += "<associations>\n";
        json::object lists;
        for (auto const& a : what.associations) {
            auto const id = std::strtoll(value_text(values[0]).c_str(), nullptr, 10);
            auto const ids = a.ids(from.state, id);
            out.as_xml += associations_xml(a, ids);
            json::array list;
            for (auto const child : ids) list.push_back(json::object{{"id", child}});
            if (!list.empty()) lists[a.list] = std::move(list);
        }
        out.as_xml += "</associations>\n";
        if (!lists.empty()) out.as_json["associations"] = std::move(lists);
    }
    out.as_xml += fmt::format("</{}>\n", what.item);
    return out;
}

std::vector<std::size_t> every_field(resource const& what) {
    std::vector<std::size_t> all(what.fields.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
}

std::vector<record> matching(std::vector<record> all, resource const& what, list_query const& q) {
    std::erase_if(all, [&](record const& values) {
        return !std::ranges::all_of(q.filters, [&](list_filter const& f) {
            return matches(what.fields[f.field], values[f.field], f.wanted);
        });
    });
    std::ranges::stable_sort(all, [&](record const& a, record const& b) {
        for (auto const& key : q.sort) {
            auto const order =
                compare(what.fields[key.field], a[key.field], value_text(b[key.field]));
            if (order != 0) return key.descending ? order > 0 : order < 0;
        }
        return false;
    });
    auto const from = std::min(q.offset, all.size());
    auto const count = std::min(q.most.value_or(all.size()), all.size() - from);
    return {all.begin() + static_cast<std::ptrdiff_t>(from),
            all.begin() + static_cast<std::ptrdiff_t>(from + count)};
}

wanted by_filters(resource const& what, list_query const& q) {
    return [&](std::string_view name, json::value const& v) {
        auto const at = what.position(name);
        return std::ranges::all_of(q.filters, [&](list_filter const& f) {
            return f.field != at || matches(what.fields[at], v, f.wanted);
        });
    };
}

}  // namespace

std::string reader::link(std::string_view resource_name, std::string_view id) const {
    return fmt::format("http://{}/api/{}/{}", shop.domain, resource_name, id);
}

http::response reader::ids(std::string_view resource_name, std::string_view list,
                           std::string_view item, std::vector<std::int64_t> const& all) const {
    json::array entries;
    std::string xml = fmt::format("<{}>\n", list);
    for (auto const id : all) {
        entries.push_back(json::object{{"id", id}});
        xml += fmt::format("<{} id=\"{}\" xlink:href=\"{}\"/>\n", item, id,
                           link(resource_name, std::to_string(id)));
    }
    xml += fmt::format("</{}>\n", list);
    auto const text =
        entries.empty() ? std::string("[]") : php_json(json::object{{list, std::move(entries)}});
    return document(form, text, xml_document(xml));
}

http::response reader::list(resource const& what, http::request const& r) const {
    auto const asked = parse_query(what, r);
    if (asked.kills) return php_fatal(500);
    if (!asked.problems.empty()) return errors(form, 500, asked.problems);
    auto const found = matching(what.records(shop, state, by_filters(what, asked)), what, asked);
    if (asked.display.empty() && !asked.full) {
        std::vector<std::int64_t> all;
        for (auto const& values : found) all.push_back(values[0].get_int64());
        return ids(what.name, what.list, what.item, all);
    }
    json::array entries;
    std::string xml = fmt::format("<{}>\n", what.list);
    for (auto const& values : found) {
        auto one_record = render(*this, what, values,
                                 asked.full ? every_field(what) : asked.display, asked.full, false);
        entries.push_back(std::move(one_record.as_json));
        xml += one_record.as_xml;
    }
    xml += fmt::format("</{}>\n", what.list);
    auto const text = entries.empty() ? std::string("[]")
                                      : php_json(json::object{{what.list, std::move(entries)}});
    return document(form, text, xml_document(xml));
}

http::response reader::one(resource const& what, std::int64_t id) const {
    auto const by_id = [&](std::string_view name, json::value const& v) {
        return name != "id" || v == json::value(id);
    };
    for (auto const& values : what.records(shop, state, by_id)) {
        if (values[0] != json::value(id)) continue;
        auto found = render(*this, what, values, every_field(what), true, false);
        return document(form, php_json(json::object{{what.item, std::move(found.as_json)}}),
                        xml_document(found.as_xml));
    }
    return no_content(404);
}

http::response reader::echo(resource const& what, record const& values, int status) const {
    auto written = render(*this, what, values, every_field(what), true, true);
    return document(form, php_json(json::object{{what.item, std::move(written.as_json)}}),
                    xml_document(written.as_xml), status);
}

std::string_view closest(std::string_view to, std::vector<std::string_view> const& words) {
    std::string_view best;
    auto shortest = std::string_view::npos;
    for (auto const word : words) {
        std::vector<std::size_t> row(word.size() + 1);
        std::iota(row.begin(), row.end(), std::size_t{0});
        for (std::size_t i = 0; i < to.size(); ++i) {
            auto diagonal = row[0];
            row[0] = i + 1;
            for (std::size_t j = 0; j < word.size(); ++j) {
                auto const replaced = diagonal + (to[i] == word[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
            }
        }
        if (row.back() <= shortest) shortest = row.back(), best = word;
    }
    return best;
}

}  // namespace agente::qloapps::simulation
