#include "channels/whatsapp_routes.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "channels/crew.hpp"
#include "channels/whatsapp_payload.hpp"
#include "channels/whatsapp_payload_builder.hpp"
#include "channels/whatsapp_signature.hpp"
#include "http/endpoint.hpp"
#include "net/gate.hpp"

namespace agente::channels {

using std::chrono::steady_clock;

struct subscription_check {
    std::string mode;
    std::string verify_token;
    std::string challenge;
};
BOOST_DESCRIBE_STRUCT(subscription_check, (), (mode, verify_token, challenge))
constexpr auto mode_rule = http::rule("mode").called("hub.mode").length(1, 50).example("subscribe");
constexpr auto token_rule = http::rule("verify_token")
                                .called("hub.verify_token")
                                .length(0, 500)
                                .describe("WHATSAPP_VERIFY_TOKEN")
                                .example("the token entered at Meta");
constexpr auto challenge_rule = http::rule("challenge")
                                    .called("hub.challenge")
                                    .length(1, 200)
                                    .describe("Echoed")
                                    .example("1158201444");
inline constexpr std::array subscription_check_rules{mode_rule, token_rule, challenge_rule};
constexpr std::span<http::rule const> http_rules(subscription_check const*) {
    return subscription_check_rules;
}

struct hotel_subscription_check {
    std::string slug;
    std::string mode;
    std::string verify_token;
    std::string challenge;
};
BOOST_DESCRIBE_STRUCT(hotel_subscription_check, (), (slug, mode, verify_token, challenge))
inline constexpr std::array hotel_subscription_check_rules{
    http::rule("slug").length(1, 255).example("hotel-sol").describe("The hotel's slug"), mode_rule,
    token_rule, challenge_rule};
constexpr std::span<http::rule const> http_rules(hotel_subscription_check const*) {
    return hotel_subscription_check_rules;
}

enum class reception { received };
BOOST_DESCRIBE_ENUM(reception, received)

struct acknowledgement {
    reception status{reception::received};
};
BOOST_DESCRIBE_STRUCT(acknowledgement, (), (status))

namespace {

class webhook {
public:
    webhook(inbox& messages, outbox& replies, tenancy::directory& directory, clock const& time,
            whatsapp_webhook_options options, on_stored stored, telemetry::metrics& metrics)
        : inbox_(messages), outbox_(replies), directory_(directory), time_(time),
          options_(std::move(options)), stored_(std::move(stored)), decoy_(random_hex(16)),
          refused_(metrics.count("channels_signatures_refused_total",
                                 "Webhooks whose signature is missing or wrong")),
          foreign_(metrics.count(
              "channels_foreign_events_total",
              "Messages and statuses that a hotel's app signed for another number: not stored")),
          notices_(metrics.count("channels_notices_total",
                                 "Problems of the account that the channel reported")) {}

    task<http::plain_text> check(subscription_check asked) const {
        if (asked.mode != "subscribe" || options_.verify_token.empty() ||
            !equal(options_.verify_token, asked.verify_token))
            throw failure(error(
                error_kind::forbidden, "whatsapp.verify_token",
                "The verify token is not the one this service was given: compare WHATSAPP_VERIFY_TOKEN with what was entered at Meta."));
        co_return http::plain_text{std::move(asked.challenge)};
    }

    task<http::response> receive(http::request const& posted) {
        if (!verify_webhook(options_.app_secret, posted.body, posted.header("x-hub-signature-256")))
            refuse(
                "X-Hub-Signature-256 is missing or does not match the body: compare WHATSAPP_APP_SECRET with the app's secret at Meta.");
        co_return co_await store(posted, nullptr);
    }

    task<http::response> receive_of_hotel(http::request const& posted) {
        auto const hotel = co_await signer(posted);
        if (!hotel)
            refuse(
                "X-Hub-Signature-256 is missing or is not of an active hotel of this name that has an app of its own: compare the hotel's whatsapp.app_secret with the app's secret at Meta.");
        co_return co_await store(posted, hotel);
    }

private:
    using own_hotel = std::shared_ptr<tenancy::tenant const>;

    [[noreturn]] void refuse(std::string why) {
        refused_.add();
        throw failure(error(error_kind::unauthenticated, "whatsapp.signature", std::move(why)));
    }
    [[noreturn]] static void not_now(http::request const& posted, std::string_view why) {
        log::warn("channels.webhook_not_stored", {{"request_id", posted.id}, {"message", why}});
        throw failure(error(error_kind::unavailable, "whatsapp.not_stored",
                            "The messages could not be stored now; please deliver them again."));
    }

