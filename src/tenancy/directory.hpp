// Which hotel a message is for. Used by channels (resolution), app and operations (look-ups). One
// per worker.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "net/task.hpp"
#include "telemetry/metrics.hpp"
#include "tenancy/loading_cache.hpp"
#include "tenancy/scope.hpp"
#include "tenancy/tenant.hpp"

namespace agente::postgres {
class database;
}

namespace agente::tenancy {

// A tenant that is active now, with the right to act for it.
struct resolved {
    scope as;
    std::shared_ptr<tenant const> who;
};

struct directory_options {
    std::chrono::milliseconds fresh{2'000};  // how long an answer is used without asking again
    std::chrono::milliseconds fresh_misses{
        500};  // how long "nobody" is; shorter, so that a new hotel is found soon
    std::size_t most_entries{65'536};  // of each of the look-ups; about 100 bytes, 400 a hotel
    std::size_t most_loads{256};       // look-ups under way at once; past it: unavailable
};

// Suspended and inactive tenants do not exist for it. Every function throws postgres::error when
// the database cannot be asked and nothing fresh is remembered: not knowing is never answered with
// "nobody".
class directory {
public:
    directory(postgres::database& database, clock const& clock, directory_options options,
              telemetry::metrics& metrics);

    // By the channel number the message came to, else by the guest's identifiers, else the only
    // active tenant, else nobody: then the guest must be asked. A number that belongs to a hotel
    // which is not active is nobody's: what was written to that hotel goes to no other.
    task<std::optional<resolved>> resolve(std::string number_id,
                                          std::vector<std::string> guest_identifiers);

    // The number belongs to a hotel that is suspended or inactive: there is nothing to ask the
    // guest either.
    task<bool> closed(std::string number_id);

    // The hotel a number belongs to, whatever its status: no right to act for it, but what its
    // settings say of the number holds (whose app signs for it, which token it sends with). Null:
    // nobody's.
    task<std::shared_ptr<tenant const>> holder_of(std::string number_id);

    task<std::optional<resolved>> by_number(std::string number_id);
    task<std::optional<resolved>> by_identifier(std::string identifier);  // any spelling
    task<std::optional<resolved>> by_slug(std::string slug);
    // The same for a name that a stranger gave. Its look-ups are counted and kept apart: made-up
    // names neither push out nor hold up the hotels that are at work.
    task<std::optional<resolved>> by_claimed_slug(std::string slug);
    task<std::optional<resolved>> only();

    // To ask a guest which hotel: at most `most` active tenants, the oldest first.
    task<std::vector<tenant>> some(int most);
    // Active tenants whose name has words that begin like the words the guest typed, in any order.
    task<std::vector<tenant>> named_like(std::string text, int most);

private:
    // Of a number: nobody, an active tenant, or one that is not active.
    struct number_owner {
        std::shared_ptr<tenant const> who, holder;  // only an active one; of any status
        bool closed{false};
        explicit operator bool() const noexcept { return who || closed; }
    };
    using entry = std::shared_ptr<tenant const>;  // null: nobody
    entry shared(tenant one) const;
    entry unique(std::vector<tenant> found, std::string_view by, std::string const& value);
    task<number_owner> load_number(std::string number_id);
    task<number_owner> owner_of(std::string number_id);
    task<entry> load_identifier(std::string identifier);
    task<entry> load_slug(std::string slug);
    task<entry> load_only();
    static std::optional<resolved> as_resolved(entry const& found);

    postgres::database& database_;
    loading_cache<number_owner> numbers_;
    loading_cache<entry> identifiers_, slugs_, claimed_, only_;
    telemetry::counter& ambiguous_;
};

}  // namespace agente::tenancy
