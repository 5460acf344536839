#include "operations/private_place.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include "base/ids.hpp"
#include "operations/client_program.hpp"

namespace agente::operations {
namespace {

namespace fs = std::filesystem;

// Claimed by its run and by its servers as long as one of them lives (see private_folder).
void remove_orphans(fs::path const& base, std::string const& prefix) {
    std::error_code ignored;
    for (auto const& entry : fs::directory_iterator(base, ignored)) {
        if (!entry.path().filename().string().starts_with(prefix)) continue;
        auto const marker = entry.path() / "claimed-by";
        open_file const claim(::open(marker.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
        if (claim.open() && ::flock(claim.get(), LOCK_EX | LOCK_NB) == 0)
            fs::remove_all(entry.path(), ignored);
    }
}

}  // namespace

private_place::private_place(std::string_view what) {
    auto const base = fs::temp_directory_path();
    auto const prefix = fmt::format("agente-hotel-{}-", what);
    remove_orphans(base, prefix);
    path_ = base / fmt::format("{}{}", prefix, random_hex(8));
}

private_place::~private_place() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

}  // namespace agente::operations
