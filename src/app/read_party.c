/* The matters of a person, by an identifying value typed whole: only its keyed digest is stored. */
#include "app/app_internal.h"
#include "app/read_internal.h"

enum { KINDS_MAX = 8 };

const char read_sql_subject[] = "SELECT subject FROM subject_alias WHERE j = ?1 AND kind = ?2 AND blind = ?3";
const char read_sql_party[] =
    "SELECT matter FROM party WHERE j = ?1 AND subject = ?2 GROUP BY matter ORDER BY matter DESC LIMIT ?3";

static size_t add_kind(Str *kinds, size_t n, Str kind)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(kinds[i], kind))
            return n;
    if (n < KINDS_MAX)
        kinds[n++] = kind;
    return n;
}

/* Kinds of identifying values that the pack knows ("phone"). */
static size_t find_kinds(const LawPack *pack, Str kinds[KINDS_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < pack->n_procedures; i++)
        for (size_t k = 0; k < pack->procedures[i]->n_fields; k++)
            if (pack->procedures[i]->fields[k].identifies.n)
                n = add_kind(kinds, n, pack->procedures[i]->fields[k].identifies);
    return n;
}

Rc read_party(const App *app, const Read *read, Str value, size_t max, ReadIds *ret, Err *err)
{
    Str kinds[KINDS_MAX];
    size_t n = find_kinds(read->pack, kinds);
    *ret = (ReadIds){ 0 };
    for (size_t i = 0; i < n; i++) {
        uint8_t blind[CRYPTO_DIGEST_SIZE];
        ReadIds subjects = { 0 };
        keys_blind(app->keys, kinds[i], value, blind);
        DbValue by_blind[] = { DBI(read->j), DBT(kinds[i]), DBB(((Str){ (const char *)blind, sizeof blind })) };
        TRY(read_ids(read, read_sql_subject, by_blind, 3, &subjects, err));
        for (size_t k = 0; k < subjects.n; k++) {
            DbValue by_subject[] = { DBI(read->j), DBI(subjects.items[k]), DBI((int64_t)max) };
            TRY(read_ids(read, read_sql_party, by_subject, 3, ret, err));
        }
    }
    return RC_OK;
}
