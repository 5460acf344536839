// RESP2 by hiredis' formatter and reader: the only file of the project that sees hiredis. Used by
// redis::connection.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "redis/reply.hpp"

namespace agente::redis {

// Appends one command as an array of bulk strings. Throws redis::error (internal) for a command
// without words.
void append_command(std::string& to, std::vector<std::string> const& words);

// Cuts a byte stream into replies.
class reader {
public:
    explicit reader(std::size_t most_reply);  // bytes of one reply
    ~reader();
    reader(reader const&) = delete;
    reader& operator=(reader const&) = delete;

    void feed(std::string_view bytes);
    // Nothing: more bytes are needed. Throws std::runtime_error for what is not RESP2 or is too
    // large; the reader is of no use after that.
    std::optional<reply> next();

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace agente::redis
