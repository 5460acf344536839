// Text that came from outside: checked, cut, masked. All lengths of guest-visible limits are in
// code points or graphemes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace agente::text {

bool valid_utf8(
    std::string_view s) noexcept;            // also refuses NUL, which PostgreSQL text cannot hold
std::string scrub_utf8(std::string_view s);  // invalid bytes and NUL become U+FFFD
std::size_t code_points(std::string_view utf8);  // invalid bytes count one each

// At most `most` code points, cut between grapheme clusters, ended with "…" when something was cut.
std::string shorten(std::string_view utf8, std::size_t most);

std::string_view trim(std::string_view s) noexcept;  // ASCII white space
std::string lower(std::string_view utf8);            // Unicode lower case, root locale
std::string fold(std::string_view utf8);  // lower case without accents: "Mañana" -> "manana"
std::vector<std::string_view> split(std::string_view s, char at);

std::string hex(std::string_view bytes);
std::string size(
    double bytes);  // "512 bytes", "8.9 MB", "120 GB": a kB is 1,024 bytes, as PostgreSQL's

// For logs: "+5491155550001" -> "+54*******0001"; "ana@hotel.example" -> "a**@hotel.example".
std::string mask_phone(std::string_view phone);
std::string mask_email(std::string_view email);

}  // namespace agente::text