    // The hotel of the path, when its own app signed the body. Otherwise nothing, and whoever asks
    // learns nothing about which hotels there are: the body is signed with some secret whether
    // there is a hotel or not, and a refusal does not leave sooner because an answer was
    // remembered.
    task<own_hotel> signer(http::request const& posted) {
        auto const signature = posted.header("x-hub-signature-256");
        if (!is_signature(signature)) co_return nullptr;  // of no hotel: none is looked up
        auto const began = steady_clock::now();
        std::optional<tenancy::resolved> hotel;
        std::string trouble;
        try {
            hotel = co_await directory_.by_claimed_slug(posted.path_params.at("slug"));
        } catch (failure const& e) {
            trouble = e.what();
        }
        if (!trouble.empty()) not_now(posted, trouble);
        auto const own = hotel ? own_secret_of(*hotel->who) : std::nullopt;
        bool const right = verify_webhook(own ? *own : decoy_, posted.body, signature);
        if (right && own) co_return hotel->who;
        auto const waited =
            std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - began);
        if (waited < options_.refuse_after) co_await net::pause(options_.refuse_after - waited);
        co_return nullptr;
    }

    std::optional<secret> own_secret_of(tenancy::tenant const& hotel) const {
        if (!options_.own_secret) return std::nullopt;
        auto own = options_.own_secret(hotel);
        if (own) return *std::move(own);
        log::error("channels.app_secret_unreadable", {{"tenant", hotel.slug},
                                                      {"code", own.error().code()},
                                                      {"message", own.error().message()}});
        return std::nullopt;
    }

    // A hotel's app speaks for its own number and nobody else's.
    void keep_own(tenancy::tenant const& hotel, whatsapp_events& events) {
        auto const& own = hotel.whatsapp_number_id;
        std::string other;
        auto const foreign = [&](auto const& one) {
            bool const is = own.empty() || one.number_id != own;
            if (is && other.empty()) other = one.number_id;
            return is;
        };
        auto const n =
            std::erase_if(events.messages, foreign) + std::erase_if(events.deliveries, foreign);
        if (n == 0) return;
        foreign_.add(static_cast<double>(n));
        log::warn(
            "channels.foreign_number",
            {{"tenant", hotel.slug},
             {"number_id", text::shorten(other, 40)},
             {"events", n},
             {"message",
              "not stored: the hotel's app signed for a number that is not the hotel's; if it "
              "is, an operator sets it as whatsapp.phone_number_id"}});
    }

    // `hotel`: whose own app signed; null: the service's did.
    task<http::response> store(http::request const& posted, own_hotel hotel) {
        auto events = parse_whatsapp(posted.body, time_.now());
        if (!events) throw failure(events.error());
        if (hotel) keep_own(*hotel, *events);
        for (auto const& notice : events->notices) {
            notices_.add();
            log::warn("channels.notice", {{"code", notice.code}, {"message", notice.title}});
        }
        // Bubbles of one second are told apart by their ids: those of one webhook rise in its
        // order.
        std::vector<std::string> ids;
        for (std::size_t i = 0; i < events->messages.size(); ++i) ids.push_back(new_uuid());
        std::ranges::sort(ids);
        std::vector<task<>> works;
        for (std::size_t i = 0; i < ids.size(); ++i)
            works.push_back(take(std::move(events->messages[i]), std::move(ids[i]), hotel));
        if (!events->deliveries.empty())
            works.push_back(outbox_.apply("whatsapp", std::move(events->deliveries)));
        bool stored = true;
        std::string why;
        try {
            if (!works.empty()) co_await all_of(std::move(works));
        } catch (failure const& e) {
            stored = false;
            why = e.what();
        }
        // Whatever the trouble was, the sender is to come again: what is there already is found by
        // its id then.
        if (!stored) not_now(posted, why);
        co_return http::json_response(http::encode(acknowledgement{}));
    }

    task<> take(incoming_message message, std::string id, own_hotel hotel) {
        std::optional<std::string> slug;
        if (hotel) {
            slug = hotel->slug;
        } else {
            co_await warn_of_own_app(message.number_id);
            std::vector<std::string> identifiers;
            if (!message.phone.empty()) identifiers.push_back(message.phone);
            if (!message.user_id.empty()) identifiers.push_back(message.user_id);
            auto const found = co_await directory_.resolve(message.number_id, identifiers);
            if (found) slug = found->as.slug();
        }
        conversation_key const key{message.channel, message.number_id, message.guest};
        bool const bubble = is_bubble(message);
        if (co_await inbox_.add(id, std::move(message), slug))
            stored_(key, id, slug.value_or(std::string()), bubble);
    }

    // Where a hotel has an app of its own and Meta still delivers through the service's, its guests
    // are answered all the same (a message that comes both ways is one, by its id), and an operator
    // is told.
    task<> warn_of_own_app(std::string number_id) {
        auto const holder = co_await directory_.holder_of(std::move(number_id));
        if (!holder || holder->own().whatsapp_app_secret.empty()) co_return;
        log::warn("channels.signed_by_service",
                  {{"tenant", holder->slug},
                   {"message",
                    fmt::format("the hotel has an app of its own, and the service's app delivers "
                                "its guests' messages. In the hotel's app at Meta, set the "
                                "callback URL to …/webhooks/whatsapp/{0} and subscribe the "
                                "hotel's account to it; or, if it uses the service's app, run: "
                                "agente-hotel tenant set {0} whatsapp.app_secret --unset",
                                holder->slug)}});
    }

