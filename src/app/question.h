/* question.h - what leaders ask again and again, answered in one sentence of the pack's.
 *
 * A question counts its figures over a period that ends on the day of asking (to that day, status that day, as known on
 * that day), so that once the day is over the same question about it always gives the same sentence, and the paper of
 * the next morning says the same. The same days of the year before come from the ledger when it was kept then, else
 * from the pack's baselines (of a month that is not over, its share by days), else there is nothing to compare with.
 * What is under dispute (unexplained differences with another platform, adjustments since a freeze) is counted beside.
 *
 * Only reads, through a connection of the calling thread. Everything lies in the arena given. */
#ifndef YIFA_APP_QUESTION_H
#define YIFA_APP_QUESTION_H

#include "app/figures.h"
#include "app/reconcile.h"

typedef struct AskSource {
    Db *db;
    int64_t j;
    const LawPack *pack;
    const LawBook *book;
    int64_t at; /* instant of asking */
    const OpenDifference *open;
    size_t n_open;
} AskSource;
/* Reads what is open, once for many questions. */
MUST_CHECK Rc ask_source(App *app, Db *db, int64_t at, Arena *arena, AskSource *ret, Err *err);

typedef enum AskLast {
    ASK_LAST_NONE,
    ASK_LAST_LEDGER,
    ASK_LAST_ENTERED,
    ASK_LAST_SHARED /* part of a month */
} AskLast;

typedef struct AskValue {
    Str name;
    FigureQuery query;
    FigureValue value;
    int64_t number;    /* count, sum in the figure's unit (fen …), or hundredths of a percent */
    AskLast last_from; /* where the other year's value comes from */
    int64_t last_number;
    Str last_text;
    Str source;          /* of an entered one */
    int64_t differences; /* unexplained */
    int64_t adjusted;    /* since it was frozen */
} AskValue;

typedef struct Answer {
    const LawQuestion *question;
    Day from;
    Day to;
    AskValue *values; /* one a figure of the question */
    size_t n_values;
    bool is_disputed;
    Json model; /* what the sentence was made from */
    Str sentence;
} Answer;

/* The period of a question asked on a day. */
void question_period(const LawQuestion *question, Day day, Day *ret_from, Day *ret_to);
MUST_CHECK Rc question_answer(const AskSource *source, const LawQuestion *question, Arena *arena, Answer *ret,
                              Err *err);
/* The sentence of any figure, for the query's own period. RC_NOT_FOUND when the pack has none. */
MUST_CHECK Rc question_figure(const AskSource *source, const FigureQuery *query, Arena *arena, Answer *ret, Err *err);
/* Whether a person is among those the question is for. */
bool question_is_for(const LawQuestion *question, const DirPerson *person, Day today);

#endif
