#include "operations/report_html.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "operations/report_page.hpp"

namespace agente::operations {
namespace {

constexpr std::size_t longest_text = 600;  // of a cell

struct look {
    std::string_view css, sign, word;
};
look look_of(severity level) {
    switch (level) {
        case severity::ok: return {"good", "✓", "good"};
        case severity::info: return {"note", "i", "note"};
        case severity::warning: return {"watch", "!", "watch"};
        case severity::fault: return {"bad", "✕", "act"};
    }
    return {"bad", "✕", "act"};
}

std::string pill(severity level) {
    auto const as = look_of(level);
    return fmt::format("<span class=\"pill {}\"><span aria-hidden=\"true\">{}</span> {}</span>",
                       as.css, as.sign, as.word);
}

finding const& judgement_of(report const& of, std::string_view check) {
    static finding const none{"", severity::info, "Not judged", ""};
    auto const found = std::ranges::find(of.judgement, check, &finding::check);
    return found == of.judgement.end() ? none : *found;
}

std::string verdict(report const& of) {
    auto const count = [&](severity level) {
        return std::ranges::count(of.judgement, level, &finding::level);
    };
    auto const faults = count(severity::fault), warnings = count(severity::warning);
    auto const level = faults > 0     ? severity::fault
                       : warnings > 0 ? severity::warning
                                      : severity::ok;
    auto const as = look_of(level);
    auto const things = [](auto n) { return fmt::format("{} {}", n, n == 1 ? "thing" : "things"); };
    auto const said = faults > 0     ? fmt::format("{} to mend now", things(faults))
                      : warnings > 0 ? fmt::format("{} to look at", things(warnings))
                                     : std::string("In good order");
    auto const more =
        faults > 0 && warnings > 0 ? fmt::format("and {} to look at. ", things(warnings)) : "";
    auto const since = of.overview.counting_since
                           ? fmt::format("Counted since {}.", *of.overview.counting_since)
                           : std::string("Counted since the server was set up.");
    return fmt::format(
        "<div class=\"card verdict\"><div class=\"sign {}\" aria-hidden=\"true\">{}</div>"
        "<div><h2>{}</h2><p>{}{}</p></div></div>",
        as.css, as.sign, said, more, escaped(since));
}

std::string tile(std::string_view title, finding const& judged, std::string_view number,
                 std::string_view drawing = {}, std::string_view below = {}) {
    return fmt::format(
        "<li class=\"card tile\"><h3>{} {}</h3><div class=\"number {}\">{}<span>{}</span></div>{}<p>{}</p></li>",
        escaped(title), pill(judged.level), drawing.empty() ? "" : look_of(judged.level).css,
        drawing, escaped(number), below, escaped(judged.what));
}

std::string tiles(report const& of) {
    auto const& o = of.overview;
    auto const hit =
        o.cache_hit_percent ? shown(*o.cache_hit_percent, measure::percent) : std::string("-");
    auto const connected = 100.0 * static_cast<double>(o.connections) /
                           static_cast<double>(std::max<std::int64_t>(1, o.most_connections));
    std::string out = "<ul class=\"tiles\">";
    out += tile("Size", judgement_of(of, "report.size"), shown(o.database_bytes, measure::bytes));
    out += tile("Found in the cache", judgement_of(of, "report.cache"), hit,
                o.cache_hit_percent ? ring(*o.cache_hit_percent, hit + " of the blocks") : "");
    out += tile("Connections", judgement_of(of, "report.connections"),
                fmt::format("{} of {}", o.connections, o.most_connections), {},
                meter(connected, fmt::format("{:.0f} % in use", connected)));
    out += tile("Oldest open transaction", judgement_of(of, "report.transactions"),
                o.oldest_transaction_seconds > 0
                    ? shown(o.oldest_transaction_seconds, measure::seconds)
                    : "none");
    out +=
        tile("Dead rows", judgement_of(of, "report.dead_rows"), shown(o.dead_rows, measure::count));
    out += tile("In unused indexes", judgement_of(of, "report.unused_indexes"),
                shown(o.unused_index_bytes, measure::bytes));
    return out + "</ul>";
}

std::string what_to_do(report const& of) {
    std::string rows;
    for (auto const level : {severity::fault, severity::warning, severity::info})
        for (auto const& one : of.judgement)
            if (one.level == level)
                rows += fmt::format("<li>{}<div>{}</div>{}</li>", pill(level), escaped(one.what),
                                    one.cure.empty() ? ""
                                                     : fmt::format("<div class=\"cure\">→ {}</div>",
                                                                   escaped(one.cure)));
    if (rows.empty()) return "";
    return fmt::format(
        "<section class=\"card\"><h2>What it means</h2><ul class=\"todo\">{}</ul></section>", rows);
}

bool is_number(measure of) {
    return of != measure::text && of != measure::flag && of != measure::statement;
}

std::string cell(report_cell const& of, report_column const& column) {
    auto const text = escaped(text::shorten(shown(of, column.of), longest_text));
    return column.of == measure::statement ? fmt::format("<code>{}</code>", text) : text;
}

std::string as_list(report_section const& section) {
    std::string out = "<dl>";
    for (std::size_t c = 0; c < section.columns.size(); ++c)
        out += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", escaped(section.columns[c].heading),
                           cell(section.rows[0][c], section.columns[c]));
    return out + "</dl>";
}

std::string as_table(report_section const& section) {
    std::string out = fmt::format(
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table><thead><tr>",
        escaped(section.title));
    for (auto const& column : section.columns)
        out += fmt::format("<th scope=\"col\"{}>{}</th>",
                           is_number(column.of) ? " class=\"n\"" : "", escaped(column.heading));
    out += "</tr></thead><tbody>";
    for (auto const& row : section.rows) {
        out += "<tr>";
        for (std::size_t c = 0; c < row.size(); ++c)
            out += fmt::format("<{0}{1}>{2}</{3}>", c == 0 ? "th scope=\"row\"" : "td",
                               is_number(section.columns[c].of) ? " class=\"n\"" : "",
                               cell(row[c], section.columns[c]), c == 0 ? "th" : "td");
        out += "</tr>";
    }
    out += "</tbody></table></div>";
    if (section.left_out() > 0)
        out += fmt::format("<p class=\"more\">and {} more</p>",
                           shown(section.left_out(), measure::count));
    return out;
}

std::string section_of(report_section const& section) {
    std::string out = fmt::format(
        "<section class=\"card\" aria-labelledby=\"{0}\"><h2 id=\"{0}\">{1}</h2><p class=\"about\">{2}</p>",
        section.name, escaped(section.title), escaped(section.about));
    if (section.rows.empty())
        return out + fmt::format("<p class=\"none\">{}</p></section>", escaped(section.said));
    if (!section.said.empty())
        out += fmt::format("<p class=\"said\">{}</p>", escaped(section.said));
    auto const chart = chart_of(section);
    if (section.rows.size() == 1 && section.columns.size() > 10)
        out += as_list(section);
    else if (chart.empty())
        out += as_table(section);
    else
        out += chart + fmt::format("<details><summary>All numbers</summary>{}</details>",
                                   as_table(section));
    return out + "</section>";
}

std::string contents(report const& of) {
    std::string out = "<nav aria-label=\"Sections\"><ul>";
    for (auto const& section : of.sections)
        out += fmt::format("<li><a href=\"#{}\">{}</a></li>", section.name, escaped(section.title));
    return out + "</ul></nav>";
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (char const c : text::scrub_utf8(text)) switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default:
                // Control characters are no characters in HTML.
                if ((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) || c == '\n' || c == '\t')
                    out += c;
                else
                    out += "\uFFFD";
        }
    return out;
}

std::string report_page(report const& of) {
    auto const& o = of.overview;
    std::string out = fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\"/>"
        "<meta name=\"referrer\" content=\"no-referrer\"/><meta name=\"robots\" content=\"noindex\"/>"
        "<title>Database {0}: report of {1}</title><style>{2}</style></head><body>"
        "<a class=\"skip\" href=\"#content\">To the content</a>"
        "<header><div class=\"inner\"><h1>Database {0}</h1><p>{1} · PostgreSQL {3}, running since {4} · seen by role {5}</p></div></header>"
        "<main id=\"content\">",
        escaped(o.database), escaped(o.taken_at), report_style(), escaped(o.server_version),
        escaped(o.started_at), escaped(o.role));
    out += verdict(of) + tiles(of) + what_to_do(of) + contents(of);
    for (auto const& section : of.sections) out += section_of(section);
    out +=
        "</main><footer>Made by agente-hotel db report. Literals in statements are replaced by '…'.</footer></body></html>\n";
    return out;
}

}  // namespace agente::operations
