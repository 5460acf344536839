// A POSIX tar file, as a backup is one: written in one go without knowing a member's size before,
// and read in place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace agente::operations {

// Writes to a seekable descriptor, from its position on. Throws failure unavailable
// "backup.cannot_write" (a full disk).
class tar_writer {
public:
    explicit tar_writer(int file) : file_(file) {}

    void begin(std::string name);  // at most 99 characters
    void add(std::string_view bytes);
    void end();
    void finish();  // what marks the file's end; nothing may follow

private:
    void put(std::string_view bytes);

    int file_;
    std::string name_;
    std::uint64_t at_{0}, start_{0};  // in the file; start_: of the member's header
};

struct tar_member {
    std::string name;
    std::uint64_t offset, size;  // of its content in the file
};

// Invalid "backup.not_a_backup": no tar file, or cut off.
result<std::vector<tar_member>> tar_members(int file);

// Throws failure unavailable "backup.cannot_read".
std::string tar_content(int file, tar_member const& of);

}  // namespace agente::operations
