// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

#include <stddef.h>
#include <stdint.h>

/// How often memory has been allocated by the calling thread since it began.
uint64_t allocation_count(void);

/// CPU time of the calling thread in nanoseconds: other processes on the machine do not count.
uint64_t thread_nanoseconds(void);
