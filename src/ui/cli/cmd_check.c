#include "app/demo/demo.h"
#include "lib/fmt/json.h"
#include "ui/cli/cli.h"

static Json list_json(Arena *arena, const LawIssue *issues, size_t n)
{
    Json list = json_arr();
    for (size_t i = 0; i < n; i++) {
        Json row = json_obj();
        json_add(arena, &row, STR("path"), json_str(issues[i].at.path));
        json_add(arena, &row, STR("line"), json_int(issues[i].at.line));
        json_add(arena, &row, STR("column"), json_int(issues[i].at.col));
        json_add(arena, &row, STR("text"), json_str(issues[i].text));
        json_add(arena, &row, STR("hint"), json_str(issues[i].hint));
        json_push(arena, &list, row);
    }
    return list;
}

static void print_json(Arena *arena, const LawPack *pack, const LawIssue *issues, size_t n)
{
    Json all = json_obj();
    json_add(arena, &all, STR("ok"), json_bool(pack != NULL));
    json_add(arena, &all, STR("issues"), list_json(arena, issues, n));
    json_add(arena, &all, STR("warnings"), pack ? list_json(arena, pack->warnings, pack->n_warnings) : json_arr());
    Str text = json_to_arena(arena, &all);
    printf("%.*s\n", STR_ARG(text));
}

static void print_issue(const Cli *cli, const char *kind, const LawIssue *issue)
{
    printf("%s/%.*s:%d:%d: %s%.*s\n", cli->args[0], STR_ARG(issue->at.path), issue->at.line, issue->at.col, kind,
           STR_ARG(issue->text));
    if (issue->hint.n)
        printf("    %.*s\n", STR_ARG(issue->hint));
}

static bool same_place(const LawPlace *a, const LawPlace *b)
{
    return a->line == b->line && a->col == b->col && str_eq(a->path, b->path);
}

/* Of many about one place, a table's gaps, the first few say what it is about. */
static void print_warnings(const Cli *cli, const LawIssue *warnings, size_t n)
{
    enum { SHOWN = 3 };
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && same_place(&warnings[i].at, &warnings[end].at);)
            end++;
        for (size_t k = i; k < end && k < i + SHOWN; k++)
            print_issue(cli, cli_text(cli, N_("warning: ")), &warnings[k]);
        if (end - i > SHOWN)
            printf(cli_text(cli, N_("    and %zu more (--format json has all)\n")), end - i - SHOWN);
    }
}

static void print_text(const Cli *cli, const LawPack *pack, const LawIssue *issues, size_t n)
{
    for (size_t i = 0; i < n; i++)
        print_issue(cli, "", &issues[i]);
    if (pack)
        print_warnings(cli, pack->warnings, pack->n_warnings);
    if (pack)
        printf(cli_text(cli, N_("%.*s %.*s is in order: %zu procedures, %zu rules, %zu figures.\n")),
               STR_ARG(pack->name), STR_ARG(pack->version), pack->n_procedures, pack->n_rules, pack->n_figures);
    else
        printf(cli_text(cli, N_("%zu mistakes.\n")), n);
}

int cmd_check(Cli *cli)
{
    CLEANUP(crypto_freep) Crypto *crypto = NULL;
    const LawPack *pack = NULL;
    const LawIssue *issues = NULL;
    size_t n = 0;
    Err err = { 0 };
    if (crypto_new(&crypto, &err) != RC_OK)
        return cli_failed(cli, &err);
    Rc rc = app_load_pack(cli->arena, crypto, cli->args[0], &pack, &issues, &n, &err);
    if (rc == RC_OK)
        rc = demo_check(cli->arena, cli->args[0], pack, &issues, &n, &err);
    if (rc != RC_OK)
        pack = NULL;
    if (rc != RC_OK && n == 0)
        return cli_failed(cli, &err);
    if (cli_wants_json(cli))
        print_json(cli->arena, pack, issues, n);
    else
        print_text(cli, pack, issues, n);
    return pack ? EXIT_DONE : EXIT_FOUND;
}
