#include "bench/webhook.hpp"

#include <fmt/format.h>

#include "channels/whatsapp_payload_builder.hpp"

namespace agente::bench {

std::string guest_phone(std::size_t n) { return fmt::format("54911{:08}", n); }

std::string webhook(webhook_source const& to, std::size_t n, std::string_view text) {
    channels::simulated_guest const who{guest_phone(n), "Ana García",
                                        to.number_ids[n % to.number_ids.size()]};
    auto const posted = channels::signed_webhook(
        "", to.app_secret,
        channels::text_payload(who, channels::new_wamid(), text, real_clock{}.now()));
    auto out = fmt::format(
        "POST /webhooks/whatsapp HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: {}\r\n", to.port,
        posted.body.size());
    for (auto const& [name, value] : posted.headers) out += name + ": " + value + "\r\n";
    return out + "\r\n" + posted.body;
}

}  // namespace agente::bench
