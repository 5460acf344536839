// The log: one JSON object a line on standard error. Fields carry ids, never personal data
// unmasked, never a secret.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace agente::log {

enum class level { debug, info, warn, error, off };

struct field {
    std::string_view name;
    std::variant<std::string, std::string_view, std::int64_t, std::uint64_t, double, bool> value;

    field(std::string_view n, std::string v) : name(n), value(std::move(v)) {}
    field(std::string_view n, std::string_view v) : name(n), value(v) {}
    field(std::string_view n, char const* v) : name(n), value(std::string_view(v)) {}
    field(std::string_view n, bool v) : name(n), value(v) {}
    field(std::string_view n, double v) : name(n), value(v) {}
    template <class Integer>
        requires std::is_integral_v<Integer>
    field(std::string_view n, Integer v) : name(n) {
        if constexpr (std::is_signed_v<Integer>)
            value = static_cast<std::int64_t>(v);
        else
            value = static_cast<std::uint64_t>(v);
    }
};

using fields = std::initializer_list<field>;

// Before the first worker starts. `to_file` empty: standard error.
void start(level least, std::string const& to_file = {});
bool enabled(level at) noexcept;
void write(level at, std::string_view event, fields with);

// `event` is a stable dotted word ("postgres.connect_failed"); what people need to know goes into
// "message".
inline void debug(std::string_view event, fields with = {}) {
    if (enabled(level::debug)) write(level::debug, event, with);
}
inline void info(std::string_view event, fields with = {}) {
    if (enabled(level::info)) write(level::info, event, with);
}
inline void warn(std::string_view event, fields with = {}) {
    if (enabled(level::warn)) write(level::warn, event, with);
}
inline void error(std::string_view event, fields with = {}) {
    if (enabled(level::error)) write(level::error, event, with);
}

}  // namespace agente::log
