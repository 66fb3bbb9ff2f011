#ifndef STATESTORE_CLIBGIT2_SHIM_H
#define STATESTORE_CLIBGIT2_SHIM_H

// libgit2, and zlib, which Debian's libgit2-dev brings along, because a pack is a row of deflated
// objects. And glibc's malloc.h, because what they take for each object decides how the allocator is
// to be set.
#define GIT_DEPRECATE_HARD
#include <git2.h>
#include <git2/sys/commit.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>
#include <malloc.h>
#include <zlib.h>

// git_libgit2_opts is variadic, which Swift cannot call.

static inline int shim_set_search_path(int level, const char *path) {
  return git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, path);
}

static inline int shim_set_cache_maximum(ssize_t bytes) {
  return git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, bytes);
}

static inline int shim_set_mapped_limit(size_t bytes) {
  return git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, bytes);
}

static inline int shim_set_pack_object_limit(size_t objects) {
  return git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECTS, objects);
}

static inline int shim_set_strict_hash_verification(int enabled) {
  return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}

// deflateInit and inflateInit are macros, which Swift cannot call either.

static inline int shim_deflate_start(z_stream *stream, int level) {
  return deflateInit(stream, level);
}

static inline int shim_inflate_start(z_stream *stream) {
  return inflateInit(stream);
}

#endif
