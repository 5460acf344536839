#include "identity/signing_keys.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <boost/json/array.hpp>
#include <stdexcept>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "identity/base64url.hpp"

namespace agente::identity {
namespace {

template <auto Free>
struct freed_by {
    template <class T>
    void operator()(T* p) const {
        Free(p);
    }
};
using private_key = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using digest_context = std::unique_ptr<EVP_MD_CTX, freed_by<EVP_MD_CTX_free>>;

constexpr std::size_t ed25519_size = 32, ed25519_signature_size = 64;

void must(bool done, char const* what) {
    if (!done) throw std::runtime_error(std::string(what) + " failed");
}

unsigned char const* bytes(std::string_view s) {
    return reinterpret_cast<unsigned char const*>(s.data());
}
unsigned char* bytes(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }

// Says nothing about the key: 64 bits of a hash, under a label of their own.
std::string key_id(std::string_view algorithm, std::string_view material) {
    return text::hex(crypto::sha256(fmt::format("agente-hotel {} key id:{}", algorithm, material)))
        .substr(0, 16);
}

std::string header_of(std::string_view algorithm, std::string_view id) {
    return to_base64url(fmt::format(R"({{"alg":"{}","typ":"JWT","kid":"{}"}})", algorithm, id)) +
           '.';
}

private_key read_pem(secret const& pem) {
    std::unique_ptr<BIO, freed_by<BIO_free_all>> const in(
        BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.size())));
    if (in == nullptr) return nullptr;
    // A key under a passphrase is refused instead of asking for it on the terminal.
    auto const no_passphrase = [](char*, int, int, void*) { return -1; };
    private_key key(PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr));
    return key && EVP_PKEY_is_a(key.get(), "ED25519") == 1 ? std::move(key) : nullptr;
}

}  // namespace

struct signing_keys::key {
    std::string id;
    std::string header;                   // encoded, with the dot behind it
    std::optional<crypto::hmac_key> mac;  // HS256
    private_key pair;                     // Ed25519
    std::string public_key;               // Ed25519: 32 bytes

    std::string signature(std::string_view text) const {
        if (mac) return mac->sign(text);
        std::string out(ed25519_signature_size, '\0');
        std::size_t size = out.size();
        digest_context const context(EVP_MD_CTX_new());
        must(context != nullptr &&
                 EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, pair.get()) == 1 &&
                 EVP_DigestSign(context.get(), bytes(out), &size, bytes(text), text.size()) == 1,
             "Ed25519");
        out.resize(size);
        return out;
    }

    bool signed_by_us(std::string_view text, std::string_view encoded) const {
        if (mac) return constant_time_equal(to_base64url(signature(text)), encoded);
        auto const given = from_base64url(encoded);
        if (!given || given->size() != ed25519_signature_size) return false;
        digest_context const context(EVP_MD_CTX_new());
        must(context != nullptr &&
                 EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, pair.get()) == 1,
             "Ed25519");
        return EVP_DigestVerify(context.get(), bytes(std::string_view(*given)), given->size(),
                                bytes(text), text.size()) == 1;
    }
};

signing_keys::signing_keys() = default;
signing_keys::signing_keys(signing_keys&&) noexcept = default;
signing_keys::~signing_keys() = default;

result<signing_keys> signing_keys::hs256(std::vector<secret> const& keys) {
    signing_keys made;
    for (auto const& text : keys) {
        if (text.size() < shortest_secret)
            return error(error_kind::invalid, "secret_key.short",
                         fmt::format("{} needs at least {} characters and has {}: make one with "
                                     "openssl rand -hex 32",
                                     made.keys_.empty() ? "SECRET_KEY" : "SECRET_KEY_PREVIOUS",
                                     shortest_secret, text.size()));
        auto one = std::make_unique<key>();
        one->id = key_id("HS256", crypto::hmac_sha256(text, "agente-hotel HS256 key id"));
        one->header = header_of("HS256", one->id);
        one->mac.emplace(text);
        made.keys_.push_back(std::move(one));
    }
    if (made.keys_.empty())
        return error(error_kind::invalid, "secret_key.missing",
                     "SECRET_KEY is not set: make one with openssl rand -hex 32");
    return made;
}

result<signing_keys> signing_keys::ed25519(std::vector<secret> const& private_keys_pem) {
    signing_keys made;
    for (auto const& pem : private_keys_pem) {
        auto one = std::make_unique<key>();
        one->pair = read_pem(pem);
        one->public_key.resize(ed25519_size);
        std::size_t size = ed25519_size;
        if (!one->pair ||
            EVP_PKEY_get_raw_public_key(one->pair.get(), bytes(one->public_key), &size) != 1)
            return error(error_kind::invalid, "jwt_key.unreadable",
                         "a signing key is no Ed25519 private key in PEM form: make one with "
                         "openssl genpkey -algorithm ed25519");
        one->id = key_id("EdDSA", one->public_key);
        one->header = header_of("EdDSA", one->id);
        made.keys_.push_back(std::move(one));
    }
    if (made.keys_.empty())
        return error(error_kind::invalid, "jwt_key.missing",
                     "EdDSA is chosen but there is no signing key: make one with openssl genpkey "
                     "-algorithm ed25519");
    return made;
}

std::string signing_keys::sign(std::string_view claims) const {
    auto const& with = *keys_.front();
    auto token = with.header + to_base64url(claims);
    auto const signature = to_base64url(with.signature(token));
    token += '.';
    token += signature;
    return token;
}

std::optional<std::string> signing_keys::verify(std::string_view token) const {
    if (token.size() > longest_token) return std::nullopt;
    for (auto const& k : keys_) {
        if (!token.starts_with(k->header)) continue;
        auto const dot = token.rfind('.');
        if (dot < k->header.size()) return std::nullopt;
        if (!k->signed_by_us(token.substr(0, dot), token.substr(dot + 1))) return std::nullopt;
        return from_base64url(token.substr(k->header.size(), dot - k->header.size()));
    }
    return std::nullopt;
}

boost::json::object signing_keys::public_keys() const {
    boost::json::array keys;
    for (auto const& k : keys_)
        if (k->pair)
            keys.push_back({{"kty", "OKP"},
                            {"crv", "Ed25519"},
                            {"alg", "EdDSA"},
                            {"use", "sig"},
                            {"kid", k->id},
                            {"x", to_base64url(k->public_key)}});
    return {{"keys", std::move(keys)}};
}

bool signing_keys::asymmetric() const noexcept { return keys_.front()->pair != nullptr; }

}  // namespace agente::identity
