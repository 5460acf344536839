// `agente-hotel chat` as a guest of a service that runs with its own settings.
#include <gmock/gmock.h>

#include "e2e/hotel_site.hpp"

namespace agente::e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class chat_test : public testing::Test {
protected:
    struct outcome {
        std::optional<int> status;
        std::string said, errors;
    };
    outcome chat(std::vector<std::string> arguments,
                 std::map<std::string, std::string> changes = {},
                 std::string const& lines = "Hola\n") {
        std::vector<std::string> words{"chat", "--server", site_.url(0)};
        words.insert(words.end(), arguments.begin(), arguments.end());
        auto settings = site_.environment();
        for (auto const& [name, value] : changes) settings[name] = value;
        program one(words, settings, lines);
        auto said = one.read_all();
        auto const status = one.wait();
        return {status, std::move(said), one.errors()};
    }

    void SetUp() override { site_.serve(); }

    hotel_site site_;
};

TEST_F(chat_test, a_guest_of_a_running_service_is_answered_in_a_conversation) {
    auto const got = chat({"--tenant", hotel_site::tenant, "--as", "+5491155550077"}, {},
                          "¿Hay habitaciones del 12 al 15 de marzo para 2?\n2\n");
    EXPECT_EQ(got.status, 0) << got.errors;
    EXPECT_THAT(got.said, AllOf(HasSubstr("[1] "), HasSubstr("A nombre de quién")));
    EXPECT_EQ(site_.sql("select count(*) from agente.inbox where guest = '+5491155550077'"
                        " and outcome = 'answered'"),
              "2");
    site_.stop_serving();
}

TEST_F(chat_test, says_what_is_missing_or_wrong_and_writes_nothing) {
    std::string const as = "+5491155550078";
    EXPECT_THAT(chat({"--tenant", hotel_site::tenant}).errors, HasSubstr("--as"));
    EXPECT_THAT(chat({"--as", as}).errors, HasSubstr("--tenant"));
    EXPECT_THAT(chat({"--tenant", "nobody", "--as", as}).errors,
                HasSubstr("no active tenant 'nobody'"));
    EXPECT_THAT(chat({"--tenant", hotel_site::tenant, "--as", "1155550078"}).errors,
                HasSubstr("with its country"));
    auto const forged = chat({"--tenant", hotel_site::tenant, "--as", as},
                             {{"WHATSAPP_APP_SECRET", "another secret of thirty-two chars"}});
    EXPECT_EQ(forged.status, 1);
    EXPECT_THAT(forged.errors, AllOf(HasSubstr("401"), HasSubstr("WHATSAPP_APP_SECRET"),
                                     Not(HasSubstr("another"))));
    EXPECT_EQ(site_.sql("select count(*) from agente.inbox"), "0");
    site_.stop_serving();
}

}  // namespace
}  // namespace agente::e2e
