#include "build_info.h"

// Package.swift defines it from the environment. This is the only file that depends on it, so that another
// commit does not build everything again.
#ifndef STATESTORE_COMMIT
#define STATESTORE_COMMIT ""
#endif

const char *statestore_commit(void) { return STATESTORE_COMMIT; }
