#include "app/demo/progress.h"

#include <unistd.h>

#include "lib/os/clock.h"

enum { REDRAW_MS = 150 };

Progress progress_start(FILE *out)
{
    return (Progress){ .out = out, .terminal = out && isatty(fileno(out)), .started_ms = os_monotonic_ms() };
}

void progress_tell(void *ctx, size_t done, size_t total)
{
    Progress *p = ctx;
    int64_t now = os_monotonic_ms();
    if (!p->out || !total)
        return;
    if (!p->told_ms && !p->first)
        p->first = done;
    size_t tenths = done * 10 / total;
    bool due = p->terminal ? now - p->told_ms >= REDRAW_MS || done == total : tenths > p->tenths;
    if (!due)
        return;
    p->told_ms = now;
    p->tenths = tenths;
    double seconds = (double)(now - p->started_ms) / 1000;
    double rate = seconds > 0 ? (double)(done - p->first) / seconds : 0;
    double left = rate > 0 ? (double)(total - done) / rate : 0;
    fprintf(p->out, "%s%zu / %zu acts  %.0f/s  %.0f s left%s", p->terminal ? "\r" : "", done, total, rate, left,
            p->terminal ? "   " : "\n");
    fflush(p->out);
}

void progress_end(Progress *p)
{
    if (p->out && p->terminal)
        fputc('\n', p->out);
}
