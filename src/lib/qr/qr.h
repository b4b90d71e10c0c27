/* qr.h - texts as QR codes (ISO/IEC 18004), drawn as one SVG path.
 *
 * The symbol is as small as error correction level M allows. Encoding is libqrencode's. */
#ifndef YIFA_LIB_QR_QR_H
#define YIFA_LIB_QR_QR_H

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"

enum { QR_TEXT_MAX = 512, QR_QUIET = 4 /* modules of white that must surround the symbol */ };

typedef struct Qr {
    int size; /* modules a side, without the quiet zone */
    Str path; /* SVG path data in units of modules, 0..size */
} Qr;

/* RC_LIMIT for a text longer than QR_TEXT_MAX, RC_INVALID for an empty one or one with NUL. The path lies in the
 * arena. */
MUST_CHECK Rc qr_encode(Arena *arena, Str text, Qr *ret, Err *err);

#endif
