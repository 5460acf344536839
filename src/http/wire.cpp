#include "http/wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>

namespace agente::http {
namespace {

bool clean_value(std::string_view s) {
    return std::none_of(s.begin(), s.end(), [](char c) {
        auto const u = static_cast<unsigned char>(c);
        return (u < 0x20 && u != '\t') || u == 0x7f;
    });
}

bool clean_name(std::string_view s) {
    return !s.empty() && std::none_of(s.begin(), s.end(), [](char c) {
        auto const u = static_cast<unsigned char>(c);
        return u <= 0x20 || u >= 0x7f || c == ':';
    });
}

void append(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

}  // namespace

bool has_body(int status) noexcept { return status != 204 && status != 304; }

std::string imf_fixdate(std::chrono::sys_seconds at) {
    static constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed",
                                                          "Thu", "Fri", "Sat"};
    static constexpr std::array<std::string_view, 12> months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    auto const day = std::chrono::floor<std::chrono::days>(at);
    std::chrono::year_month_day const date(day);
    std::chrono::hh_mm_ss const time(at - day);
    return fmt::format(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[std::chrono::weekday(day).c_encoding()],
        static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
        static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
        time.seconds().count());
}

std::string response_head(response const& answer, wire_options const& options) {
    if (answer.status < 200 || answer.status > 999)
        throw std::logic_error(fmt::format("a handler answered with status {}", answer.status));
    for (auto const& [name, value] : answer.headers)
        if (!clean_name(name) || !clean_value(value))
            throw std::logic_error("a handler's header has a character that headers cannot have");
    if (!clean_value(answer.content_type))
        throw std::logic_error("a handler's content type has a character that headers cannot have");

    auto const given = [&](std::string_view name) {
        return std::any_of(answer.headers.begin(), answer.headers.end(),
                           [&](auto const& h) { return same_name(h.first, name); });
    };
    std::string out;
    out.reserve(512);
    fmt::format_to(std::back_inserter(out), "HTTP/1.{} {} {}\r\n", answer.http_1_0 ? 0 : 1,
                   answer.status, reason_phrase(answer.status));
    if (!given("Date")) append(out, "Date", options.date);
    if (!answer.content_type.empty()) append(out, "Content-Type", answer.content_type);
    if (!answer.no_length && has_body(answer.status) && !given("Content-Length"))
        fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", answer.body.size());
    if (!options.request_id.empty()) append(out, "X-Request-Id", options.request_id);
    if (options.default_headers)
        for (auto const& [name, value] : *options.default_headers)
            if (!given(name)) append(out, name, value);
    for (auto const& [name, value] : answer.headers) append(out, name, value);
    if (!given("Connection")) {
        if (!options.keep_alive)
            append(out, "Connection", "close");
        else if (options.say_keep_alive)
            append(out, "Connection", "keep-alive");
    }
    out += "\r\n";
    return out;
}

}  // namespace agente::http
