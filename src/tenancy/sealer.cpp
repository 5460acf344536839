#include "tenancy/sealer.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>

#include "base/text.hpp"

namespace agente::tenancy {
namespace {

constexpr std::size_t key_size = 32, nonce_size = 12, tag_size = 16, id_size = 6;
constexpr std::string_view version = "v1.";

template <auto Free>
struct freed_by {
    template <class T>
    void operator()(T* p) const {
        Free(p);
    }
};
using cipher_context = std::unique_ptr<EVP_CIPHER_CTX, freed_by<EVP_CIPHER_CTX_free>>;

void must(bool done, char const* what) {
    if (!done) throw std::runtime_error(std::string(what) + " failed");
}

unsigned char* bytes(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }
unsigned char const* bytes(std::string_view s) {
    return reinterpret_cast<unsigned char const*>(s.data());
}

// HKDF without salt; `purpose` keeps what is derived from one text apart.
std::string derive(secret const& from, std::string purpose, std::size_t size) {
    std::unique_ptr<EVP_KDF, freed_by<EVP_KDF_free>> const kdf(
        EVP_KDF_fetch(nullptr, "HKDF", nullptr));
    must(kdf != nullptr, "HKDF");
    std::unique_ptr<EVP_KDF_CTX, freed_by<EVP_KDF_CTX_free>> const context(
        EVP_KDF_CTX_new(kdf.get()));
    must(context != nullptr, "HKDF");
    std::string digest = "SHA256";
    secret copy(std::string(from.reveal()));  // OpenSSL wants a pointer it could write to
    OSSL_PARAM const parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
                                          const_cast<char*>(copy.reveal().data()), copy.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, purpose.data(), purpose.size()),
        OSSL_PARAM_construct_end()};
    std::string out(size, '\0');
    must(EVP_KDF_derive(context.get(), bytes(out), out.size(), parameters) == 1, "HKDF");
    return out;
}

std::string to_base64url(std::string_view raw) {
    std::string out(4 * ((raw.size() + 2) / 3) + 1, '\0');
    int const size = EVP_EncodeBlock(bytes(out), bytes(raw), static_cast<int>(raw.size()));
    out.resize(static_cast<std::size_t>(size));
    std::ranges::replace(out, '+', '-');
    std::ranges::replace(out, '/', '_');
    return out.substr(0, out.find('='));
}

std::optional<std::string> from_base64url(std::string_view encoded) {
    auto const ours = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    };
    if (encoded.size() % 4 == 1 || !std::ranges::all_of(encoded, ours)) return std::nullopt;
    std::string text(encoded);
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    auto const padding = (4 - text.size() % 4) % 4;
    text.append(padding, '=');
    std::string out(text.size() / 4 * 3, '\0');
    if (EVP_DecodeBlock(bytes(out), bytes(std::string_view(text)), static_cast<int>(text.size())) <
        0)
        return std::nullopt;
    out.resize(out.size() - padding);
    return out;
}

struct parts {
    std::string_view id;
    std::string_view body;  // base64url
};

std::optional<parts> split(std::string_view sealed) {
    if (!sealed.starts_with(version)) return std::nullopt;
    sealed.remove_prefix(version.size());
    auto const dot = sealed.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    return parts{.id = sealed.substr(0, dot), .body = sealed.substr(dot + 1)};
}

std::optional<secret> decrypt(secret const& key, std::string_view raw, std::string_view context) {
    if (raw.size() < nonce_size + tag_size) return std::nullopt;
    auto const nonce = raw.substr(0, nonce_size);
    auto const cipher = raw.substr(nonce_size, raw.size() - nonce_size - tag_size);
    std::string tag(raw.substr(raw.size() - tag_size));
    cipher_context const c(EVP_CIPHER_CTX_new());
    must(c != nullptr, "AES-256-GCM");
    std::string plain(cipher.size(), '\0');
    int size = 0;
    must(EVP_DecryptInit_ex(c.get(), EVP_aes_256_gcm(), nullptr, bytes(key.reveal()),
                            bytes(nonce)) == 1 &&
             EVP_DecryptUpdate(c.get(), nullptr, &size, bytes(context),
                               static_cast<int>(context.size())) == 1 &&
             EVP_DecryptUpdate(c.get(), bytes(plain), &size, bytes(cipher),
                               static_cast<int>(cipher.size())) == 1 &&
             EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()) == 1,
         "AES-256-GCM");
    secret opened(std::move(plain));
    unsigned char none[tag_size];
    if (EVP_DecryptFinal_ex(c.get(), none, &size) != 1) return std::nullopt;
    return opened;
}

error no_key() {
    return error(
        error_kind::unavailable, "settings_key.missing",
        "secrets cannot be stored or read without SETTINGS_KEY: give it a random text of at "
        "least 32 characters, the same for every instance");
}

}  // namespace

sealer::sealer(std::vector<secret> const& keys) {
    for (auto const& text : keys) {
        if (text.size() < shortest_key)
            throw failure(error(error_kind::invalid, "settings_key.short",
                                fmt::format("each key of SETTINGS_KEY needs at least {} "
                                            "characters, and one has {}",
                                            shortest_key, text.size())));
        keys_.push_back(
            {.id = text::hex(derive(text, "agente-hotel settings key id", id_size)),
             .bytes = secret(derive(text, "agente-hotel settings AES-256-GCM", key_size))});
    }
}

std::string sealer::seal(std::string_view plain, std::string_view context) const {
    if (keys_.empty()) throw failure(no_key());
    auto const& with = keys_.front();
    cipher_context const c(EVP_CIPHER_CTX_new());
    must(c != nullptr, "AES-256-GCM");
    std::string raw(nonce_size + plain.size() + tag_size, '\0');
    auto* const cipher = bytes(raw) + nonce_size;
    auto* const tag = cipher + plain.size();
    int size = 0;
    must(RAND_bytes(bytes(raw), nonce_size) == 1, "the random number generator");
    must(EVP_EncryptInit_ex(c.get(), EVP_aes_256_gcm(), nullptr, bytes(with.bytes.reveal()),
                            bytes(raw)) == 1 &&
             EVP_EncryptUpdate(c.get(), nullptr, &size, bytes(context),
                               static_cast<int>(context.size())) == 1 &&
             EVP_EncryptUpdate(c.get(), cipher, &size, bytes(plain),
                               static_cast<int>(plain.size())) == 1 &&
             EVP_EncryptFinal_ex(c.get(), tag, &size) == 1 &&
             EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_GCM_GET_TAG, tag_size, tag) == 1,
         "AES-256-GCM");
    return fmt::format("{}{}.{}", version, with.id, to_base64url(raw));
}

result<secret> sealer::open(std::string_view sealed, std::string_view context) const {
    if (keys_.empty()) return no_key();
    auto const broken = [] {
        return error(error_kind::internal, "settings_key.broken",
                     "a stored secret is damaged or was copied from elsewhere: set it again");
    };
    auto const found = split(sealed);
    if (!found) return broken();
    auto const key = std::ranges::find(keys_, found->id, &key::id);
    if (key == keys_.end())
        return error(error_kind::unavailable, "settings_key.unknown",
                     "a stored secret was sealed with a key that is not in SETTINGS_KEY: add that "
                     "key behind the first, or set the secret again");
    auto const raw = from_base64url(found->body);
    auto opened = raw ? decrypt(key->bytes, *raw, context) : std::nullopt;
    if (!opened) return broken();
    return std::move(*opened);
}

bool sealer::current(std::string_view sealed) const {
    auto const found = split(sealed);
    return found && !keys_.empty() && found->id == keys_.front().id;
}

}  // namespace agente::tenancy
