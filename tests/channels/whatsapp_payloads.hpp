// Webhook payloads as Meta's reference documents them, for the tests of the parser.
// https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
#pragma once

#include <string>

namespace agente::channels::payloads {

// `parts` is what stands beside messaging_product and metadata in value.
inline std::string value(std::string const& parts, std::string const& field = "messages") {
    return R"({"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{
        "messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},)" +
           parts + R"(},"field":")" + field + R"("}]}]})";
}

inline std::string message(std::string const& parts) {
    return value(R"("contacts":[{"profile":{"name":"Sheena Nelson"},"wa_id":"16505551234"}],
        "messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=",
        "timestamp":"1749416383",)" +
                 parts + "}]");
}

inline std::string text(std::string const& body) {
    return message(R"("type":"text","text":{"body":")" + body + R"("})");
}

inline std::string status(std::string const& parts) {
    return value(
        R"("statuses":[{"id":"wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI3MTE5MjVBOTE3MDk5QUVFM0YA","timestamp":"1750263773",
        "recipient_id":"16505551234",)" +
        parts + "}]");
}

}  // namespace agente::channels::payloads
