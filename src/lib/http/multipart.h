/* multipart.h - multipart/form-data (RFC 7578, RFC 2046 section 5.1), parsed as it arrives.
 *
 * The parser is fed pieces of any size and calls back for each part: begin, data in pieces, end. It holds one part's
 * head and no data, so memory does not grow with the upload. It is strict: a body without its closing delimiter, a part
 * without a name, or a head larger than MULTIPART_HEAD_MAX is malformed. libmicrohttpd's own post processor is not used
 * because it cannot tell a part's beginning from a piece at offset 0, and passes over malformed input. */
#ifndef YIFA_LIB_HTTP_MULTIPART_H
#define YIFA_LIB_HTTP_MULTIPART_H

#include "lib/http/url.h"

enum { MULTIPART_BOUNDARY_MAX = 70, MULTIPART_HEAD_MAX = 4096 };

typedef struct MultipartPart {
    Str name;
    Str filename; /* p == NULL: a plain field; empty: a file input left empty */
    Str content_type;
} MultipartPart;

/* Texts given to `begin` live in the arena of multipart_init. A callback that returns false ends parsing. */
typedef struct MultipartSink {
    void *ctx;
    bool (*begin)(void *ctx, const MultipartPart *part);
    bool (*data)(void *ctx, Str bytes);
    bool (*end)(void *ctx);
} MultipartSink;

typedef enum MultipartState {
    MULTIPART_PREAMBLE,
    MULTIPART_DELIMITER, /* just after a delimiter: "--" ends all, a line end begins a part */
    MULTIPART_HEAD,
    MULTIPART_DATA,
    MULTIPART_EPILOGUE,
    MULTIPART_FAILED
} MultipartState;

typedef struct Multipart {
    Arena *arena;
    MultipartSink sink;
    MultipartState state;
    char delimiter[4 + MULTIPART_BOUNDARY_MAX]; /* CR LF "--" boundary */
    size_t delimiter_n;
    size_t matched; /* bytes of the delimiter seen so far */
    char head[MULTIPART_HEAD_MAX];
    size_t head_n;
} Multipart;

/* False when the boundary is not one that RFC 2046 allows. */
bool multipart_init(Multipart *m, Arena *arena, Str boundary, const MultipartSink *sink);
/* False when the body is malformed or a callback refused; then and later. */
bool multipart_feed(Multipart *m, Str bytes);
/* Whether the closing delimiter has been seen. */
bool multipart_is_complete(const Multipart *m);

#endif
