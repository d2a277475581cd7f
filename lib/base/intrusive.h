#pragma once

/// \file
/// Boost.Intrusive for the few places that need it (waiter lists, LRU chains): an element knows its
/// place, so it leaves a list in constant time without allocation. The only file that includes it.

#include <boost/intrusive/list.hpp>

namespace leat::base {

/// A member of what stands in a list. Leaves the list by itself when destroyed.
using ListHook =
    boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// A doubly linked list over `ListHook`s; owns nothing. The owner's mutex guards it.
///   struct Waiter { base::ListHook hook; };  base::List<Waiter, &Waiter::hook> waiters;
template <class T, ListHook T::* Hook>
using List = boost::intrusive::list<T, boost::intrusive::member_hook<T, ListHook, Hook>,
                                    boost::intrusive::constant_time_size<false>>;

}  // namespace leat::base
