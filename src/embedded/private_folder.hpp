// The folder a private server lives in: made, owned by the server's user, claimed so that no two
// runs share it.
#pragma once

#include <filesystem>
#include <string>

#include "base/secret.hpp"

namespace agente::embedded {

class private_folder {
public:
    // Creates or adopts `path` and claims it. Throws failure:
    //   conflict when another run uses it (its process is named) and does not end within a few
    //   seconds; invalid when it holds files this program did not make, or the server's user cannot
    //   reach it.
    explicit private_folder(std::filesystem::path path);
    ~private_folder();
    private_folder(private_folder const&) = delete;
    private_folder& operator=(private_folder const&) = delete;

    std::filesystem::path const& path() const noexcept { return path_; }
    // Handed to every process of the server: the claim lasts until the last of them is gone, also
    // when we are killed first.
    int claim() const noexcept { return claim_; }

    // A file of the server's user, readable by nobody else; replaced when it exists.
    std::filesystem::path write(std::string_view name, std::string_view text) const;
    // The password kept in file `name`; made at random when there is none.
    secret password(std::string_view name) const;

private:
    std::filesystem::path path_;
    int claim_{-1};
};

// Where servers can live when `wanted` may lie under a folder that only root can enter (/root):
// `wanted` itself when the servers' user reaches it, else a folder of its own under
// /var/lib/agente-hotel, the same one every time.
std::filesystem::path reachable_folder(std::filesystem::path const& wanted);

void make_unprivileged_owner(std::filesystem::path const& path);  // nothing unless we are root

unsigned short
free_port();  // on 127.0.0.1, free a moment ago: a start that finds it taken asks again

}  // namespace agente::embedded
