#include "qloapps/catalogue_cache.hpp"

#include <charconv>

#include "qloapps/requests.hpp"

namespace agente::qloapps {

namespace {

constexpr std::size_t most_types = 500;
constexpr std::string_view wanted_settings = "[PS_OS_CANCELED|PS_OS_REFUND|PS_TIMEZONE]";

std::int64_t state_of(std::map<std::string, std::string> const& settings, std::string const& name) {
    auto const found = settings.find(name);
    if (found == settings.end()) return 0;
    std::int64_t id = 0;
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), id);
    return id;
}

error misconfigured(std::string message) {
    return error(error_kind::forbidden, "pms.denied", std::move(message));
}

// One list of the catalogue: asked, read, counted.
template <class Reader>
auto fetch(transport& to, std::string target, Reader read)
    -> task<decltype(read(std::declval<pms_answer const&>()))> {
    auto const answer = co_await to.get(operation::catalogue, std::move(target));
    if (answer.has_error()) {
        to.count(operation::catalogue, answer.error().code());
        co_return answer.error();
    }
    auto list = read(*answer);
    to.count(operation::catalogue, list.has_error() ? list.error().code() : "ok");
    co_return list;
}

std::vector<hotel::room_type> join(std::vector<room_type_answer> const& types,
                                   std::vector<limits_answer> const& limits) {
    std::vector<hotel::room_type> joined;
    for (auto const& type : types) {
        auto const limit = std::ranges::find(limits, type.id, &limits_answer::room_type);
        if (!type.active || limit == limits.end())
            continue;  // without limits its capacity is unknown, so it cannot be offered
        joined.push_back({.id = type.id,
                          .name = type.name,
                          .base_adults = limit->adults,
                          .max_adults = limit->max_adults,
                          .max_children = limit->max_children,
                          .max_guests = limit->max_guests,
                          .min_nights = limit->min_los,
                          .max_nights = limit->max_los,
                          .tax_rules_group = type.tax_rules_group});
    }
    return joined;
}

}  // namespace

task<result<std::shared_ptr<installation const>>> catalogue_cache::load() {
    auto const own = fmt::format("[{}]", hotel_id_);
    auto hotels_target = list_target("hotels", {{"id", own}},
                                     "id,hotel_name,city,check_in,check_out,phone,email", 2);
    auto const hotels = co_await fetch(to_, std::move(hotels_target), read_hotels);
    if (hotels.has_error()) co_return hotels.error();
    if (hotels->empty() || hotels->front().id != hotel_id_)
        co_return misconfigured(
            fmt::format("the hotel system has no hotel {}: correct PMS_HOTEL_ID", hotel_id_));
    auto types_target = list_target("room_types", {{"id_hotel", own}},
                                    "id,name,id_tax_rules_group,active", most_types);
    auto const types = co_await fetch(to_, std::move(types_target), read_room_types);
    if (types.has_error()) co_return types.error();
    auto limits_target =
        list_target("hotel_room_types", {{"id_hotel", own}},
                    "id_product,adults,children,max_adults,max_children,max_guests,min_los,max_los",
                    most_types);
    auto const limits = co_await fetch(to_, std::move(limits_target), read_limits);
    if (limits.has_error()) co_return limits.error();
    auto extras_target = list_target(
        "services", {{"auto_add_to_cart", "[1]"}},
        "id,name,auto_add_to_cart,price_addition_type,price_calculation_method,id_tax_rules_group",
        most_types);
    auto extras = co_await fetch(to_, std::move(extras_target), read_forced_extras);
    if (extras.has_error()) co_return extras.error();
    auto settings_target =
        list_target("configurations", {{"name", std::string(wanted_settings)}}, "name,value", 10);
    auto settings = co_await fetch(to_, std::move(settings_target), read_configuration);
    if (settings.has_error()) co_return settings.error();

    auto loaded = std::make_shared<installation>();
    loaded->cancelled_state = state_of(*settings, "PS_OS_CANCELED");
    loaded->refunded_state = state_of(*settings, "PS_OS_REFUND");
    if (loaded->cancelled_state == 0)
        co_return misconfigured(
            "the hotel system does not say which order state is \"cancelled\" (PS_OS_CANCELED)");
    auto const& h = hotels->front();
    loaded->catalogue = {h.id,
                         h.name,
                         h.city,
                         h.check_in,
                         h.check_out,
                         h.phone,
                         h.email,
                         (*settings)["PS_TIMEZONE"],
                         join(*types, *limits),
                         std::move(*extras)};
    co_return std::shared_ptr<installation const>(std::move(loaded));
}

task<result<std::shared_ptr<installation const>>> catalogue_cache::get() {
    for (;;) {
        if (kept_ && time_.steady_now() - kept_at_ < age_) co_return kept_;
        if (!flight_) break;
        auto const joined = flight_;
        while (!joined->over) co_await landed_.wait();
        if (joined->failed) co_return *joined->failed;
    }
    auto const mine = std::make_shared<flight>();
    flight_ = mine;
    struct landing {  // also when this task is cancelled: then one of those who wait flies next
        catalogue_cache& of;
        flight& ours;
        ~landing() {
            ours.over = true;
            of.flight_.reset();
            of.landed_.open_all();
        }
    } const at_the_end{*this, *mine};
    auto const started = time_.steady_now();
    auto loaded = co_await load();
    if (loaded.has_error()) {
        mine->failed = loaded.error();
        co_return loaded.error();
    }
    kept_ = *loaded;
    kept_at_ = started;
    co_return kept_;
}

}  // namespace agente::qloapps
