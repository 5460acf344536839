#include "operations/tar_file.hpp"

#include <gmock/gmock.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>

namespace agente::operations {
namespace {

class tar_file : public testing::Test {
protected:
    tar_file() { file = ::mkstemp(name.data()); }
    ~tar_file() override {
        ::close(file);
        ::unlink(name.c_str());
    }

    std::string listed() const {  // by the tar of the system
        auto* const tar = ::popen(("tar -tf " + name + " 2>&1").c_str(), "r");
        std::string all;
        for (int c = std::fgetc(tar); c != EOF; c = std::fgetc(tar)) all += static_cast<char>(c);
        ::pclose(tar);
        return all;
    }

    std::string name = testing::TempDir() + "/tar-XXXXXX";
    int file{-1};
};

TEST_F(tar_file, is_read_back_and_read_by_tar) {
    tar_writer out(file);
    std::vector<std::string> const contents{"", "a", std::string(512, 'x'),
                                            std::string(70'001, 'y')};
    for (std::size_t i = 0; i < contents.size(); ++i) {
        out.begin("part" + std::to_string(i));
        out.add(contents[i].substr(0, contents[i].size() / 2));
        out.add(contents[i].substr(contents[i].size() / 2));
        out.end();
    }
    out.finish();
    auto const members = tar_members(file).value();
    ASSERT_EQ(members.size(), contents.size());
    for (std::size_t i = 0; i < contents.size(); ++i) {
        EXPECT_EQ(members[i].name, "part" + std::to_string(i));
        EXPECT_EQ(tar_content(file, members[i]), contents[i]);
    }
    EXPECT_EQ(listed(), "part0\npart1\npart2\npart3\n");
}

// A hole takes no disk.
TEST_F(tar_file, knows_members_of_more_than_8_GiB) {
    tar_writer out(file);
    out.begin("first");
    out.end();
    out.finish();
    constexpr std::uint64_t size = 9ull << 30;
    std::string head(512, '\0');
    ASSERT_EQ(::pread(file, head.data(), head.size(), 0), 512);
    head[124] = static_cast<char>(0x80);
    for (std::size_t i = 0; i < 11; ++i)
        head[125 + i] = static_cast<char>(i < 3 ? 0 : size >> (8 * (10 - i)) & 0xff);
    std::fill_n(head.begin() + 148, 8, ' ');
    unsigned sum = 0;
    for (auto const c : head) sum += static_cast<unsigned char>(c);
    std::snprintf(head.data() + 148, 8, "%06o", sum);
    ASSERT_EQ(::pwrite(file, head.data(), head.size(), 0), 512);
    ASSERT_EQ(::ftruncate(file, 512 + static_cast<off_t>(size) + 1'024), 0);
    auto const members = tar_members(file).value();
    ASSERT_EQ(members.size(), 1u);
    EXPECT_EQ(members[0].size, size);
}

TEST_F(tar_file, without_its_end_is_no_tar_file) {
    tar_writer out(file);
    out.begin("part");
    out.add("text");
    out.end();
    EXPECT_TRUE(tar_members(file).has_error());
}

}  // namespace
}  // namespace agente::operations
