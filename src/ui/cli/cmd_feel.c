/* Evaluates one FEEL expression: for authors who try out a rule. */
#include <string.h>

#include "app/app.h"
#include "core/law/pack.h"
#include "lib/os/clock.h"
#include "lib/os/file.h"
#include "ui/cli/cli.h"
#include "ui/cli/feel_explain.h"
#include "ui/cli/feel_json.h"

enum { CONTEXT_MAX = 1 << 20, OUTPUT_MAX = 64 << 20, ZONE_MINUTES = 480, INPUT_BYTES = 120 };

typedef struct Trial {
    Cli *cli;
    FeelScope *scope;
    const FeelContext *names; /* slots in order */
    const LawPack *pack;      /* or NULL */
    LawHost host;             /* of the pack */
    const FeelExpr *expr;
    FeelValue input;
    FeelValue value;
    FeelReason reason;
    int64_t now_ms;   /* now(), today(), and what is not done yet */
    Explain *explain; /* NULL: not wanted */
} Trial;

static const char *wording(void *ctx, const char *msgid)
{
    const Cli *cli = ctx;
    return cli_text(cli, msgid);
}

static FeelValue name_value(FeelEval *ev, void *ctx, int slot)
{
    const Trial *t = ctx;
    FeelValue value = t->names->entries[slot].value;
    return feel_is_null(value) ? feel_null_because(ev, "{} is missing") : value; /* as a matter's fields are */
}

/* ---- what is given ---- */

static Rc read_context(Trial *t, Err *err)
{
    Cli *cli = t->cli;
    const char *path = cli_option(cli, "context");
    FeelValue value = feel_context(cli->arena, NULL, 0);
    Str bytes;
    if (path) {
        TRY(os_read_file(cli->arena, path, CONTEXT_MAX, &bytes, err));
        Err cause = { 0 };
        if (feel_json_read(cli->arena, bytes, &value, &cause) != RC_OK) {
            Str place = arena_printf(cli->arena, "%s%s%s", path, cause.place[0] ? ":" : "", cause.place);
            return err_at(err, cause.rc, place.p, "%s", cause.text);
        }
        if (value.type != FEEL_CONTEXT)
            return err_at(err, RC_INVALID, path, "the context must be a JSON object");
    }
    t->names = value.as.ctx;
    t->scope = feel_scope_new(cli->arena, NULL);
    for (size_t i = 0; i < t->names->n; i++)
        feel_scope_add(t->scope, t->names->entries[i].key, -1);
    return RC_OK;
}

static Rc read_pack(Trial *t, Err *err)
{
    CLEANUP(crypto_freep) Crypto *crypto = NULL;
    const char *folder = cli_option(t->cli, "pack");
    const LawIssue *issues;
    size_t n = 0;
    if (folder) {
        TRY(crypto_new(&crypto, err));
        Rc rc = app_load_pack(t->cli->arena, crypto, folder, &t->pack, &issues, &n, err);
        if (rc != RC_OK)
            return n > 0 ? err_at(err, rc, folder, "the pack has %zu mistakes; see yifa check", n) : rc;
    }
    if (t->pack)
        t->host = t->pack->host;
    for (size_t i = 0; t->pack && i < t->pack->n_functions; i++)
        feel_scope_add_native(t->scope, t->pack->functions[i]);
    bool open = folder || cli_option(t->cli, "law");
    feel_law_register(t->scope, open ? LAW_NAMES_OPEN : LAW_NAMES_QUALIFIED);
    return RC_OK;
}

static int trial_zone(const Trial *t)
{
    return t->pack ? t->pack->zone_minutes : ZONE_MINUTES;
}

static Rc read_now(Trial *t, Err *err)
{
    OsClock clock = os_clock_system();
    const char *text = cli_option(t->cli, "at");
    Day day;
    t->now_ms = os_clock_now_ms(&clock);
    if (text && day_parse(str_c(text), &day))
        t->now_ms = day_start(day, trial_zone(t));
    else if (text && !instant_parse(str_c(text), trial_zone(t), &t->now_ms))
        return err_set(err, RC_INVALID, "--at takes a day such as 2023-11-20 or an instant such as 2023-11-20T18:00");
    return RC_OK;
}

static FeelEnv trial_env(Trial *t)
{
    FeelEnv env = { .slot_in = name_value,
                    .ctx = t,
                    .host = t->pack ? &t->host : NULL,
                    .now_ms = t->now_ms,
                    .zone_minutes = trial_zone(t) };
    return env;
}

/* ---- places ---- */