    inbox& inbox_;
    outbox& outbox_;
    tenancy::directory& directory_;
    clock const& time_;
    whatsapp_webhook_options options_;
    on_stored stored_;
    secret decoy_;  // stands in for the secret of a hotel that has none, or does not exist
    telemetry::counter& refused_;
    telemetry::counter& foreign_;
    telemetry::counter& notices_;
};

http::route_doc document_receiving(http::limits const& limits) {
    http::route_doc doc{.summary = "Messages of guests and statuses of replies, signed by Meta",
                        .limits = limits};
    doc.tags = {"channels"};
    doc.description =
        "Answered 200 once everything in it is stored; 503 when it could not be, so that Meta delivers it again.";
    doc.parameters = {{.name = "X-Hub-Signature-256",
                       .in = "header",
                       .description = "sha256=<HMAC-SHA-256 of the raw body with the app secret>",
                       .required = true}};
    doc.body = http::body_doc{
        .description =
            "A webhook of the WhatsApp Business Platform. What is in it is Meta's to "
            "change: what is not understood is acknowledged and left",
        .schema = {{"type", "object"}},
        .example = text_payload({"+5491155550001", "Ana", "106540352242922"},
                                "wamid.HBgNNTQ5MTE1NTU1MDAwMRUCABIYFjNFQjA", "Hola",
                                time_point(std::chrono::seconds(1'796'083'200)))};
    http::document_answer<acknowledgement>(doc, 200, "Stored");
    doc.problems = {
        {400, "whatsapp.malformed", "The body is not a webhook of Meta's"},
        {413, "whatsapp.too_many_events", "More than 2,000 messages and statuses in one webhook"},
        {401, "whatsapp.signature", "The signature is missing or not of this body"},
        {503, "whatsapp.not_stored", "It could not be stored now: deliver it again"}};
    return doc;
}

}  // namespace

void add_whatsapp_routes(http::router& routes, inbox& messages, outbox& replies,
                         tenancy::directory& directory, clock const& time,
                         whatsapp_webhook_options options, on_stored stored,
                         telemetry::metrics& metrics) {
    if (options.app_secret.empty())
        throw std::logic_error("the WhatsApp webhook needs the app secret");
    http::limits const limits{.most_body = options.most_body};
    auto of_hotel = document_receiving(limits);
    of_hotel.summary =
        "The same for a hotel with a Meta app of its own, signed with that app's secret";
    of_hotel.description +=
        " Only messages and statuses of the hotel's own number (whatsapp.phone_number_id) are stored; others are acknowledged and left.";
    of_hotel.parameters.insert(
        of_hotel.parameters.begin(),
        {.name = "slug",
         .in = "path",
         .description = "The hotel's slug",
         .required = true,
         .schema = {{"type", "string"}, {"examples", boost::json::array{"hotel-sol"}}}});
    for (auto& problem : of_hotel.problems)
        if (problem.status == 401)
            problem.when =
                "The signature is missing or not of this body, or there is no active hotel of this name that has an app of its own";
    auto const hook = std::make_shared<webhook>(messages, replies, directory, time,
                                                std::move(options), std::move(stored), metrics);
    http::endpoint<subscription_check, http::plain_text>(
        routes,
        {.method = "GET",
         .path = "/webhooks/whatsapp",
         .summary = "Meta's subscription check of the webhook",
         .tags = {"channels"},
         .answer = "The challenge",
         .example = "1158201444",
         .problems = {{403, "whatsapp.verify_token", "The verify token is another"}},
         .other_parameters = true},
        [hook](subscription_check const& in, http::request const&) { return hook->check(in); });
    // Not a typed endpoint: the signature is over the body's bytes as they came.
    routes.add(
        "POST", "/webhooks/whatsapp", [hook](http::request const& r) { return hook->receive(r); },
        document_receiving(limits));

    http::endpoint<hotel_subscription_check, http::plain_text>(
        routes,
        {.method = "GET",
         .path = "/webhooks/whatsapp/{slug}",
         .summary = "Meta's subscription check of the webhook of a hotel with an app of its own",
         .tags = {"channels"},
         .answer = "The challenge",
         .example = "1158201444",
         .problems = {{403, "whatsapp.verify_token", "The verify token is another"}},
         .other_parameters = true},
        // Whatever the name: whether there is such a hotel is not told.
        [hook](hotel_subscription_check const& in, http::request const&) {
            return hook->check({in.mode, in.verify_token, in.challenge});
        });
    routes.add(
        "POST", "/webhooks/whatsapp/{slug}",
        [hook](http::request const& r) { return hook->receive_of_hotel(r); }, std::move(of_hotel));
}

}  // namespace agente::channels
