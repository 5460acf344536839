#include "operations/tar_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

namespace agente::operations {
namespace {

constexpr std::uint64_t block = 512;
constexpr std::uint64_t most_octal = 077'777'777'777;  // eleven digits: 8 GiB

// The fields of a header that are used here (POSIX.1-1988 ustar, as in tar(5)).
struct field {
    std::size_t at, size;
};
constexpr field name_field{0, 100}, mode_field{100, 8}, owner_field{108, 8}, group_field{116, 8},
    size_field{124, 12}, time_field{136, 12}, sum_field{148, 8}, type_field{156, 1},
    magic_field{257, 8};

using header = std::array<char, block>;

void put(header& into, field where, std::string_view text) {
    std::memcpy(into.data() + where.at, text.data(), std::min(text.size(), where.size));
}

unsigned sum_of(header of) {
    put(of, sum_field, "        ");
    unsigned sum = 0;
    for (auto const c : of) sum += static_cast<unsigned char>(c);
    return sum;
}

// Past eight digits of GiB as GNU tar writes it: a high bit, then the number in binary.
std::string size_text(std::uint64_t size) {
    if (size <= most_octal) return fmt::format("{:011o}", size);
    std::string out(size_field.size, '\0');
    out[0] = static_cast<char>(0x80);
    for (std::size_t i = 0; i < 8; ++i)
        out[out.size() - 1 - i] = static_cast<char>(size >> (8 * i) & 0xff);
    return out;
}

std::uint64_t size_in(header const& of) {
    auto const* const text = of.data() + size_field.at;
    bool const binary = (static_cast<unsigned char>(*text) & 0x80) != 0;
    std::uint64_t size = 0;
    for (std::size_t i = binary ? 1 : 0; i < size_field.size; ++i) {
        auto const c = static_cast<unsigned char>(text[i]);
        if (binary)
            size = size << 8 | c;
        else if (c >= '0' && c <= '7')
            size = size << 3 | (c - '0');
    }
    return size;
}

header header_of(std::string_view name, std::uint64_t size) {
    header h{};
    put(h, name_field, name);
    put(h, mode_field, "0000600");
    put(h, owner_field, "0000000");
    put(h, group_field, "0000000");
    put(h, size_field, size_text(size));
    put(h, time_field, fmt::format("{:011o}", static_cast<std::uint64_t>(std::time(nullptr))));
    put(h, type_field, "0");
    put(h, magic_field,
        std::string_view("ustar\0"
                         "00",
                         8));
    put(h, sum_field, fmt::format("{:06o}", sum_of(h)));
    h[sum_field.at + 6] = '\0';
    h[sum_field.at + 7] = ' ';
    return h;
}

std::uint64_t padding(std::uint64_t size) { return (block - size % block) % block; }

[[noreturn]] void cannot_write() {
    throw failure(error(error_kind::unavailable, "backup.cannot_write",
                        fmt::format("the backup cannot be written: {}", std::strerror(errno))));
}

bool read_at(int file, std::uint64_t offset, char* into, std::size_t size) {
    while (size > 0) {
        auto const n = ::pread(file, into, size, static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        into += n;
        offset += static_cast<std::uint64_t>(n);
        size -= static_cast<std::size_t>(n);
    }
    return true;
}

error not_whole() {
    return error(error_kind::invalid, "backup.not_a_backup",
                 "the file is no backup of this program, or only a part of one");
}

}  // namespace

void tar_writer::put(std::string_view bytes) {
    while (!bytes.empty()) {
        auto const n = ::write(file_, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) cannot_write();
        bytes.remove_prefix(static_cast<std::size_t>(n));
        at_ += static_cast<std::uint64_t>(n);
    }
}

void tar_writer::begin(std::string name) {
    name_ = std::move(name);
    start_ = at_;
    put(std::string(block, '\0'));
}

void tar_writer::add(std::string_view bytes) { put(bytes); }

void tar_writer::end() {
    auto const size = at_ - start_ - block;
    auto const h = header_of(name_, size);
    if (::pwrite(file_, h.data(), h.size(), static_cast<off_t>(start_)) !=
        static_cast<ssize_t>(h.size()))
        cannot_write();
    put(std::string(padding(size), '\0'));
}

void tar_writer::finish() { put(std::string(2 * block, '\0')); }

result<std::vector<tar_member>> tar_members(int file) {
    std::vector<tar_member> all;
    auto const end = static_cast<std::uint64_t>(std::max<off_t>(::lseek(file, 0, SEEK_END), 0));
    for (std::uint64_t at = 0;;) {
        header h;
        if (!read_at(file, at, h.data(), h.size())) return not_whole();
        if (h == header{}) return all;
        auto const* const sum = h.data() + sum_field.at;
        if (std::string_view(sum, 6) != fmt::format("{:06o}", sum_of(h))) return not_whole();
        std::string name(h.data(), ::strnlen(h.data(), name_field.size));
        tar_member one{std::move(name), at + block, size_in(h)};
        if (one.size > end || one.offset + one.size > end) return not_whole();
        at = one.offset + one.size + padding(one.size);
        all.push_back(std::move(one));
    }
}

std::string tar_content(int file, tar_member const& of) {
    std::string out(of.size, '\0');
    if (!read_at(file, of.offset, out.data(), out.size()))
        throw failure(error(error_kind::unavailable, "backup.cannot_read",
                            fmt::format("the backup cannot be read: {}", std::strerror(errno))));
    return out;
}

}  // namespace agente::operations
