// SPDX-License-Identifier: Apache-2.0
// Boost.JSON's own sources, compiled here once: so that nothing but its headers has to be
// installed.
#include <boost/json/src.hpp>
