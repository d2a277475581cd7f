#pragma once

/// \file
/// Boost.Asio for all of lib/net: 1.74 with g++ 12 wants <utility> before it (design.md §7).

#include <utility>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

namespace leat::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using AsioError = boost::system::error_code;

}  // namespace leat::net
