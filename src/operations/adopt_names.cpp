#include "operations/adopt_names.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace agente::operations {
namespace {

constexpr std::size_t longest = 200;  // leaves room for a number

bool letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string slug_from(std::string_view text, std::int64_t id, std::set<std::string>& taken) {
    std::string slug;
    for (char const c : text::fold(text)) {
        if (letter_or_digit(c) || (!slug.empty() && (c == '_' || c == '.')))
            slug += c;
        else if (!slug.empty() && slug.back() != '-')
            slug += '-';
    }
    while (!slug.empty() && slug.back() == '-') slug.pop_back();
    slug.resize(std::min(slug.size(), longest));
    if (slug.empty()) slug = fmt::format("hotel-{}", id);
    if (taken.contains(slug)) slug += fmt::format("-{}", id);
    while (!taken.insert(slug).second) slug += "-x";
    return slug;
}

std::string numbered(std::string_view name, std::set<std::string>& taken) {
    auto const at = name.rfind('@');
    bool const address = at != std::string_view::npos;
    for (int number = 2;; ++number) {
        auto made = address ? fmt::format("{}+{}{}", name.substr(0, at), number, name.substr(at))
                            : fmt::format("{}-{}", name, number);
        if (taken.insert(text::lower(made)).second) return made;
    }
}

}  // namespace agente::operations
