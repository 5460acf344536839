#include "net/deadline.hpp"

namespace agente::net::detail {

bool is_cancellation(std::exception_ptr const& e) {
    if (!e) return true;
    try {
        std::rethrow_exception(e);
    } catch (boost::system::system_error const& known) {
        return known.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

void throw_late(std::chrono::steady_clock::duration limit, std::string_view code) {
    auto const ms = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
    throw failure(error(error_kind::timeout, code, fmt::format("no answer within {} ms", ms)));
}

}  // namespace agente::net::detail
