// A throw-away certificate authority and a server certificate for localhost, so that verify-full
// can be tested.
#pragma once

#include <filesystem>

#include "embedded/private_folder.hpp"

namespace agente::embedded {

struct certificates {
    std::filesystem::path authority;    // ca.crt: what a client trusts (sslrootcert)
    std::filesystem::path certificate;  // server.crt for localhost and 127.0.0.1
    std::filesystem::path key;          // server.key, readable by the server's user only
};

// Made anew at each call: P-256, valid for ten years.
certificates make_certificates(private_folder const& where);

}  // namespace agente::embedded
