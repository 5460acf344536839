// A password, key or token that cannot be printed, logged or compared in variable time. Wiped when
// it dies.
#pragma once

#include <fmt/core.h>

#include <iosfwd>
#include <string>
#include <string_view>

namespace agente {

class secret {
public:
    secret() = default;
    explicit secret(std::string text) : text_(std::move(text)) {}
    secret(secret const&) = default;
    secret(secret&&) noexcept = default;
    secret& operator=(secret const&) = default;
    secret& operator=(secret&&) noexcept = default;
    ~secret();

    // The text itself, for the one call that needs it. Never pass it to a log, an error or a
    // format.
    std::string_view reveal() const noexcept { return text_; }
    bool empty() const noexcept { return text_.empty(); }
    std::size_t size() const noexcept { return text_.size(); }

private:
    std::string text_;
};

// Constant time in the length of the longer text.
bool equal(secret const& a, std::string_view b) noexcept;
bool constant_time_equal(std::string_view a, std::string_view b) noexcept;

std::ostream& operator<<(std::ostream&, secret const&) = delete;

}  // namespace agente

template <>
struct fmt::formatter<agente::secret> {
    formatter() = delete;  // a secret is not printed: use reveal() where the value itself is needed
};
