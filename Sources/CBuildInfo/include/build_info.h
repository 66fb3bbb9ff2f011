#ifndef STATESTORE_BUILD_INFO_H
#define STATESTORE_BUILD_INFO_H

/// The commit that the program was built from; empty if the build was not given one.
const char *statestore_commit(void);

#endif