/* How many bytes of a text belong to the word, number or text that begins at `from`, else one character. */
static size_t word_end(Str text, size_t from)
{
    size_t end = from;
    if (from >= text.n)
        return from;
    if (text.p[from] == '"') {
        const char *close = memchr(text.p + from + 1, '"', text.n - from - 1);
        return close ? (size_t)(close - text.p) + 1 : text.n;
    }
    for (; end < text.n; end++) {
        unsigned char c = (unsigned char)text.p[end];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        if (!letter && c < 0x80)
            break;
    }
    if (end == from)
        str_next(text, &end);
    return end;
}

/* Where what an error is about ends: the name that it quotes, else the word there. */
static size_t fault_end(Str text, size_t from, const char *message)
{
    const char *quote = strchr(message, '\'');
    const char *close = quote ? strchr(quote + 1, '\'') : NULL;
    Str name = close ? (Str){ quote + 1, (size_t)(close - quote) - 1 } : STR_NONE;
    bool here = name.n > 0 && str_starts(str_slice(text, from, text.n), name);
    return here ? from + name.n : word_end(text, from);
}

typedef struct Spot {
    int line; /* from 1 */
    int column;
    Str text;      /* the line */
    size_t before; /* bytes of it before the place */
    size_t to;     /* where the place ends on it */
} Spot;

static Spot spot_of(Str source, size_t from, size_t to)
{
    Spot spot = { .line = 1 };
    size_t start = 0;
    for (size_t i = 0; i < from && i < source.n; i++)
        if (source.p[i] == '\n') {
            spot.line++;
            start = i + 1;
        }
    size_t end = start;
    while (end < source.n && source.p[end] != '\n')
        end++;
    spot.text = str_slice(source, start, end);
    spot.before = from - start;
    spot.to = (to < end ? to : end) - start;
    spot.column = (int)str_code_points(str_slice(spot.text, 0, spot.before)) + 1;
    return spot;
}

/* Where "line:column" begins; false when it is no place in the text. */
static bool offset_of(Str source, const char *place, size_t *ret)
{
    int line = 0;
    int column = 0;
    size_t at = 0;
    if (sscanf(place, "%d:%d", &line, &column) != 2)
        return false;
    for (; line > 1 && at < source.n; at++)
        line -= source.p[at] == '\n';
    for (; column > 1 && at < source.n; column--)
        str_next(source, &at);
    *ret = at;
    return true;
}

static void show_spot(const Spot *spot)
{
    fprintf(stderr, "  ");
    for (size_t i = 0; i < spot->text.n; i++) /* a tab would take the mark elsewhere */
        fputc(spot->text.p[i] == '\t' ? ' ' : spot->text.p[i], stderr);
    size_t before = str_columns(str_slice(spot->text, 0, spot->before));
    size_t marked = str_columns(str_slice(spot->text, spot->before, spot->to));
    fprintf(stderr, "\n  %*s^", (int)before, "");
    for (size_t i = 1; i < marked; i++)
        fputc('~', stderr);
    fputc('\n', stderr);
}

static void json_text(Buf *out, const char *key, Str text)
{
    Json value = json_str(text);
    buf_printf(out, "\"%s\":", key);
    json_write(out, &value);
}

static void json_spot(Buf *out, const Spot *spot)
{
    buf_printf(out, ",\"place\":{\"line\":%d,\"column\":%d,", spot->line, spot->column);
    json_text(out, "text", str_slice(spot->text, spot->before, spot->to));
    buf_char(out, '}');
}

/* ---- answers ---- */

static int put(Cli *cli, Buf *out, int code)
{
    Err err = { 0 };
    Rc rc = buf_check(out, &err);
    if (rc == RC_OK)
        printf("%.*s", STR_ARG(buf_view(out)));
    buf_free(out);
    return rc == RC_OK ? code : cli_failed(cli, &err);
}

/* The expression with a mark under the place that was not understood. */
static int show_error(Cli *cli, Str source, const Err *err)
{
    size_t from = 0;
    bool placed = offset_of(source, err->place, &from);
    Spot spot = spot_of(source, from, fault_end(source, from, err->text));
    if (cli_wants_json(cli)) {
        Buf out;
        buf_init(&out, OUTPUT_MAX);
        buf_char(&out, '{');
        json_text(&out, "error", str_c(err->text));
        if (placed)
            json_spot(&out, &spot);
        buf_c(&out, "}\n");
        return put(cli, &out, EXIT_FOUND);
    }
    fprintf(stderr, "yifa: %s%s%s\n", err->place, err->place[0] ? ": " : "", err->text);
    if (placed)
        show_spot(&spot);
    return EXIT_FOUND;
}

