// Who comes and in how many rooms: "2 adultos y un niño de 7 años", "for two", "somos 3", "2+1".
// Pure.
#pragma once

#include <optional>
#include <vector>

#include "guest/conversation.hpp"
#include "guest/tagging.hpp"

namespace agente::guest {

struct party_words {
    std::optional<int> adults;
    std::optional<int> children;  // told, or as many as ages were told; 0: "sin niños"
    std::vector<int> child_ages;  // full years, 0 to 17; a baby is 0. Fewer than `children` when
                                  // not all were told
    bool some_children{false};    // "con niños": how many was not told
    bool children_from_ages{
        false};  // bare numbers: `children` counts them, whether they are ages or not
    std::optional<int> rooms;

    bool any() const { return adults || children || !child_ages.empty() || some_children || rooms; }
    friend bool operator==(party_words const&, party_words const&) = default;
};

struct party_context {
    guest::state asked{state::idle};
    int children_known{0};  // of the ages asked for
};

// After the stay reader, which takes dates and nights. Numbers above 999 are not people.
party_words read_party(tagged_message& message, party_context const& context);

}  // namespace agente::guest
