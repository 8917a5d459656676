// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

// What the module needs of an operating system: randomness, which comes from the host, and nothing else.

#include <stdlib.h>
#include <unistd.h>

void arc4random_buf(void *target, size_t count) {
  unsigned char *bytes = target;
  while (count > 0) {
    size_t part = count < 256 ? count : 256;
    if (getentropy(bytes, part) != 0) __builtin_trap();
    bytes += part;
    count -= part;
  }
}
