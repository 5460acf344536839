#include "booking/reason.hpp"

#include "base/text.hpp"

namespace agente::booking {

std::string to_reason(outcome::kind what, std::string_view detail) {
    if (detail.empty()) return std::string(to_string(what));
    return fmt::format("{}: {}", to_string(what), text::shorten(text::scrub_utf8(detail), 120));
}

parsed_reason parse_reason(std::string_view reason) {
    auto const colon = reason.find(": ");
    auto const word = reason.substr(0, colon);
    std::string detail(colon == std::string_view::npos ? std::string_view{}
                                                       : reason.substr(colon + 2));
    for (auto const what :
         {outcome::kind::sold_out, outcome::kind::price_changed, outcome::kind::busy,
          outcome::kind::not_checked, outcome::kind::refused})
        if (word == to_string(what)) return {what, std::move(detail)};
    return {outcome::kind::not_checked, std::string(reason)};
}

}  // namespace agente::booking
