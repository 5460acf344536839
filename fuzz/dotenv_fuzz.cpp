// .env files: never a crash, and no value in a problem's text that was long enough to be a secret.
#include "base/dotenv.hpp"

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    agente::config::parse_dotenv(text, [](std::string const& name) -> std::optional<std::string> {
        return name == "A" ? std::optional<std::string>("${A}") : std::nullopt;
    });
    return 0;
}
