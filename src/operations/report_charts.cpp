// Bars, rings and meters as SVG. Their numbers stand beside them as text, so the drawings are
// hidden from those who hear the page, or have a name.
#include <fmt/format.h>

#include <algorithm>
#include <numbers>

#include "base/text.hpp"
#include "operations/report_page.hpp"

namespace agente::operations {
namespace {

constexpr std::size_t most_bars = 12;

struct bar_part {
    std::string_view column, colour, legend;
};

enum class scale {
    largest,  // the longest bar is the largest row
    hundred   // the values are per cent
};

struct bar_chart {
    std::string_view section, label;
    std::vector<bar_part> parts;
    std::string_view value;  // the column written beside the bar
    std::string_view aside;  // another one, after it, with its words; empty: none
    std::string_view aside_words{""};
    scale of{scale::largest};
    bool long_labels{false};
    std::string_view without{""};  // what stands there when that column has nothing
};

// Which sections are drawn, and how.
std::vector<bar_chart> const& charts() {
    static std::vector<bar_chart> const all{
        {"table-stats",
         "table",
         {{"table_bytes", "one", "rows"},
          {"index_bytes", "two", "indexes"},
          {"toast_bytes", "three", "long values"}},
         "total_bytes",
         "rows",
         " rows"},
        {"index-stats", "index", {{"bytes", "one", ""}}, "bytes", "scans", " reads"},
        {"unused-indexes", "index", {{"bytes", "watch", ""}}, "bytes", "scans", " reads"},
        {"bloat",
         "name",
         {{"wasted_percent", "three", ""}},
         "wasted_bytes",
         "wasted_percent",
         "",
         scale::hundred},
        {"vacuum-stats",
         "table",
         {{"dead_percent", "watch", ""}},
         "dead_percent",
         "vacuumed_seconds",
         " since vacuum",
         scale::hundred,
         false,
         "never vacuumed"},
        {"cache",
         "table",
         {{"hit_percent", "one", ""}},
         "hit_percent",
         "blocks_from_disk",
         " from disk",
         scale::hundred},
        {"outliers",
         "statement",
         {{"share_percent", "one", ""}},
         "total_ms",
         "calls",
         " calls",
         scale::hundred,
         true},
        {"slowest",
         "statement",
         {{"mean_ms", "one", ""}},
         "mean_ms",
         "calls",
         " calls",
         scale::largest,
         true},
        {"calls",
         "statement",
         {{"calls", "one", ""}},
         "calls",
         "mean_ms",
         " each",
         scale::largest,
         true},
    };
    return all;
}

double number(report_cell const& cell) {
    if (auto const* whole = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*whole);
    if (auto const* real = std::get_if<double>(&cell)) return *real;
    return 0;
}

class reader {
public:
    explicit reader(report_section const& section) : section_(section) {}

