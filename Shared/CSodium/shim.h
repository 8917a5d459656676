// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

#include <sodium.h>
