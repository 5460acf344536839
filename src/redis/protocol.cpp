#include "redis/protocol.hpp"

#include <hiredis/hiredis.h>

#include <new>
#include <stdexcept>

#include "redis/error.hpp"

namespace agente::redis {
namespace {

// What the reply that is being read costs in memory. An array is announced before it comes, so that
// a server which is not Redis, or is broken, could make us allocate whatever number it names.
struct budget {
    std::size_t most;
    std::size_t used = 0;

    bool take(std::size_t bytes) noexcept {
        if (bytes > most - used) return false;
        used += bytes;
        return true;
    }
};

// hiredis builds a reply through these; ours builds the final value in place. Nothing may be thrown
// through C.
reply* place(redisReadTask const* task) noexcept {
    if (!task->parent) return new (std::nothrow) reply();
    auto* const parent = static_cast<reply*>(task->parent->obj);
    auto* const elements = std::get_if<reply::array_type>(&parent->raw());
    auto const index = static_cast<std::size_t>(task->idx);
    return elements && index < elements->size() ? &(*elements)[index] : nullptr;
}

template <class Fill>
void* build(redisReadTask const* task, std::size_t bytes, Fill fill) noexcept {
    auto* const made = static_cast<budget*>(task->privdata)->take(bytes) ? place(task) : nullptr;
    if (!made) return nullptr;
    try {
        fill(*made);
        return made;
    } catch (std::bad_alloc const&) {  // hiredis reports a null pointer as just that
        if (!task->parent) delete made;
        return nullptr;
    }
}

void* make_string(redisReadTask const* task, char* bytes, std::size_t length) {
    return build(task, length, [&](reply& made) {
        if (task->type == REDIS_REPLY_ERROR)
            made.raw() = reply::error_text{std::string(bytes, length)};
        else
            made.raw() = std::string(bytes, length);
    });
}

template <class Length>
void* make_array(redisReadTask const* task,
                 Length elements) {  // int in hiredis 0.14, size_t since 1.0
    auto const count = static_cast<std::size_t>(elements);
    return build(task, count * sizeof(reply),
                 [&](reply& made) { made.raw() = reply::array_type(count); });
}

void* make_integer(redisReadTask const* task, long long value) {
    return build(task, 0, [&](reply& made) { made.raw() = static_cast<std::int64_t>(value); });
}

void* make_nil(redisReadTask const* task) {
    return build(task, 0, [](reply&) {});
}

void free_reply(void* made) { delete static_cast<reply*>(made); }

redisReplyObjectFunctions make_functions() {
    redisReplyObjectFunctions
        made{};  // hiredis 1.0 has members for RESP3 besides, which a RESP2 server never needs
    made.createString = make_string;
    made.createArray = make_array;
    made.createInteger = make_integer;
    made.createNil = make_nil;
    made.freeObject = free_reply;
    return made;
}

redisReplyObjectFunctions functions = make_functions();

struct free_reader {
    void operator()(redisReader* r) const noexcept { redisReaderFree(r); }
};

}  // namespace

void append_command(std::string& to, std::vector<std::string> const& words) {
    if (words.empty())
        throw error(agente::error(error_kind::internal, "redis.empty_command",
                                  "a Redis command needs at least its name"));
    std::vector<char const*> pointers;
    std::vector<std::size_t> lengths;
    pointers.reserve(words.size());
    lengths.reserve(words.size());
    for (auto const& word : words) {
        pointers.push_back(word.data());
        lengths.push_back(word.size());
    }
    char* made = nullptr;
    auto const length = redisFormatCommandArgv(&made, static_cast<int>(words.size()),
                                               pointers.data(), lengths.data());
    if (length < 0) throw std::bad_alloc();
    std::unique_ptr<char, decltype(&redisFreeCommand)> const owned(made, redisFreeCommand);
    to.append(made, static_cast<std::size_t>(length));
}

struct reader::state {
    explicit state(std::size_t most_reply)
        : allowed{most_reply}, inner(redisReaderCreateWithFunctions(&functions)) {
        if (!inner) throw std::bad_alloc();
        inner->privdata = &allowed;
    }

    [[noreturn]] void refuse() const {
        if (inner->err == REDIS_ERR_OOM)
            throw std::runtime_error(
                fmt::format("a reply of more than {} bytes, or out of memory", allowed.most));
        throw std::runtime_error(inner->errstr);
    }

    budget allowed;
    std::unique_ptr<redisReader, free_reader> inner;
};

reader::reader(std::size_t most_reply) : state_(std::make_unique<state>(most_reply)) {}

reader::~reader() = default;

void reader::feed(std::string_view bytes) {
    if (redisReaderFeed(state_->inner.get(), bytes.data(), bytes.size()) != REDIS_OK)
        state_->refuse();
}

std::optional<reply> reader::next() {
    auto& inner = *state_->inner;
    void* made = nullptr;
    if (redisReaderGetReply(&inner, &made) != REDIS_OK) state_->refuse();
    if (!made) {
        // A bulk string waits in hiredis' buffer until it is complete; its length was announced by
        // the server too.
        if (inner.len - inner.pos > state_->allowed.most)
            throw std::runtime_error(
                fmt::format("a reply of more than {} bytes", state_->allowed.most));
        return std::nullopt;
    }
    std::unique_ptr<reply> const owned(static_cast<reply*>(made));
    state_->allowed.used = 0;
    return std::move(*owned);
}

}  // namespace agente::redis