    report_cell const& cell(std::size_t row, std::string_view column) const {
        return section_.rows[row][place(column)];
    }
    double value(std::size_t row, std::string_view column) const {
        return std::max(0.0, number(cell(row, column)));
    }
    std::string text(std::size_t row, std::string_view column) const {
        return shown(cell(row, column), section_.columns[place(column)].of);
    }

private:
    std::size_t place(std::string_view column) const {
        auto const found = std::ranges::find(section_.columns, column, &report_column::name);
        return static_cast<std::size_t>(found - section_.columns.begin());
    }
    report_section const& section_;
};

// `shares` of a hundred, one after the other.
std::string bar(std::vector<std::pair<double, std::string_view>> const& shares,
                std::string_view look, std::string_view name = {}) {
    std::string out =
        fmt::format(R"(<svg class="{}" viewBox="0 0 100 10" preserveAspectRatio="none" {}>)", look,
                    name.empty() ? std::string("aria-hidden=\"true\" focusable=\"false\"")
                                 : fmt::format("role=\"img\" aria-label=\"{}\"", escaped(name)));
    double from = 0;
    for (auto const& [share, colour] : shares) {
        auto const width = std::clamp(share, 0.0, 100.0 - from);
        if (width > 0)
            out += fmt::format(R"(<rect class="{}" x="{:.2f}" width="{:.2f}" height="10"/>)",
                               colour, from, std::max(width, 0.3));
        from += width;
    }
    return out + "</svg>";
}

std::string legend(std::vector<bar_part> const& parts) {
    if (parts.size() < 2) return "";
    std::string out = "<ul class=\"legend\">";
    for (auto const& part : parts)
        out += fmt::format("<li><i class=\"{}\"></i>{}</li>", part.colour, escaped(part.legend));
    return out + "</ul>";
}

std::string more(std::int64_t count) {
    return count > 0
               ? fmt::format("<p class=\"more\">and {} more</p>", shown(count, measure::count))
               : "";
}

// "120 calls", "1 call".
std::string aside_of(reader const& rows, std::size_t row, bar_chart const& chart) {
    auto words = chart.aside_words;
    auto const& cell = rows.cell(row, chart.aside);
    if (std::holds_alternative<std::monostate>(cell)) return std::string(chart.without);
    if (number(cell) == 1 && words.ends_with('s')) words.remove_suffix(1);
    return fmt::format("{}{}", rows.text(row, chart.aside), words);
}

std::string bars(report_section const& section, bar_chart const& chart) {
    reader const rows(section);
    auto const drawn = std::min(section.rows.size(), most_bars);
    double largest = 0;
    for (std::size_t row = 0; row < drawn; ++row) {
        double sum = 0;
        for (auto const& part : chart.parts) sum += rows.value(row, part.column);
        largest = std::max(largest, sum);
    }
    auto const whole = chart.of == scale::hundred ? 100.0 : largest;
    std::string out = legend(chart.parts);
    out += fmt::format("<ol class=\"bars{}\">", chart.long_labels ? " long" : "");
    for (std::size_t row = 0; row < drawn; ++row) {
        std::vector<std::pair<double, std::string_view>> shares;
        for (auto const& part : chart.parts)
            shares.emplace_back(whole > 0 ? 100 * rows.value(row, part.column) / whole : 0,
                                part.colour);
        auto label =
            escaped(text::shorten(rows.text(row, chart.label), chart.long_labels ? 220 : 90));
        if (chart.long_labels) label = fmt::format("<code>{}</code>", label);
        auto const aside = aside_of(rows, row, chart);
        out += fmt::format(
            "<li><span class=\"label\">{}</span>{}<span class=\"value\"><b>{}</b>{}{}</span></li>",
            label, bar(shares, "bar"), escaped(rows.text(row, chart.value)),
            aside.empty() ? "" : " · ", escaped(aside));
    }
    out += "</ol>";
    return out + more(section.in_all - static_cast<std::int64_t>(drawn));
}

std::string connections(report_section const& section) {
    reader const rows(section);
    constexpr std::string_view colours[] = {"one", "two", "three", "note", "watch"};
    std::vector<std::pair<double, std::string_view>> shares;
    std::string names, list = "<ul class=\"legend\">";
    double used = 0;
    for (std::size_t row = 0; row < section.rows.size(); ++row) {
        auto const state = rows.text(row, "state");
        // What is idle in a transaction is the one to see.
        auto const colour = state.starts_with("idle in transaction")
                                ? "bad"
                                : colours[std::min(row, std::size(colours) - 1)];
        shares.emplace_back(rows.value(row, "percent_of_most"), colour);
        used += rows.value(row, "percent_of_most");
        names +=
            fmt::format("{}{} {}", names.empty() ? "" : ", ", rows.text(row, "connections"), state);
        list += fmt::format("<li><i class=\"{}\"></i>{}: <b>{}</b></li>", colour, escaped(state),
                            escaped(rows.text(row, "connections")));
    }
    list += fmt::format("<li>{:.0f} % of all that may be open</li></ul>", used);
    return bar(shares, "bar thick", names) + list;
}

}  // namespace

std::string chart_of(report_section const& section) {
    if (section.rows.empty()) return "";
    if (section.name == "connections") return connections(section);
    auto const chart = std::ranges::find(charts(), section.name, &bar_chart::section);
    return chart == charts().end() ? "" : bars(section, *chart);
}

std::string ring(double percent, std::string_view name) {
    constexpr double radius = 20, round = 2 * std::numbers::pi * radius;
    return fmt::format(
        R"(<svg class="ring" viewBox="0 0 46 46" role="img" aria-label="{}"><circle class="way" cx="23" cy="23" r="20"/>)"
        R"(<circle class="part" cx="23" cy="23" r="20" stroke-dasharray="{:.1f} {:.1f}"/></svg>)",
        escaped(name), round * std::clamp(percent, 0.0, 100.0) / 100, round);
}

std::string meter(double percent, std::string_view name) {
    return bar({{percent, percent >= 90 ? "bad" : percent >= 70 ? "watch" : "one"}}, "meter", name);
}

}  // namespace agente::operations
