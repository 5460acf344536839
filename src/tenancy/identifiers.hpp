// What a guest is known by, in one spelling: phone numbers as E.164, e-mail addresses in lower
// case. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agente::tenancy {

// "+54 9 11 5555-0001", "005491155550001", "5491155550001" (as WhatsApp writes it) ->
// "+5491155550001" (ITU-T E.164). A national spelling ("011 15-5555-0001") needs `region`, two
// letters of ISO 3166 ("AR"). Nothing when it cannot be a number at all; a possible but unassigned
// number is accepted, for numbering plans change faster than metadata.
std::optional<std::string> normalise_phone(std::string_view text, std::string_view region = {});

// Trimmed, lower case. Nothing unless it has one '@' with something on both sides and no white
// space (RFC 5321 sizes).
std::optional<std::string> normalise_email(std::string_view text);

// A phone number or an e-mail address, whichever it is; anything else (a WhatsApp user id) trimmed
// as it stands.
std::string normalise_identifier(std::string_view text);

// Every spelling under which this guest's row may have been stored, the normalised one first: rows
// of earlier installations lack the '+' or start with 00, and WhatsApp's own id differs from the
// dialled number in Mexico (521… or 52…) and Brazil (with or without the ninth digit). At most
// eight.
std::vector<std::string> spellings(std::string_view identifier);

}  // namespace agente::tenancy
