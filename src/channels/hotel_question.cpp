#include "channels/hotel_question.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "base/log.hpp"
#include "base/text.hpp"
#include "tenancy/keys.hpp"

namespace agente::channels {

// Either a hotel was chosen, or it was asked for and `first_words` waits for the answer.
struct hotel_question::memory {
    std::string slug;
    std::string first_words;
    std::vector<std::string>
        offered;  // slugs, in the order of the list: a guest may answer with a number
};

namespace {

constexpr std::string_view choice_prefix = "hotel:";
constexpr int most_offered = static_cast<int>(guest::limits::rows);
constexpr std::size_t longest_words = 2'000;  // of the first message, in code points

// Nothing is known of the guest's language yet: every sentence comes in Spanish and English.
constexpr std::string_view question =
    "¿Con qué hotel quieres hablar? 🏨\nWhich hotel would you like to talk to?";
constexpr std::string_view question_by_name =
    "¿Con qué hotel quieres hablar? Escribe su nombre, por favor. 🏨\nWhich hotel would you like to talk to? Please write its name.";
constexpr std::string_view not_found =
    "No encuentro un hotel con ese nombre. ¿Puedes escribirlo de otra manera?\nI cannot find a hotel of that name. Could you write it differently?";
constexpr std::string_view none =
    "Este servicio no está disponible en este momento.\nThis service is not available at the moment.";

std::string text_at(boost::json::object const& o, std::string_view name) {
    auto const* v = o.if_contains(name);
    return v && v->is_string() ? std::string(v->get_string()) : std::string();
}

std::optional<std::size_t> number(std::string_view words) {
    auto const digits = text::trim(words);
    std::size_t n{};
    auto const [stop, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
    if (ec != std::errc{} || stop != digits.data() + digits.size() || n == 0) return std::nullopt;
    return n;
}

guest::reply list_of(std::vector<tenancy::tenant> const& hotels) {
    std::vector<guest::option> options;
    for (auto const& hotel : hotels) {
        auto const shown = text::shorten(hotel.name, guest::limits::row_title);
        options.push_back({.id = std::string(choice_prefix) + hotel.slug,
                           .title = hotel.name,
                           .description = shown == hotel.name ? std::string() : hotel.name});
    }
    auto reply = guest::make_reply(std::string(question), std::move(options), "Hoteles / Hotels");
    return reply;
}

}  // namespace

task<hotel_question::memory> hotel_question::recall(std::string key) {
    memory known;
    try {
        std::vector<std::string> const command{"GET", key};
        auto const reply = co_await redis_.command(command);
        auto const stored = reply.maybe_string();
        if (!stored) co_return known;
        boost::json::error_code ec;
        auto const document = boost::json::parse(*stored, ec);
        auto const* o = ec ? nullptr : document.if_object();
        if (!o) co_return known;
        known.slug = text_at(*o, "slug");
        known.first_words = text_at(*o, "words");
        if (auto const* offered = o->if_contains("offered"); offered && offered->is_array())
            for (auto const& slug : offered->get_array())
                if (slug.is_string()) known.offered.emplace_back(slug.get_string());
    } catch (redis::error const& e) {
        log::warn("channels.hotel_choice_unread", {{"message", e.what()}});
    }
    co_return known;
}

task<> hotel_question::remember(std::string key, memory what) {
    boost::json::object o;
    if (!what.slug.empty()) o["slug"] = what.slug;
    if (!what.first_words.empty()) o["words"] = what.first_words;
    if (!what.offered.empty())
        o["offered"] = boost::json::array(what.offered.begin(), what.offered.end());
    try {
        std::vector<std::string> const command{"SET", key, boost::json::serialize(o), "EX",
                                               std::to_string(options_.remember.count())};
        co_await redis_.command(command);
    } catch (redis::error const& e) {
        log::warn("channels.hotel_choice_unwritten", {{"message", e.what()}});
    }
}

task<guest::reply> hotel_question::ask(std::string key, memory& known, std::string words,
                                       std::vector<tenancy::tenant> hotels, bool narrowed) {
    bool const asked_before = !known.offered.empty() || !known.first_words.empty();
    // The first message waits; what comes after the question is an attempt to answer it.
    if (!asked_before) known.first_words = text::shorten(words, longest_words);
    known.offered.clear();
    guest::reply reply;
    if (hotels.empty()) {
        reply.text = narrowed || asked_before ? not_found : none;
    } else if (static_cast<int>(hotels.size()) > most_offered) {
        reply.text = question_by_name;
    } else {
        for (auto const& hotel : hotels) known.offered.push_back(hotel.slug);
        reply = list_of(hotels);
    }
    co_await remember(std::move(key), known);
    co_return reply;
}

task<hotel_question::outcome> hotel_question::settle(conversation_key of, std::string words,
                                                     std::string choice) {
    auto const key = tenancy::keys::hotel_choice(of.channel, of.number_id, of.guest);
    auto known = co_await recall(key);
    bool const asked = !known.offered.empty() || !known.first_words.empty();

    std::string slug;
    bool answers = false;  // this message names the hotel and says nothing else
    if (choice.starts_with(choice_prefix)) {
        slug = choice.substr(choice_prefix.size());
        answers = true;
    } else if (!known.slug.empty()) {
        slug = known.slug;
    } else if (auto const n = number(words); n && *n <= known.offered.size()) {
        slug = known.offered[*n - 1];
        answers = true;
    }
    std::optional<tenancy::resolved> hotel;
    if (!slug.empty()) hotel = co_await directory_.by_slug(slug);

    std::vector<tenancy::tenant> candidates;
    if (!hotel && asked && choice.empty()) {
        candidates = co_await directory_.named_like(words, most_offered + 1);
        if (candidates.size() == 1) {
            hotel = co_await directory_.by_slug(candidates.front().slug);
            answers = true;
        }
    }
    if (hotel) {
        chosen out{.hotel = *hotel};
        if (answers && !known.first_words.empty()) out.first_words = std::move(known.first_words);
        memory const settled{.slug = hotel->who->slug};
        co_await remember(key, settled);
        co_return outcome(std::move(out));
    }
    bool const narrowed = asked && choice.empty();
    if (!narrowed) candidates = co_await directory_.some(most_offered + 1);
    auto reply = co_await ask(key, known, std::move(words), std::move(candidates), narrowed);
    co_return outcome(std::move(reply));
}

}  // namespace agente::channels
