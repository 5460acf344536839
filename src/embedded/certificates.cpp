#include "embedded/certificates.hpp"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "base/result.hpp"

namespace agente::embedded {
namespace {

template <auto Free>
struct freed {
    template <class T>
    void operator()(T* p) const {
        Free(p);
    }
};
using key_ptr = std::unique_ptr<EVP_PKEY, freed<EVP_PKEY_free>>;
using certificate_ptr = std::unique_ptr<X509, freed<X509_free>>;

void must(bool done, char const* what) {
    if (done) return;
    char reason[256];
    ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
    throw failure(error(error_kind::internal, "embedded.certificate",
                        std::string("OpenSSL could not ") + what + ": " + reason));
}

void extend(X509* subject, X509* issuer, int kind, char const* text) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, subject, nullptr, nullptr, 0);
    std::unique_ptr<X509_EXTENSION, freed<X509_EXTENSION_free>> const extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, text));
    must(extension && X509_add_ext(subject, extension.get(), -1) == 1,
         "add a certificate extension");
}

certificate_ptr certify(EVP_PKEY* key, char const* name, X509* issuer, EVP_PKEY* issuer_key,
                        long serial) {
    certificate_ptr made(X509_new());
    auto* const c = made.get();
    must(c != nullptr && X509_set_version(c, 2) == 1 &&
             ASN1_INTEGER_set(X509_get_serialNumber(c), serial) == 1 &&
             X509_gmtime_adj(X509_getm_notBefore(c), -3600) != nullptr &&
             X509_gmtime_adj(X509_getm_notAfter(c), 3650L * 24 * 3600) != nullptr &&
             X509_set_pubkey(c, key) == 1 &&
             X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_UTF8,
                                        reinterpret_cast<unsigned char const*>(name), -1, -1,
                                        0) == 1 &&
             X509_set_issuer_name(c, X509_get_subject_name(issuer == nullptr ? c : issuer)) == 1,
         "fill in a certificate");
    auto* const signer = issuer == nullptr ? c : issuer;
    extend(c, signer, NID_basic_constraints,
           issuer == nullptr ? "critical,CA:TRUE" : "critical,CA:FALSE");
    extend(c, signer, NID_key_usage,
           issuer == nullptr ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
    extend(c, signer, NID_subject_key_identifier, "hash");
    if (issuer != nullptr) {
        extend(c, signer, NID_authority_key_identifier, "keyid");
        extend(c, signer, NID_ext_key_usage, "serverAuth");
        extend(c, signer, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    }
    must(X509_sign(c, issuer_key, EVP_sha256()) > 0, "sign a certificate");
    return made;
}

template <class Write>
std::string pem(Write write) {
    std::unique_ptr<BIO, freed<BIO_free_all>> const memory(BIO_new(BIO_s_mem()));
    must(memory && write(memory.get()) == 1, "write PEM");
    char* data = nullptr;
    auto const size = BIO_get_mem_data(memory.get(), &data);
    return std::string(data, static_cast<std::size_t>(size));
}

}  // namespace

certificates make_certificates(private_folder const& where) {
    key_ptr const ca_key(EVP_EC_gen("P-256")), key(EVP_EC_gen("P-256"));
    must(ca_key && key, "make a key");
    auto const ca = certify(ca_key.get(), "Private test authority", nullptr, ca_key.get(), 1);
    auto const leaf = certify(key.get(), "localhost", ca.get(), ca_key.get(), 2);
    return {
        where.write("ca.crt", pem([&](BIO* b) { return PEM_write_bio_X509(b, ca.get()); })),
        where.write("server.crt", pem([&](BIO* b) { return PEM_write_bio_X509(b, leaf.get()); })),
        where.write("server.key", pem([&](BIO* b) {
                        return PEM_write_bio_PrivateKey(b, key.get(), nullptr, nullptr, 0, nullptr,
                                                        nullptr);
                    }))};
}

}  // namespace agente::embedded
