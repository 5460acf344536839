// Identifiers and randomness: UUIDv7 (RFC 9562: sorts by creation time) and random bytes.
#pragma once

#include <span>
#include <string>

#include "base/clock.hpp"

namespace agente {

class random_source {
public:
    virtual ~random_source() = default;
    virtual void fill(std::span<unsigned char> bytes) = 0;
};

// The operating system's generator (RAND_bytes). Throws when it fails, which it does not in
// practice.
class system_random final : public random_source {
public:
    void fill(std::span<unsigned char> bytes) override;
};

// 36 characters, lower case: "0192f0c1-7e5b-7c3a-9b1e-3d2f4a5b6c7d".
std::string new_uuid(clock const& clock, random_source& random);
std::string new_uuid();  // with the real clock and the system's generator

std::string random_hex(std::size_t bytes);  // 2 characters a byte

}  // namespace agente
