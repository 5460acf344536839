#include "operations/adopt_values.hpp"

namespace agente::operations {
namespace {

constexpr value_rule all[] = {
    {"tenants", "name", "coalesce(char_length(name), 0) not between 1 and 255",
     "must have 1 to 255 characters", "left(coalesce(nullif(name, ''), tenant_id), 255)",
     "its beginning, or the slug"},
    {"tenants", "status", "status not in ('active', 'inactive', 'suspended')",
     "must be active, inactive or suspended", "'inactive'", "inactive"},
    {"tenants", "business_hours_start", "business_hours_start not between 0 and 23",
     "must be 0 to 23", "null", "no hour at all"},
    {"tenants", "business_hours_end", "business_hours_end not between 0 and 24", "must be 0 to 24",
     "null", "no hour at all"},
    {"tenants", "business_hours_timezone",
     "char_length(business_hours_timezone) not between 1 and 50", "must have 1 to 50 characters",
     "null", "no time zone of its own"},
    {"users", "id", "char_length(id) not between 1 and 255", "must have 1 to 255 characters", "",
     ""},
    {"users", "username", "coalesce(char_length(username), 0) not between 1 and 255",
     "must have 1 to 255 characters", "left(coalesce(nullif(username, ''), id), 255)",
     "its beginning, or the id"},
    {"users", "email",
     "email is null or char_length(email) not between 3 and 255 or position('@' in email) < 2",
     "is no e-mail address of at most 255 characters",
     "'user-' || left(id, 200) || '@adopted.invalid'", "an address nobody has, made of the id"},
    {"users", "hashed_password", "coalesce(char_length(hashed_password), 0) not between 1 and 255",
     "is no password's hash", "'!'", "one that no password fits: send a reset link"},
    {"users", "full_name", "char_length(full_name) > 255", "must have at most 255 characters",
     "left(full_name, 255)", "its beginning"},
    {"user_sessions", "id", "char_length(id) not between 1 and 255",
     "must have 1 to 255 characters", "", ""},
    {"user_sessions", "token_jti", "coalesce(char_length(token_jti), 0) not between 1 and 255",
     "must have 1 to 255 characters", "'adopted-' || left(id, 240)", "one made of the id"},
    {"user_sessions", "ip_address", "char_length(ip_address) > 45",
     "must have at most 45 characters", "left(ip_address, 45)", "its beginning"},
    {"password_history", "password_hash",
     "coalesce(char_length(password_hash), 0) not between 1 and 255", "is no password's hash",
     "'!'", "one that no password fits"},
    {"tenant_user_identifiers", "identifier", "btrim(coalesce(identifier, ''), E' \\t\\r\\n') = ''",
     "is empty", "'unknown-' || id", "a word that identifies nobody"},
    {"lock_audit", "lock_key", "coalesce(char_length(lock_key), 0) not between 1 and 255",
     "must have 1 to 255 characters", "left(coalesce(nullif(lock_key, ''), 'unknown'), 255)",
     "its beginning, or \"unknown\""},
    {"lock_audit", "event_type", "coalesce(char_length(event_type), 0) not between 1 and 50",
     "must have 1 to 50 characters", "left(coalesce(nullif(event_type, ''), 'unknown'), 50)",
     "its beginning, or \"unknown\""},
};

}  // namespace

std::span<value_rule const> value_rules() { return all; }

}  // namespace agente::operations
