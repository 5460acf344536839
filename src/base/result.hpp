// result<T>: an outcome the caller decides on. Infrastructure that fails under the caller throws
// `failure` instead.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <exception>

#include "base/error.hpp"

namespace agente {

template <class T>
using result = boost::system::result<T, error>;

// An error value travelling as an exception: thrown by result<T>::value() and by infrastructure.
class failure : public std::exception {
public:
    explicit failure(error e) : error_(std::move(e)) {}
    char const* what() const noexcept override { return error_.message().c_str(); }
    error const& reason() const noexcept { return error_; }

private:
    error error_;
};

[[noreturn]] void throw_exception_from_error(error const& e, boost::source_location const& where);

}  // namespace agente
