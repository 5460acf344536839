#include "operations/backup_folder.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/ids.hpp"

namespace agente::operations {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view hidden_prefix = ".agente-hotel-", hidden_suffix = ".part";
constexpr std::string_view name_prefix = "agente-hotel_", name_suffix = ".tar";

[[noreturn]] void unusable(fs::path const& folder, int why) {
    throw failure(error(
        error_kind::unavailable, "backup.folder_unusable",
        fmt::format("{} cannot be used for backups: {}", folder.string(), std::strerror(why))));
}

// A backup under way is locked by its run; one that is not belongs to nobody.
void remove_stale(fs::path const& folder) {
    std::error_code ignored;
    for (auto const& entry : fs::directory_iterator(folder, ignored)) {
        auto const name = entry.path().filename().string();
        if (!name.starts_with(hidden_prefix) || !name.ends_with(hidden_suffix)) continue;
        open_file const left(
            ::open(entry.path().c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
        if (left.open() && ::flock(left.get(), LOCK_EX | LOCK_NB) == 0)
            ::unlink(entry.path().c_str());
    }
}

std::string plain(std::string_view text) {
    std::string out;
    for (auto const c : text)
        out += std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' ? c : '-';
    return out.empty() ? "unnamed" : out;
}

bool moved(fs::path const& from, fs::path const& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0)
        return true;
    if (errno == EEXIST) return false;
    if (errno != EINVAL && errno != ENOSYS) unusable(to.parent_path(), errno);
    std::error_code ignored;  // a file system that cannot refuse to replace
    if (fs::exists(to, ignored)) return false;
    if (::rename(from.c_str(), to.c_str()) != 0) unusable(to.parent_path(), errno);
    return true;
}

void sync_folder(fs::path const& folder) {
    open_file const there(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!there.open() || (::fsync(there.get()) != 0 && errno != EINVAL)) unusable(folder, errno);
}

bool same_kind(backup_manifest const& a, backup_manifest const& b) {
    return a.project == b.project && a.database == b.database && a.scope == b.scope;
}

}  // namespace

backup_in_progress::backup_in_progress(fs::path folder)
    : folder_(fs::absolute(std::move(folder)).lexically_normal()) {
    std::error_code ec;
    if (!folder_.has_filename()) folder_ = folder_.parent_path();
    fs::create_directories(folder_.parent_path(), ec);
    if (::mkdir(folder_.c_str(), 0700) != 0 && !fs::is_directory(folder_, ec))
        unusable(folder_, ec ? ec.value() : ENOTDIR);
    remove_stale(folder_);
    create();
}

void backup_in_progress::create() {
    for (;;) {
        hidden_ = folder_ / fmt::format("{}{}{}", hidden_prefix, random_hex(8), hidden_suffix);
        file_ = open_file(::open(hidden_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (!file_.open()) unusable(folder_, errno);
        struct stat now {};
        // Another run may have taken it for a stale one before it was locked.
        if (::flock(file_.get(), LOCK_EX | LOCK_NB) == 0 && ::fstat(file_.get(), &now) == 0 &&
            now.st_nlink > 0)
            return;
    }
}

backup_in_progress::~backup_in_progress() {
    if (!hidden_.empty()) ::unlink(hidden_.c_str());
}

fs::path backup_in_progress::publish(std::string const& name) {
    if (::fsync(file_.get()) != 0) unusable(folder_, errno);
    auto target = folder_ / name;
    for (int number = 2; !moved(hidden_, target); ++number)
        target = folder_ / fmt::format("{}-{}{}", name.substr(0, name.size() - name_suffix.size()),
                                       number, name_suffix);
    hidden_.clear();
    sync_folder(folder_);
    return target;
}

std::string backup_name(backup_manifest const& of) {
    auto const at = std::chrono::floor<std::chrono::seconds>(of.created);
    return fmt::format("{}{}_{}_{:%Y%m%dT%H%M%SZ}{}{}", name_prefix, plain(of.project),
                       plain(of.database), fmt::gmtime(std::chrono::system_clock::to_time_t(at)),
                       of.scope == backup_scope::everything
                           ? std::string()
                           : fmt::format("_{}", to_string(of.scope)),
                       name_suffix);
}

tar_member const* backup_file::member(std::string_view name) const {
    auto const found = std::ranges::find(members, name, &tar_member::name);
    return found == members.end() ? nullptr : &*found;
}

backup_file open_backup(fs::path const& path) {
    backup_file out;
    out.file = open_file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    auto const named = [&](error const& e) {
        return failure(
            error(e.kind(), e.code(), fmt::format("{}: {}", path.string(), e.message())));
    };
    if (!out.file.open())
        throw named(error(error_kind::not_found, "backup.no_file", std::strerror(errno)));
    auto members = tar_members(out.file.get());
    if (!members) throw named(members.error());
    out.members = std::move(*members);
    auto const* const said = out.member(manifest_member);
    auto manifest =
        said == nullptr ? read_manifest({}) : read_manifest(tar_content(out.file.get(), *said));
    if (!manifest) throw named(manifest.error());
    out.manifest = std::move(*manifest);
    return out;
}

std::vector<fs::path> remove_older(fs::path const& folder, backup_manifest const& like,
                                   std::size_t keep) {
    std::vector<std::pair<time_point, fs::path>> found;
    std::error_code ec;
    for (auto const& entry : fs::directory_iterator(folder, ec)) {
        auto const name = entry.path().filename().string();
        if (!name.starts_with(name_prefix) || !name.ends_with(name_suffix) ||
            !entry.is_regular_file(ec) || entry.is_symlink(ec))
            continue;
        try {
            auto const backup = open_backup(entry.path());
            if (same_kind(backup.manifest, like))
                found.emplace_back(backup.manifest.created, entry.path());
        } catch (failure const&) {
            continue;  // not ours to remove
        }
    }
    std::ranges::sort(found, std::greater<>());
    std::vector<fs::path> removed;
    for (std::size_t i = keep; i < found.size(); ++i)
        if (fs::remove(found[i].second, ec)) removed.push_back(found[i].second);
    return removed;
}

}  // namespace agente::operations
