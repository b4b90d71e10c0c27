#include "lib/qr/qr.h"

#include <qrencode.h>
#include <string.h>

#include "base/buf.h"

enum { PATH_MAX_BYTES = 1 << 20 };

/* One rectangle for each run of dark modules in a row. */
static void draw_row(Buf *out, const unsigned char *row, int width, int y)
{
    for (int x = 0; x < width; x++) {
        int from = x;
        while (x < width && (row[x] & 1))
            x++;
        if (x > from)
            buf_printf(out, "M%d %dh%dv1h-%dz", from, y, x - from, x - from);
    }
}

Rc qr_encode(Arena *arena, Str text, Qr *ret, Err *err)
{
    Buf out;
    if (text.n == 0 || memchr(text.p, '\0', text.n))
        return err_set(err, RC_INVALID, "a QR code needs a text without NUL");
    if (text.n > QR_TEXT_MAX)
        return err_set(err, RC_LIMIT, "a QR code holds at most %d bytes here", QR_TEXT_MAX);
    QRcode *code = QRcode_encodeString8bit(arena_c(arena, text), 0, QR_ECLEVEL_M);
    if (!code)
        return err_set(err, RC_NOMEM, "no memory for a QR code");
    buf_init(&out, PATH_MAX_BYTES);
    for (int y = 0; y < code->width; y++)
        draw_row(&out, code->data + (size_t)y * (size_t)code->width, code->width, y);
    Rc rc = buf_check(&out, err);
    if (rc == RC_OK)
        *ret = (Qr){ .size = code->width, .path = buf_to_arena(&out, arena) };
    buf_free(&out);
    QRcode_free(code);
    return rc;
}
