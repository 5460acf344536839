// A Lua script and its SHA1, computed once. Make it a constant that lives as long as the program.
#pragma once

#include <string>
#include <string_view>

namespace agente::redis {

class script {
public:
    // `name` is for messages: "booking.take_lock".
    script(std::string_view name, std::string_view lua);

    std::string const& name() const noexcept { return name_; }
    std::string const& lua() const noexcept { return lua_; }
    std::string const& sha1() const noexcept {
        return sha1_;
    }  // 40 hexadecimal digits, as EVALSHA wants it

private:
    std::string name_;
    std::string lua_;
    std::string sha1_;
};

}  // namespace agente::redis
