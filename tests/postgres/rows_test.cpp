#include "postgres/rows.hpp"

#include <gmock/gmock.h>

#include <boost/describe/class.hpp>
#include <string>

namespace agente::postgres {
namespace {

struct column {
    std::string name;
    type_oid type;
};

struct table {
    std::vector<column> columns;
    std::vector<std::vector<std::optional<std::string>>> rows;

    int row_count() const { return static_cast<int>(rows.size()); }
    int column_count() const { return static_cast<int>(columns.size()); }
    std::string_view column_name(int c) const { return columns[static_cast<std::size_t>(c)].name; }
    type_oid column_type(int c) const { return columns[static_cast<std::size_t>(c)].type; }
    std::optional<std::string> const& cell(int r, int c) const {
        return rows[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)];
    }
    bool is_null(int r, int c) const { return !cell(r, c); }
    std::string_view text(int r, int c) const { return *cell(r, c); }
};

struct base_row {
    std::int64_t id{};
};
BOOST_DESCRIBE_STRUCT(base_row, (), (id))

struct person : base_row {
    std::string name;
    std::optional<int> age;
    std::vector<std::string> tags;
};
BOOST_DESCRIBE_STRUCT(person, (base_row), (name, age, tags))

table people() {
    return {
        {{"tags", oid::text_array}, {"age", oid::int4}, {"id", oid::int8}, {"name", oid::varchar}},
        {{"{vip,\"a b\"}", "41", "7", "Ana"}, {"{}", std::nullopt, "8", ""}}};
}

std::string complaint(auto&& act) {
    try {
        act();
    } catch (error const& e) {
        EXPECT_EQ(e.reason().kind(), error_kind::internal);
        return e.reason().message();
    }
    return "no error";
}

TEST(rows, columns_fill_members_by_name_whatever_their_order) {
    auto const all = read_rows<person>("people.all", people());
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].id, 7);
    EXPECT_EQ(all[0].name, "Ana");
    EXPECT_EQ(all[0].age, 41);
    EXPECT_EQ(all[0].tags, (std::vector<std::string>{"vip", "a b"}));
    EXPECT_EQ(all[1].age, std::nullopt);
}

TEST(rows, a_missing_an_extra_and_a_doubled_column_are_named_even_without_rows) {
    auto t = people();
    t.rows.clear();
    t.columns[1].name = "aged";
    EXPECT_EQ(complaint([&] { read_rows<person>("people.all", t); }),
              "people.all: no column is called \"age\", which a member of its row is");
    t = people();
    t.columns.push_back({"colour", oid::text});
    EXPECT_THAT(complaint([&] { read_rows<person>("people.all", t); }),
                testing::HasSubstr("column \"colour\" has no member"));
    t.columns.back().name = "name";
    EXPECT_THAT(complaint([&] { read_rows<person>("people.all", t); }),
                testing::HasSubstr("\"name\" has no member"));
}

TEST(rows, a_column_of_another_type_is_named) {
    auto t = people();
    t.columns[1].type = oid::int8;
    EXPECT_THAT(complaint([&] { read_rows<person>("people.all", t); }),
                testing::HasSubstr("\"age\" has type OID 20"));
}

TEST(rows, null_needs_an_optional_member) {
    auto t = people();
    t.rows[1][3].reset();
    EXPECT_THAT(complaint([&] { read_rows<person>("people.all", t); }),
                testing::HasSubstr("\"name\" is NULL"));
}

TEST(rows, a_value_that_does_not_parse_names_its_column) {
    auto t = people();
    t.rows[0][2] = "x";
    EXPECT_EQ(complaint([&] { read_rows<person>("people.all", t); }),
              "people.all: column \"id\" is not a whole number");
}

TEST(rows, scalars_take_the_only_column) {
    table t{{{"count", oid::int8}}, {{"12"}}};
    EXPECT_EQ(read_row<std::int64_t>("q", t), 12);
    EXPECT_EQ(read_rows<std::optional<std::int64_t>>("q", t).front(), 12);
    t.rows[0][0].reset();
    EXPECT_EQ(read_rows<std::optional<std::int64_t>>("q", t).front(), std::nullopt);
    EXPECT_THAT(complaint([] { read_row<int>("q", people()); }),
                testing::HasSubstr("one column is expected"));
}

TEST(rows, one_row_is_none_one_or_an_error) {
    auto t = people();
    EXPECT_THAT(complaint([&] { read_row<person>("q", t); }),
                testing::HasSubstr("at most one row is expected, the result has 2"));
    t.rows.pop_back();
    EXPECT_EQ(read_row<person>("q", t)->id, 7);
    t.rows.pop_back();
    EXPECT_FALSE(read_row<person>("q", t).has_value());
}

}  // namespace
}  // namespace agente::postgres
