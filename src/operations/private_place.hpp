// A folder for a private server that holds somebody's data: in the temporary folder, gone with this
// object, or with the next one of its kind when this process is killed.
#pragma once

#include <filesystem>
#include <string_view>

namespace agente::operations {

class private_place {
public:
    explicit private_place(std::string_view what);  // "verify"
    ~private_place();
    private_place(private_place const&) = delete;
    private_place& operator=(private_place const&) = delete;

    std::filesystem::path const& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace agente::operations
