// The coroutine type of the whole program. A task starts when it is awaited and runs on its
// worker's event loop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

namespace agente {

namespace asio = boost::asio;

template <class T = void>
using task = asio::awaitable<T>;

}  // namespace agente