/* False when the null began outside the expression, in a table or function of the pack. */
static bool reason_spot(const Trial *t, Spot *ret)
{
    FeelPlace place = t->reason.place;
    if (place.source.p != feel_expr_text(t->expr).p)
        return false;
    *ret = spot_of(place.source, place.from, place.to);
    return true;
}

static int answer_json(Trial *t)
{
    Spot spot;
    Cli *cli = t->cli;
    Buf out;
    buf_init(&out, OUTPUT_MAX);
    buf_c(&out, "{\"value\":");
    feel_json_write(&out, cli->arena, t->value);
    buf_char(&out, ',');
    json_text(&out, "text", feel_print(cli->arena, t->value));
    if (t->reason.msgid) {
        buf_char(&out, ',');
        json_text(&out, "reason", feel_reason_text(cli->arena, &t->reason, wording, cli));
        if (reason_spot(t, &spot))
            json_spot(&out, &spot);
    }
    buf_c(&out, ",\"tree\":");
    explain_json(&out, t->explain, wording, cli);
    buf_c(&out, "}\n");
    return put(cli, &out, EXIT_DONE);
}

static int answer_text(Trial *t)
{
    Cli *cli = t->cli;
    Buf out;
    buf_init(&out, OUTPUT_MAX);
    buf_str(&out, feel_print(cli->arena, t->value));
    buf_char(&out, '\n');
    if (t->explain) {
        buf_char(&out, '\n');
        if (cli_option(cli, "tests"))
            buf_printf(&out, "? = %.*s\n", STR_ARG(feel_print_short(cli->arena, t->input, INPUT_BYTES)));
        explain_text(&out, t->explain, wording, cli);
    }
    int code = put(cli, &out, EXIT_DONE);
    if (!t->reason.msgid)
        return code;
    Spot spot;
    Str why = feel_reason_text(cli->arena, &t->reason, wording, cli);
    fflush(stdout);
    if (!reason_spot(t, &spot)) {
        fprintf(stderr, "yifa: %s: %.*s\n", cli_text(cli, N_("null")), STR_ARG(why));
        return code;
    }
    fprintf(stderr, "yifa: %d:%d: %s: %.*s\n", spot.line, spot.column, cli_text(cli, N_("null")), STR_ARG(why));
    show_spot(&spot);
    return code;
}

static FeelParseOptions trial_options(Trial *t)
{
    return (FeelParseOptions){ .wording = wording, .wording_ctx = t->cli };
}

/* The value that unary tests are tried on is FEEL too. EXIT_DONE, or how it failed. */
static int read_input(Trial *t)
{
    Cli *cli = t->cli;
    Err err = { 0 };
    const FeelExpr *input = NULL;
    const char *text = cli_option(cli, "tests");
    if (!text)
        return EXIT_DONE;
    if (feel_parse(cli->arena, t->scope, str_c(text), trial_options(t), &input, &err) != RC_OK)
        return show_error(cli, str_c(text), &err);
    FeelEnv env = trial_env(t);
    t->input = feel_eval(input, &env, feel_null(), cli->arena, NULL);
    return EXIT_DONE;
}

static void evaluate(Trial *t)
{
    Cli *cli = t->cli;
    FeelEnv env = trial_env(t);
    FeelTrace trace;
    if (cli_option(cli, "explain") || cli_wants_json(cli)) {
        t->explain = explain_new(cli->arena, &trace);
        env.trace = &trace;
    }
    t->value = feel_eval_why(t->expr, &env, t->input, cli->arena, &t->reason);
}

int cmd_feel(Cli *cli)
{
    Err err = { 0 };
    Trial t = { .cli = cli };
    Str source = str_c(cli->args[0]);
    size_t at;
    if (!str_is_utf8(source, &at)) {
        (void)err_set(&err, RC_INVALID, "the expression is not UTF-8 text");
        return cli_failed(cli, &err);
    }
    if (read_context(&t, &err) != RC_OK || read_pack(&t, &err) != RC_OK || read_now(&t, &err) != RC_OK)
        return cli_failed(cli, &err);
    int code = read_input(&t);
    if (code != EXIT_DONE)
        return code;
    FeelParseOptions options = trial_options(&t);
    options.unary_tests = cli_option(cli, "tests") != NULL;
    if (feel_parse(cli->arena, t.scope, source, options, &t.expr, &err) != RC_OK)
        return show_error(cli, source, &err);
    evaluate(&t);
    return cli_wants_json(cli) ? answer_json(&t) : answer_text(&t);
}
