// Which stored hashes are somebody's password, and which of them are hashed anew.
#include "identity/password_hash.hpp"

#include <crypt.h>
#include <gmock/gmock.h>

#include "identity/options.hpp"

namespace agente::identity {
namespace {

hash_cost const cheap{.memory_kib = 64, .passes = 1, .lanes = 1};
secret const right("three otters at dawn"), wrong("three otters at dusk");

std::string bcrypt(std::string const& prefix, std::string const& password) {
    char salt[CRYPT_GENSALT_OUTPUT_SIZE];
    crypt_gensalt_rn(prefix.c_str(), 4, nullptr, 0, salt, sizeof salt);
    crypt_data state{};
    return crypt_r(password.c_str(), salt, &state);
}

TEST(password_hash, what_is_hashed_is_recognised) {
    auto const stored = hash_password(right, cheap);
    EXPECT_TRUE(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$")) << stored;
    EXPECT_NE(hash_password(right, cheap), stored) << "each has a salt of its own";
    auto const said = verify_password(right, stored, cheap);
    EXPECT_TRUE(said.right);
    EXPECT_TRUE(said.current);
    EXPECT_FALSE(verify_password(wrong, stored, cheap).right);
    EXPECT_FALSE(verify_password(secret(), stored, cheap).right);
}

TEST(password_hash, the_usual_cost_is_owasps) {
    options const usual;
    auto const stored = hash_password(right, usual.cost);
    EXPECT_TRUE(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << stored;
    EXPECT_TRUE(verify_password(right, stored, usual.cost).current);
    EXPECT_FALSE(verify_password(right, hash_password(right, cheap), usual.cost).current);
}

TEST(password_hash, bcrypt_of_all_kinds_is_recognised_and_due_for_a_new_one) {
    for (std::string const prefix : {"$2a$", "$2b$", "$2y$"}) {
        auto const stored = bcrypt(prefix, "three otters at dawn");
        ASSERT_TRUE(stored.starts_with(prefix)) << stored;
        auto const said = verify_password(right, stored, cheap);
        EXPECT_TRUE(said.right);
        EXPECT_FALSE(said.current);
        EXPECT_FALSE(verify_password(wrong, stored, cheap).right);
    }
    // Of Wikipedia's article on bcrypt.
    EXPECT_TRUE(verify_password(secret("abc123xyz"),
                                "$2a$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
                                cheap)
                    .right);
}

TEST(password_hash, anything_behind_a_nul_does_not_make_a_password_of_it) {
    auto const stored = bcrypt("$2b$", "three otters");
    ASSERT_TRUE(verify_password(secret("three otters"), stored, cheap).right);
    EXPECT_FALSE(
        verify_password(secret(std::string("three otters\0more", 17)), stored, cheap).right);
}

TEST(password_hash, stored_parameters_are_bounded) {
    auto const stored = hash_password(right, cheap);
    auto const with = [&](std::string const& parameters) {
        return "$argon2id$v=19$" + parameters + stored.substr(stored.find("$", 15));
    };
    ASSERT_TRUE(verify_password(right, with("m=64,t=1,p=1"), cheap).right);
    for (auto const* const bad :
         {"m=65537,t=1,p=1", "m=64,t=11,p=1", "m=64,t=1,p=5", "m=4294967295,t=1,p=1",
          "m=99999999999,t=1,p=1", "m=64,t=1", "m=,t=1,p=1", "t=1,m=64,p=1", "m=-1,t=1,p=1"})
        EXPECT_FALSE(verify_password(right, with(bad), cheap).right) << bad;
}

TEST(password_hash, other_forms_are_nobodys_password) {
    std::string const text(right.reveal());
    for (auto const& stored :
         {text, std::string(), std::string("!"), std::string("*"),
          std::string("$1$salt$qJH7.N4xYta3aEG/dfqo/0"), std::string("$argon2i$v=19$m=64,t=1,p=1$"),
          std::string("$argon2id$v=19$m=64,t=1,p=1$$"),
          std::string("$2b$31$") + std::string(53, 'a'),
          std::string("$2x$04$") + std::string(53, 'a'), std::string(300, '$')})
        EXPECT_FALSE(verify_password(right, stored, cheap).right) << stored;
    // A traditional DES hash, which libcrypt would check.
    crypt_data state{};
    EXPECT_FALSE(verify_password(right, crypt_r(text.c_str(), "ab", &state), cheap).right);
}

TEST(password_hash, nobodys_hash_is_worked_on_and_is_nobodys) {
    auto const nobody = nobodys_hash(cheap);
    auto const said = verify_password(right, nobody, cheap);
    EXPECT_FALSE(said.right);
    EXPECT_TRUE(said.current) << "of the same cost: it was read and computed";
    EXPECT_EQ(nobody.size(), hash_password(right, cheap).size());
}

}  // namespace
}  // namespace agente::identity
