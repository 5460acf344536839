// Refresh tokens rotate, copies are found out, and what is ended ends everywhere.
#include "identity/house.hpp"

namespace agente::identity {
namespace {

using namespace std::chrono_literals;

class refreshing : public house {
protected:
    issued_tokens refresh(std::string_view token, instance* at = nullptr) {
        return run((at ? at : home)->identity.sessions.refresh(secret(std::string(token)), {}));
    }
    std::string refresh_code(std::string_view token) {
        return code_of(home->identity.sessions.refresh(secret(std::string(token)), {}));
    }
    void later(std::string const& interval) {
        sql("update public.user_sessions set refreshed_at = refreshed_at - interval '" + interval +
            "'");
    }
};

TEST_F(refreshing, each_token_is_exchanged_for_the_next) {
    auto const first = sign_in("ana");
    auto const second = refresh(first.refresh_token.reveal());
    EXPECT_NE(second.refresh_token.reveal(), first.refresh_token.reveal());
    EXPECT_EQ(second.whose.session_id, first.whose.session_id);
    EXPECT_EQ(caller(second.access_token)->user_id(), "u-ana");
    auto const third = refresh(second.refresh_token.reveal());
    EXPECT_EQ(third.whose.rotations, 2);
    EXPECT_LE(third.refresh_life, first.refresh_life) << "refreshing does not make it longer";
}

}  // namespace
}  // namespace agente::identity
