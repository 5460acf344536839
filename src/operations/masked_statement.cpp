#include "operations/masked_statement.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace agente::operations {
namespace {

constexpr std::string_view mask = "'…'";

bool blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || digit(c) || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
}
std::string lower(std::string_view s) {
    std::string out(s);
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return out;
}

class masker {
public:
    explicit masker(std::string_view sql) : sql_(sql) {}

    std::string masked() {
        while (at_ < sql_.size()) step();
        while (!out_.empty() && out_.back() == ' ') out_.pop_back();
        return std::move(out_);
    }

private:
    bool next_is(std::string_view s) const { return sql_.substr(at_).starts_with(s); }

    void step() {
        char const c = sql_[at_];
        if (blank(c)) {
            ++at_;
            space();
        } else if (next_is("--")) {
            at_ = std::min(sql_.find('\n', at_), sql_.size());
            space();
        } else if (next_is("/*")) {
            skip_comment();
            space();
        } else if (c == '\'') {
            skip_quoted('\'', false);
            put_mask();
        } else if (c == '"') {
            auto const start = at_;
            skip_quoted('"', false);
            put_value(sql_.substr(start, at_ - start));
        } else if (c == '$') {
            dollar();
        } else if (digit(c) || (c == '.' && at_ + 1 < sql_.size() && digit(sql_[at_ + 1]))) {
            skip_number();
            put_mask();
        } else if (word(c)) {
            take_word();
        } else {
            out_ += c;
            ++at_;
            if (c == ';') first_word_.clear(), setting_ = none;
            if (c == '=' && setting_ == name) setting_ = value;
        }
    }

    void space() {
        if (!out_.empty() && out_.back() != ' ') out_ += ' ';
    }
    void put_mask() {
        if (!out_.ends_with(mask)) out_ += mask;  // 'it''s' is one string
    }
    // A word or a quoted name, which after SET name = is a value.
    void put_value(std::string_view text) {
        if (setting_ == value)
            put_mask();
        else
            out_ += text;
    }

    void skip_comment() {
        int depth = 0;
        do {
            if (next_is("/*"))
                ++depth, at_ += 2;
            else if (next_is("*/"))
                --depth, at_ += 2;
            else
                ++at_;
        } while (depth > 0 && at_ < sql_.size());
    }

    void skip_quoted(char quote, bool with_backslashes) {
        for (++at_; at_ < sql_.size(); ++at_) {
            if (with_backslashes && sql_[at_] == '\\') {
                ++at_;
            } else if (sql_[at_] == quote) {
                ++at_;
                return;
            }
        }
        at_ = sql_.size();
    }

    void skip_number() {
        while (at_ < sql_.size() && (word(sql_[at_]) || sql_[at_] == '.' ||
                                     ((sql_[at_] == '-' || sql_[at_] == '+') &&
                                      (sql_[at_ - 1] == 'e' || sql_[at_ - 1] == 'E'))))
            ++at_;
    }

    // $1 stays, $tag$…$tag$ does not.
    void dollar() {
        auto end = at_ + 1;
        if (end < sql_.size() && digit(sql_[end])) {
            while (end < sql_.size() && digit(sql_[end])) ++end;
            out_ += sql_.substr(at_, end - at_);
            at_ = end;
            return;
        }
        while (end < sql_.size() && word(sql_[end]) && sql_[end] != '$') ++end;
        if (end >= sql_.size() || sql_[end] != '$') {
            at_ = end;
            put_mask();  // a quote whose beginning was cut off, or nothing SQL knows
            return;
        }
        auto const tag = sql_.substr(at_, end + 1 - at_);
        auto const close = sql_.find(tag, end + 1);
        at_ = close == std::string_view::npos ? sql_.size() : close + tag.size();
        put_mask();
    }

    void take_word() {
        auto const start = at_;
        while (at_ < sql_.size() && word(sql_[at_])) ++at_;
        auto const text = sql_.substr(start, at_ - start);
        auto const small = lower(text);
        bool const prefix = small == "e" || small == "b" || small == "x" || small == "n";
        if (prefix && at_ < sql_.size() && sql_[at_] == '\'') {
            skip_quoted('\'', small == "e");
            return put_mask();
        }
        if (small == "u" && next_is("&'")) {
            ++at_;
            skip_quoted('\'', false);
            return put_mask();
        }
        follow(small);
        if (setting_ == value && small != "to")
            put_mask();
        else
            out_ += text;
    }

    // SET name TO value, in SET and in ALTER ROLE, DATABASE, FUNCTION, SYSTEM … SET.
    void follow(std::string const& small) {
        if (first_word_.empty()) first_word_ = small;
        if (small == "set" &&
            (first_word_ == "set" || first_word_ == "alter" || first_word_ == "create"))
            setting_ = name;
        else if (setting_ == name && small == "to")
            setting_ = value;
    }

    enum place { none, name, value };

    std::string_view sql_;
    std::size_t at_{0};
    std::string out_;
    std::string first_word_;
    place setting_{none};
};

}  // namespace

std::string masked_statement(std::string_view sql) {
    auto const clean = text::scrub_utf8(sql);
    return masker(clean).masked();
}

}  // namespace agente::operations
