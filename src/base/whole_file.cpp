#include "base/whole_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include "base/result.hpp"

namespace agente {
namespace {

bool write_all(int to, std::string_view text) {
    while (!text.empty()) {
        auto const n = ::write(to, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return ::fsync(to) == 0;
}

[[noreturn]] void refuse(std::filesystem::path const& file, int why) {
    throw failure(error(error_kind::unavailable, "file.not_written",
                        fmt::format("{} cannot be written: {}", file.string(),
                                    std::generic_category().message(why))));
}

}  // namespace

void write_whole_file(std::filesystem::path const& file, std::string_view text) {
    auto temporary = file.string() + ".XXXXXX";
    int const made = ::mkostemp(temporary.data(), O_CLOEXEC);  // mode 0600
    if (made < 0) refuse(file, errno);
    int why = write_all(made, text) ? 0 : errno;
    if (::close(made) != 0 && why == 0) why = errno;
    if (why == 0 && ::rename(temporary.c_str(), file.c_str()) != 0) why = errno;
    if (why == 0) return;
    ::unlink(temporary.c_str());
    refuse(file, why);
}

}  // namespace agente
