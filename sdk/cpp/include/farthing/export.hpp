// SPDX-License-Identifier: Apache-2.0
// FARTHING_API marks what the shared library promises; everything else in it is hidden.
#pragma once

#if defined(__GNUC__) || defined(__clang__)
#define FARTHING_API __attribute__((visibility("default")))
#else
#define FARTHING_API
#endif
