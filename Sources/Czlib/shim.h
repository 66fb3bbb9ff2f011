#ifndef STATESTORE_CZLIB_SHIM_H
#define STATESTORE_CZLIB_SHIM_H

#include <zlib.h>

// zlib's own are macros, which Swift does not see.

/// deflateInit2 for a gzip member.
static inline int statestore_gzip_deflate_init(z_stream *stream) {
  return deflateInit2(stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

/// inflateInit2 for gzip members.
static inline int statestore_gzip_inflate_init(z_stream *stream) {
  return inflateInit2(stream, 15 + 16);
}

#endif
