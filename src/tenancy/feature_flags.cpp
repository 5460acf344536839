#include "tenancy/feature_flags.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <set>
#include <unordered_map>

#include "base/log.hpp"
#include "base/text.hpp"
#include "net/gate.hpp"
#include "redis/connection.hpp"
#include "tenancy/keys.hpp"

namespace agente::tenancy {
namespace {

using steady_time = std::chrono::steady_clock::time_point;

constexpr std::size_t most_complaints = 1'000;

std::string field_of(flag const& what, std::string const& hotel) {
    std::string field(what.name);
    return hotel.empty() ? field : field + "@" + hotel;
}

bool declared(std::string_view field) {
    auto const name = field.substr(0, field.find('@'));
    return std::ranges::any_of(flags::all, [&](flag const* one) { return one->name == name; });
}

}  // namespace

std::optional<bool> flag_word(std::string_view text) {
    auto const word = text::lower(text::trim(text));
    if (word == "1" || word == "true" || word == "on" || word == "yes") return true;
    if (word == "0" || word == "false" || word == "off" || word == "no") return false;
    return std::nullopt;
}

struct feature_flags::core {
    core(redis::connection& r, clock const& t, feature_flag_options o)
        : redis(r), time(t), options(o) {}

    redis::connection& redis;
    clock const& time;
    feature_flag_options options;

    std::unordered_map<std::string, bool> known;  // by field
    std::optional<steady_time> read_at;           // when the reading of `known` began
    std::optional<steady_time> asked_at;  // when the last reading began, whatever became of it
    int readings{0};                      // under way
    net::gate done;
    std::set<std::string> complained;

    bool younger(std::optional<steady_time> const& than, std::chrono::milliseconds age) const {
        return than && time.steady_now() - *than < age;
    }
    std::optional<bool> at(std::string const& field) const {
        auto const found = known.find(field);
        return found == known.end() ? std::nullopt : std::optional(found->second);
    }
    void take(redis::reply const& answer);
    void complain(std::string const& field, std::string const& value);

    void begin();  // before read(), which may start to run a little later
    static task<bool> read(std::shared_ptr<core> self);
    static task<> read_quietly(std::shared_ptr<core> self) { co_await read(std::move(self)); }
};

void feature_flags::core::complain(std::string const& field, std::string const& value) {
    if (complained.size() >= most_complaints) return;
    if (!complained.insert(field + "=" + value).second) return;
    log::warn(
        "flags.unreadable",
        {{"flag", field},
         {"value", text::shorten(text::scrub_utf8(value), 40)},
         {"message", "it is none of 1, true, on, yes, 0, false, off, no: it counts as not set"}});
}

void feature_flags::core::take(redis::reply const& answer) {
    std::unordered_map<std::string, bool> now;
    for (std::size_t i = 0; i + 1 < answer.size(); i += 2) {
        auto const& field = answer.at(i).string();
        auto const& value = answer.at(i + 1).string();
        if (!declared(field)) continue;
        if (auto const word = flag_word(value))
            now.emplace(field, *word);
        else
            complain(field, value);
    }
    known = std::move(now);
}

void feature_flags::core::begin() {
    ++readings;
    asked_at = time.steady_now();
}

// True: `known` is what Redis has. Replies come in the order of the commands, so what set() noted
// after its own reply is never older than what a reading brings after it.
task<bool> feature_flags::core::read(std::shared_ptr<core> self) {
    struct landing {
        core& of;
        ~landing() {
            --of.readings;
            of.done.open_all();
        }
    } const land{*self};
    auto const began = *self->asked_at;
    try {
        std::vector<std::string> const words{"HGETALL", keys::feature_flags()};
        auto const answer = co_await self->redis.command(words);
        self->take(answer);
        self->read_at = began;
        co_return true;
    } catch (failure const& why) {
        log::debug("flags.not_read", {{"code", why.reason().code()}, {"message", why.what()}});
    }
    co_return false;
}

feature_flags::feature_flags(redis::connection& redis, clock const& clock,
                             feature_flag_options options)
    : core_(std::make_shared<core>(redis, clock, options)) {}

feature_flags::~feature_flags() = default;

task<bool> feature_flags::on(flag const& what, std::string hotel) {
    auto const c = core_;
    // One reading at a time, and after one that failed none for a while.
    if (!c->younger(c->read_at, c->options.fresh) && c->readings == 0 &&
        !c->younger(c->asked_at, c->options.fresh)) {
        c->begin();
        asio::co_spawn(co_await asio::this_coro::executor, core::read_quietly(c), asio::detached);
    }
    if (!c->younger(c->read_at, c->options.stale) && c->asked_at) {
        // Nobody waits for a reading longer than most_wait after it began.
        auto const end = std::chrono::steady_clock::now() + c->options.most_wait -
                         (c->time.steady_now() - *c->asked_at);
        while (c->readings > 0 && std::chrono::steady_clock::now() < end)
            co_await c->done.wait_until(end);
    }
    co_return values(what, hotel).on;
}

task<flag_source> feature_flags::read_now() {
    auto const c = core_;
    c->begin();
    if (co_await core::read(c)) co_return flag_source::current;
    co_return c->read_at ? flag_source::last_known : flag_source::declared;
}

flag_values feature_flags::values(flag const& what, std::string const& hotel) const {
    flag_values out{.for_all = core_->at(field_of(what, {})), .for_hotel = {}, .on = false};
    if (!hotel.empty()) out.for_hotel = core_->at(field_of(what, hotel));
    out.on = out.for_hotel.value_or(out.for_all.value_or(what.by_default));
    return out;
}

task<> feature_flags::set(flag const& what, std::string hotel, bool to) {
    auto const c = core_;
    auto const field = field_of(what, hotel);
    std::vector<std::string> const words{"HSET", keys::feature_flags(), field, to ? "1" : "0"};
    co_await c->redis.command(words);
    c->known.insert_or_assign(field, to);
}

task<> feature_flags::unset(flag const& what, std::string hotel) {
    auto const c = core_;
    auto const field = field_of(what, hotel);
    std::vector<std::string> const words{"HDEL", keys::feature_flags(), field};
    co_await c->redis.command(words);
    c->known.erase(field);
}

task<> feature_flags::forget_hotel(std::string slug) {
    auto const c = core_;
    std::vector<std::string> words{"HDEL", keys::feature_flags()};
    for (auto const* one : flags::all) words.push_back(field_of(*one, slug));
    co_await c->redis.command(words);
    for (auto const* one : flags::all) c->known.erase(field_of(*one, slug));
}

}  // namespace agente::tenancy
