// Webhook payloads: never a crash, never more events than the bound, every stored text valid UTF-8.
#include <cstdlib>

#include "base/text.hpp"
#include "channels/stored_message.hpp"
#include "channels/whatsapp_payload.hpp"

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
    std::string_view const body(reinterpret_cast<char const*>(data), size);
    auto const events = agente::channels::parse_whatsapp(body, agente::time_point{});
    if (!events) return 0;
    if (events->messages.size() + events->deliveries.size() >
        agente::channels::most_whatsapp_events)
        std::abort();
    for (auto const& m : events->messages) {
        if (!agente::text::valid_utf8(m.text) || !agente::text::valid_utf8(m.guest) ||
            m.provider_message_id.empty())
            std::abort();
        agente::channels::incoming_message again;
        agente::channels::read_body(again, agente::channels::to_body(m));
    }
    return 0;
}
