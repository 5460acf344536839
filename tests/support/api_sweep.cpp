#include "support/api_sweep.hpp"

#include <boost/json/parse.hpp>
#include <optional>

#include "support/api_variations.hpp"

namespace agente::support {

namespace json = boost::json;

namespace {

class sweeper {
public:
    explicit sweeper(sweep_options const& with)
        : with_(with), document_(json::parse(fetch_document())) {}

    sweep_report run() {
        for (auto const& o : document_.operations())
            if (!with_.skip.contains(o.name())) sweep_operation(o);
        other_methods();
        return std::move(report_);
    }

private:
    std::string fetch_document() {
        return http::test::once(with_.port, api_call{"GET", "/openapi.json", {}, {}, {}}.bytes())
            .body;
    }

    bool enough() const { return report_.complaints.size() >= with_.most_complaints; }

    void sweep_operation(api_operation const& o) {
        ++report_.operations;
        renew_token(o);
        auto const good = signed_in(o, document_.example(o, with_.parameters));
        std::size_t asked = 0, limited = 0;
        for (auto& v : variations_of(o, good)) {
            if (enough()) return;
            bool const touched = token_of(v.call) != token_of(good);
            auto const with_token = [&] {
                if (!touched && !token_.empty())
                    v.call.set_header("Authorization", "Bearer " + token_);
                return ask(o, v.call);
            };
            auto got = with_token();
            if (got.status == 401 && !touched && !token_.empty()) {
                renew_token(o);
                got = with_token();
            }
            if (v.name == "as it should be" && (got.status < 200 || got.status >= 400))
                report_.examples_refused.push_back(o.name() + ": " + got.status_line + " " +
                                                   got.body.substr(0, 300));
            check(o, v, got);
            ++asked;
            limited += got.status == 429;
        }
        if (limited * 10 > asked)
            report_.complaints.push_back(
                fmt::format("{}: {} of {} requests met a rate limit, and so tried nothing",
                            o.name(), limited, asked));
    }

    void check(api_operation const& o, variation const& v, http::test::answer const& got) {
        std::vector<std::string> wrong;
        if (got.status == 0)
            wrong.emplace_back("no answer at all");
        else if (got.status >= 500 && !(got.status == 503 && document_.declares(o, 503)))
            wrong.emplace_back("a failure of the service");
        else
            wrong = document_.complaints(o, got);
        if (v.name == "as it should be" && got.status == 422)
            wrong.emplace_back("the document's own example has fields that are refused");
        auto const other = document_.disagreements(o, v.call, got);
        wrong.insert(wrong.end(), other.begin(), other.end());
        if (got.has("X-Injected")) wrong.emplace_back("the request wrote a header of the answer");
        for (auto const& why : wrong) complain(o.name(), v, got, why);
    }

    void complain(std::string const& name, variation const& v, http::test::answer const& got,
                  std::string const& why) {
        report_.complaints.push_back(name + " [" + v.name + "]: " + why +
                                     "\n  asked: " + v.call.bytes().substr(0, 600) +
                                     "\n  got: " + got.status_line + " " + got.body.substr(0, 400));
    }

    // Methods that a path does not list are refused with those it has.
    void other_methods() {
        std::map<std::string, std::set<std::string>> listed;
        for (auto const& o : document_.operations()) listed[o.path].insert(o.method);
        for (auto const& [path, methods] : listed)
            for (std::string const method :
                 {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "BREW"}) {
                if (methods.contains(method) || enough()) continue;
                auto const of = document_.operation(*methods.begin() + " " + path);
                variation v{"method " + method, document_.example(of, with_.parameters)};
                v.call.method = method;
                auto const got = ask(of, v.call);
                auto const allow = got.header("Allow");
                if (got.status != 405 ||
                    got.body.find("http.method_not_allowed") == std::string::npos)
                    complain(path, v, got, "not refused as a method that is not there");
                for (auto const& one : methods)
                    if (allow.find(one) == std::string::npos)
                        complain(path, v, got, "Allow does not name " + one);
            }
    }

    void renew_token(api_operation const& o) {
        token_ = o.right().empty() || !with_.token ? std::string() : with_.token(o);
    }
    api_call signed_in(api_operation const& o, api_call call) const {
        if (!o.right().empty()) call.set_header("Authorization", "Bearer " + token_);
        return call;
    }
    static std::vector<std::string> token_of(api_call const& call) {
        std::vector<std::string> all;
        for (auto const& [name, value] : call.headers)
            if (name == "Authorization") all.push_back(value);
        return all;
    }

    http::test::answer ask(api_operation const& o, api_call& call) {
        if (with_.finish) with_.finish(o, call);
        ++report_.requests;
        auto const bytes = call.bytes();
        http::test::answer got;
        for (int attempt = 0; attempt < 2 && got.status == 0; ++attempt) {
            bool const reused = connection_.has_value();
            if (!reused) connection_.emplace(with_.port);
            got = connection_->ask(bytes, call.method == "HEAD");
            if (got.status == 0 || got.header("Connection") == "close") connection_.reset();
            if (!reused) break;  // a connection that was idle may have ended meanwhile
        }
        ++report_.statuses[got.status];
        return got;
    }

    sweep_options const& with_;
    api_document document_;
    sweep_report report_;
    std::string token_;
    std::optional<http::test::client> connection_;
};

}  // namespace

sweep_report sweep(sweep_options const& with) { return sweeper(with).run(); }

}  // namespace agente::support
