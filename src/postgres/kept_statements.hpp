// Which statements one connection's server keeps parsed and planned, to be run by name from then
// on: of a small statement that is most of its cost. Pure. Used by connection, where no pooler
// stands between: one would give the session that knows the name to another client.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "postgres/value.hpp"

namespace agente::postgres {

class kept_statements {
public:
    static constexpr std::size_t most = 128;        // the server's memory holds their plans
    static constexpr std::size_t most_seen = 1024;  // texts that are counted
    static constexpr unsigned worth_it = 3;         // uses; what is asked once stays unnamed

    struct kept {
        std::string name;  // empty: not asked for
        unsigned uses{0};
        bool ready{false};  // the server has confirmed it
        std::vector<type_oid> types{};
    };
    using entry = std::pair<std::string const, kept>;  // the text first; stays where it is

    // Counts a use. The statement to run by name, or null: send it as it stands. One that is used
    // often enough is then asked for once, by next_wish().
    kept const* use(std::string_view sql, type_oid const* types, int count);

    // To be sent on its own, between two Syncs: a Parse that stood in somebody's batch would be
    // skipped with it. Null: nothing. Its outcome is told to settled() in the order of the wishes.
    entry* next_wish();
    void settled(entry& which, bool confirmed);

    // The server does not know a name any more, or cannot use its plan (26000, 0A000): nothing is
    // run by name on this connection from now on.
    void give_up() noexcept { given_up_ = true; }

private:
    struct hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view s) const noexcept {
            return std::hash<std::string_view>()(s);
        }
    };
    std::unordered_map<std::string, kept, hash, std::equal_to<>> seen_;
    std::deque<entry*> wishes_;
    std::size_t named_{0};
    bool given_up_{false};
};

}  // namespace agente::postgres
