// Group commit: rows that arrive while a round trip is under way leave together as one INSERT in
// the next. For the system's own writes that come by the thousand: message intake, audit, events.
#pragma once

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <functional>

#include "net/task.hpp"
#include "postgres/database.hpp"
#include "postgres/group_metrics.hpp"
#include "postgres/group_queue.hpp"

namespace agente::postgres {

// One array parameter for each member of the row, in the order they are described; texts are
// literals:
//   insert into agente.inbox (id, channel, provider_message_id)
//   select * from unnest($1::uuid[], $2::text[], $3::text[]) on conflict do nothing returning
//   channel || ' ' || provider_message_id
// The returned column is the text that key_of gives for the row.
struct group_query {
    std::string_view name;
    std::string_view sql;
};

struct group_statistics {
    std::size_t statements{0}, rows{0}, added{0}, retried{0}, halved{0};
};

// The driver behind group_commit<Row>; knows rows as encoded cells.
class group_driver : public std::enable_shared_from_this<group_driver> {
public:
    group_driver(database& db, access as, group_query query, std::vector<type_oid> types,
                 bool keyed, group_limits limits, telemetry::metrics& metrics);

    task<bool> add(group_row row);  // true: added
    task<> stop();
    void abandon();

    std::string next_key();
    bool keyed() const noexcept { return keyed_; }
    query_text text() const { return {query_.name, query_.sql, types_, sharing::alone}; }
    group_statistics const& statistics() const noexcept { return statistics_; }

private:
    class caller;

    task<> fly();
    task<> commit(group whole);
    group_entry_ptr enter(group_row row);
    void fail(group const& rows, error const& wrong);
    struct sent {
        std::vector<std::string> keys;
        std::optional<error> wrong;
    };
    task<sent> send(group const& rows);
    statement encode(group const& rows) const;

    database& database_;
    access as_;
    group_query query_;
    std::vector<type_oid> types_;
    bool keyed_;
    group_limits limits_;
    group_queue queue_;
    group_statistics statistics_;
    group_metrics metrics_;
    std::size_t flights_{0};
    std::uint64_t last_key_{0};
    net::gate landed_;
};

// One per worker, and on its thread only. Row: described with BOOST_DESCRIBE_STRUCT, its members
// scalars or optionals. Two rows with one key are twins: the later one is not sent, but answered
// when the earlier one is committed (with its error if it fails). A row that breaks a constraint
// fails alone: its group is halved until it is found. A connection lost while a statement was under
// way makes its whole group in_doubt. It is not sent again from here: "present" could then mean our
// own first attempt, and callers take present for somebody else's. Callers that repeat get the
// truth.
template <class Row>
class group_commit {
public:
    enum class outcome {
        added,   // the row is committed, by this call
        present  // a row with its key is committed; it was there, or another call brought it
    };

    // `db` and `metrics` must outlive it. `key_of` empty: rows have no key, every one is added.
    group_commit(database& db, access as, group_query query,
                 std::function<std::string(Row const&)> key_of, telemetry::metrics& metrics,
                 group_limits limits = {})
        : key_of_(std::move(key_of)),
          driver_(std::make_shared<group_driver>(db, std::move(as), query, types(),
                                                 key_of_ != nullptr, limits, metrics)) {}
    ~group_commit() { driver_->abandon(); }
    group_commit(group_commit const&) = delete;
    group_commit& operator=(group_commit const&) = delete;

    // Returns after the commit. Throws postgres::error: unavailable (full, or it did not happen),
    // in_doubt, or the row's own.
    task<outcome> add(Row row) {
        auto encoded = encode(row);
        auto const driver = driver_;
        bool const is_new = co_await driver->add(std::move(encoded));
        co_return is_new ? outcome::added : outcome::present;
    }

    // What is under way is awaited, what waits fails as unavailable.
    task<> stop() { return driver_->stop(); }

    query_text text() const { return driver_->text(); }
    group_statistics const& statistics() const noexcept { return driver_->statistics(); }

private:
    using members = boost::describe::describe_members<Row, boost::describe::mod_public |
                                                               boost::describe::mod_inherited>;

    template <class T>
    struct element {
        using type = T;
    };
    template <class T>
    struct element<std::optional<T>> {
        using type = T;
    };
    template <class D>
    using element_of =
        typename element<std::remove_cvref_t<decltype(std::declval<Row&>().*D::pointer)>>::type;

    static std::vector<type_oid> types() {
        std::vector<type_oid> all;
        boost::mp11::mp_for_each<members>(
            [&](auto d) { all.push_back(value<element_of<decltype(d)>>::array); });
        return all;
    }

    group_row encode(Row const& row) const {
        group_row out{key_of_ ? key_of_(row) : driver_->next_key(), {}};
        std::string text;
        auto const cell = [&]<class T>(T const& v) {
            text.clear();
            value<T>::append(text, v);
            detail::append_element(out.cells.emplace_back(), text);
        };
        try {
            boost::mp11::mp_for_each<members>([&](auto d) {
                auto const& v = row.*d.pointer;
                if constexpr (requires {
                                  v.has_value();
                                  *v;
                              }) {
                    if (v)
                        cell(*v);
                    else
                        out.cells.emplace_back("NULL");
                } else {
                    cell(v);
                }
            });
        } catch (bad_value const& wrong) {
            throw parameter_error(driver_->text().name, out.cells.size() + 1, wrong.what());
        }
        return out;
    }

    std::function<std::string(Row const&)> key_of_;
    std::shared_ptr<group_driver> driver_;
};

}  // namespace agente::postgres
