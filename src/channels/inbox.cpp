#include "channels/inbox.hpp"

#include <map>

namespace agente::channels {
namespace {

constexpr postgres::group_query add_query{
    "channels.add_messages",
    "insert into agente.inbox (id, channel, provider_message_id, tenant_id, guest, recipient, kind, body, sent_at, lease_owner,"
    "                          lease_until, attempts)"
    " select m.id, m.channel, m.provider_message_id, m.tenant_id, m.guest, m.recipient, m.kind, m.body, m.sent_at, m.lease_owner,"
    "        now() + make_interval(secs => m.lease_seconds), 0"
    "   from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[],"
    "               $9::timestamptz[], $10::text[], $11::float8[])"
    "        as m (id, channel, provider_message_id, tenant_id, guest, recipient, kind, body, sent_at, lease_owner, lease_seconds)"
    " on conflict (channel, provider_message_id) do nothing"
    " returning channel || ' ' || provider_message_id"};

stored_message to_message(store::claimed_row row) {
    stored_message out;
    out.id = std::move(row.id);
    out.tenant = std::move(row.tenant_id);
    out.attempts = row.attempts;
    auto& m = out.message;
    m.channel = std::move(row.channel);
    m.number_id = std::move(row.recipient);
    m.guest = std::move(row.guest);
    m.kind = std::move(row.kind);
    m.sent_at = row.sent_at.value_or(row.received_at);
    read_body(m, row.body);
    return out;
}

}  // namespace

inbox::inbox(asio::io_context& loop, postgres::database& database, inbox_options options,
             telemetry::metrics& metrics)
    : database_(database), options_(std::move(options)),
      additions_(
          database, postgres::access::system(), add_query,
          [](inbox_row const& row) { return row.channel + ' ' + row.provider_message_id; },
          metrics),
      claims_(loop.get_executor(),
              [this](std::vector<conversation_key> const& all) { return claim_all(all); }),
      added_(metrics.count("channels_messages_total", "Messages of guests that were stored")),
      duplicates_(
          metrics.count("channels_duplicates_total", "Messages that a channel delivered again")) {}

task<bool> inbox::add(std::string id, incoming_message m, std::optional<std::string> tenant) {
    auto body = to_body(m);
    inbox_row row{.id = std::move(id),
                  .channel = std::move(m.channel),
                  .provider_message_id = std::move(m.provider_message_id),
                  .tenant_id = std::move(tenant),
                  .guest = std::move(m.guest),
                  .recipient = std::move(m.number_id),
                  .kind = std::move(m.kind),
                  .body = std::move(body),
                  .sent_at = m.sent_at,
                  .lease_owner = options_.owner,
                  .lease_seconds = lease_seconds()};
    auto const outcome = co_await additions_.add(std::move(row));
    bool const added = outcome == postgres::group_commit<inbox_row>::outcome::added;
    (added ? added_ : duplicates_).add();
    co_return added;
}

task<std::vector<stored_message>> inbox::claim(conversation_key of) {
    co_return co_await claims_.ask(std::move(of));
}

task<std::vector<std::vector<stored_message>>> inbox::claim_all(
    std::vector<conversation_key> const& all) {
    std::vector<std::string> channels, recipients, guests;
    std::map<conversation_key, std::size_t> place;
    for (std::size_t i = 0; i < all.size(); ++i) {
        place.emplace(all[i], i);
        channels.push_back(all[i].channel);
        recipients.push_back(all[i].number_id);
        guests.push_back(all[i].guest);
    }
    postgres::batch one(postgres::access::system());
    auto const at = store::claim(one, options_.owner, lease_seconds(), options_.most_per_turn,
                                 channels, recipients, guests);
    auto const answers = co_await database_.run(std::move(one));
    std::vector<std::vector<stored_message>> out(all.size());
    for (auto& row : answers.rows(at)) {
        auto const found = place.find({row.channel, row.recipient, row.guest});
        if (found != place.end()) out[found->second].push_back(to_message(std::move(row)));
    }
    co_return out;
}

}  // namespace agente::channels
