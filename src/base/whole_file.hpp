// A file that is there whole or not at all: for reports.
#pragma once

#include <filesystem>
#include <string_view>

namespace agente {

// Replaces `file` at once, readable by its owner only. Throws failure unavailable
// "file.not_written"; then what was there before still is.
void write_whole_file(std::filesystem::path const& file, std::string_view text);

}  // namespace agente
