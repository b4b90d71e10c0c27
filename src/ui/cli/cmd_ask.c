#include "app/question.h"
#include "ui/cli/cli.h"

static void print_list(const LawPack *pack)
{
    for (size_t i = 0; i < pack->n_questions; i++)
        printf("%-20.*s %.*s\n", STR_ARG(pack->questions[i].id), STR_ARG(pack->questions[i].title));
}

static void print_json(const Cli *cli, const LawQuestion *question, const Answer *answer, int64_t at, int zone)
{
    Json out = json_obj();
    json_add(cli->arena, &out, STR("id"), json_str(question->id));
    json_add(cli->arena, &out, STR("title"), json_str(question->title));
    json_add(cli->arena, &out, STR("at"), json_str(instant_print(cli->arena, at, zone)));
    json_add(cli->arena, &out, STR("from"), json_str(day_print(cli->arena, answer->from)));
    json_add(cli->arena, &out, STR("to"), json_str(day_print(cli->arena, answer->to)));
    json_add(cli->arena, &out, STR("sentence"), json_str(answer->sentence));
    json_add(cli->arena, &out, STR("disputed"), json_bool(answer->is_disputed));
    json_add(cli->arena, &out, STR("model"), answer->model);
    Str text = json_to_arena(cli->arena, &out);
    printf("%.*s\n", STR_ARG(text));
}

static Rc ask(Cli *cli, App *app, const char *at_text, Err *err)
{
    CLEANUP(db_closep) Db *db = NULL;
    AskSource source;
    Answer answer;
    int64_t at = app_now(app);
    const LawPack *pack = law_book_latest(app_book(app));
    if (!pack)
        return err_set(err, RC_NOT_FOUND, "no pack has been adopted yet");
    if (!cli->n_args) {
        print_list(pack);
        return RC_OK;
    }
    const LawQuestion *question = law_question(pack, str_c(cli->args[0]));
    if (!question)
        return err_set(err, RC_NOT_FOUND, "the pack has no question %s", cli->args[0]);
    if (at_text && !instant_parse(str_c(at_text), pack->zone_minutes, &at))
        return err_set(err, RC_INVALID, "--at takes an instant such as 2023-11-20T18:00");
    TRY(app_reader(app, &db, err));
    TRY(ask_source(app, db, at, cli->arena, &source, err));
    TRY(question_answer(&source, question, cli->arena, &answer, err));
    if (cli_wants_json(cli))
        print_json(cli, question, &answer, at, pack->zone_minutes);
    else
        printf("%.*s\n", STR_ARG(answer.sentence));
    return RC_OK;
}

int cmd_ask(Cli *cli)
{
    CLEANUP(app_closep) App *app = NULL;
    Err err = { 0 };
    if (cli_open(cli, true, &app, &err) != RC_OK || ask(cli, app, cli_option(cli, "at"), &err) != RC_OK)
        return cli_failed(cli, &err);
    return EXIT_DONE;
}
