#include "tenancy/directory.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "postgres/database.hpp"
#include "tenancy/identifiers.hpp"
#include "tenancy/tenancy_store.hpp"

namespace agente::tenancy {
namespace {

constexpr std::size_t longest_key = 255;  // longer ones cannot be in the tables

loading_cache_limits limits(directory_options const& o) {
    return {.fresh = o.fresh,
            .fresh_misses = o.fresh_misses,
            .most_entries = o.most_entries,
            .most_loads = o.most_loads};
}

}  // namespace

directory::directory(postgres::database& database, clock const& clock, directory_options options,
                     telemetry::metrics& metrics)
    : database_(database), numbers_(clock, limits(options)), identifiers_(clock, limits(options)),
      slugs_(clock, limits(options)), claimed_(clock, limits(options)),
      only_(clock, limits(options)),
      ambiguous_(
          metrics.count("tenancy_ambiguous_total",
                        "Look-ups that found more than one active tenant and so named none")) {}

std::optional<resolved> directory::as_resolved(entry const& found) {
    if (!found) return std::nullopt;
    return resolved{.as = scope(found->slug), .who = found};
}

// A hotel known under thousands of identifiers, each learned at another time, is one object in
// memory until something of it changes.
directory::entry directory::shared(tenant one) const {
    if (auto const* known = slugs_.last_known(one.slug); known && *known && **known == one)
        return *known;
    return std::make_shared<tenant const>(std::move(one));
}

directory::entry directory::unique(std::vector<tenant> found, std::string_view by,
                                   std::string const& value) {
    if (found.empty()) return nullptr;
    if (found.size() > 1) {
        ambiguous_.add();
        log::warn("tenancy.ambiguous",
                  {{"by", by},
                   {"value", by == "identifier" ? text::mask_phone(value) : value},
                   {"tenant", found[0].slug},
                   {"other_tenant", found[1].slug},
                   {"message", "two active tenants claim it, so it names neither"}});
        return nullptr;
    }
    auto kept = shared(std::move(found.front()));
    slugs_.remember(kept->slug, kept);
    return kept;
}

task<directory::number_owner> directory::load_number(std::string number_id) {
    auto found = co_await store::find_by_number(database_, number_id);
    bool const known = !found.empty();
    number_owner owner;
    if (found.size() == 1 && !found.front().active) owner.holder = shared(found.front());
    std::erase_if(found, [](tenant const& t) { return !t.active; });
    owner.who = unique(std::move(found), "number", number_id);
    if (owner.who) owner.holder = owner.who;
    owner.closed = known && !owner.who;
    co_return owner;
}

task<directory::number_owner> directory::owner_of(std::string number_id) {
    if (number_id.empty() || number_id.size() > longest_key) co_return number_owner{};
    co_return co_await numbers_.get(number_id,
                                    [this, number_id] { return load_number(number_id); });
}

task<bool> directory::closed(std::string number_id) {
    auto const owner = co_await owner_of(std::move(number_id));
    co_return owner.closed;
}

task<directory::entry> directory::holder_of(std::string number_id) {
    auto owner = co_await owner_of(std::move(number_id));
    co_return std::move(owner.holder);
}

task<directory::entry> directory::load_identifier(std::string identifier) {
    auto all = spellings(identifier);
    if (all.empty()) co_return nullptr;
    auto const normal = all.front();
    auto found = co_await store::find_by_identifier(database_, std::move(all));
    co_return unique(std::move(found), "identifier", normal);
}

task<directory::entry> directory::load_slug(std::string slug) {
    auto found = co_await store::find_by_slug(database_, std::move(slug));
    co_return found.empty() ? nullptr : shared(std::move(found.front()));
}

task<directory::entry> directory::load_only() {
    auto found = co_await store::find_only(database_);
    if (found.size() != 1) co_return nullptr;  // many hotels are no ambiguity worth a warning
    co_return unique(std::move(found), "only", {});
}

task<std::optional<resolved>> directory::by_number(std::string number_id) {
    auto const owner = co_await owner_of(std::move(number_id));
    co_return as_resolved(owner.who);
}

task<std::optional<resolved>> directory::by_identifier(std::string identifier) {
    if (identifier.empty() || identifier.size() > longest_key) co_return std::nullopt;
    // Remembered as it was written: a channel always writes a guest the same way, and taking a
    // phone number apart costs more than all the rest.
    auto const found = co_await identifiers_.get(
        identifier, [this, identifier] { return load_identifier(identifier); });
    co_return as_resolved(found);
}

task<std::optional<resolved>> directory::by_slug(std::string slug) {
    if (slug.empty() || slug.size() > longest_key) co_return std::nullopt;
    auto const found = co_await slugs_.get(slug, [this, slug] { return load_slug(slug); });
    co_return as_resolved(found);
}

task<std::optional<resolved>> directory::by_claimed_slug(std::string slug) {
    if (slug.empty() || slug.size() > longest_key) co_return std::nullopt;
    auto const found = co_await claimed_.get(slug, [this, slug] { return load_slug(slug); });
    co_return as_resolved(found);
}

task<std::optional<resolved>> directory::only() {
    auto const found = co_await only_.get("", [this] { return load_only(); });
    co_return as_resolved(found);
}

task<std::optional<resolved>> directory::resolve(std::string number_id,
                                                 std::vector<std::string> guest_identifiers) {
    auto const owner = co_await owner_of(std::move(number_id));
    if (owner) co_return as_resolved(owner.who);
    for (auto& identifier : guest_identifiers)
        if (auto found = co_await by_identifier(identifier)) co_return found;
    co_return co_await only();
}

task<std::vector<tenant>> directory::some(int most) {
    co_return co_await store::first_active(database_, most);
}

task<std::vector<tenant>> directory::named_like(std::string text, int most) {
    auto words = store::prefix_query(text);
    if (words.empty()) co_return std::vector<tenant>{};
    co_return co_await store::find_by_words(database_, std::move(words), most);
}

}  // namespace agente::tenancy
