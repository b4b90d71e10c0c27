/* schema.h - every table, as constant data from which DDL, writes, rebuild and its comparison are made.
 *
 * Days are civil days since 1970, instants milliseconds UTC, every row bears its jurisdiction j. Three classes: LOG is
 * the truth, append-only (personal values erasable); STATE is the fold of the log and can be rebuilt from it; OPERATION
 * is backed up, not rebuilt. Differences from the first sketch of the schema are explained in docs/ARCHITECTURE.md. */
#ifndef YIFA_IO_STORE_SCHEMA_H
#define YIFA_IO_STORE_SCHEMA_H

#include "lib/db/db.h"

typedef enum TableClass { TABLE_LOG, TABLE_STATE, TABLE_OPERATION } TableClass;

typedef enum TableId {
    /* log */
    T_ENTRY,
    T_LEDGER_HEAD,
    T_LEDGER_TILE,
    T_PERSONAL,
    T_BLOB,
    T_PACK,
    /* state */
    T_REQUEST,
    T_JURISDICTION,
    T_PACK_ADOPTION,
    T_UNIT,
    T_PERSON,
    T_ROLE_GRANT,
    T_CREDENTIAL,
    T_SUBJECT,
    T_SUBJECT_ALIAS,
    T_MATTER,
    T_MATTER_ENTRY,
    T_MATTER_ALIAS,
    T_MATTER_ATTR,
    T_PARTY,
    T_LINK,
    T_CLOCK,
    T_MATTER_BLOB,
    T_DOCUMENT,
    T_SERIES,
    T_SHEET,
    T_FINDING,
    T_REFUSAL,
    T_FIGURE,
    T_FACT,
    T_TALLY,
    T_FROZEN,
    /* operation */
    T_REFUSAL_REPEAT,
    T_ACCOUNT,
    T_SESSION,
    T_DRAFT,
    T_IMPORT,
    T_COUNT
} TableId;

extern const DbTable schema_tables[T_COUNT];
TableClass schema_class(TableId table);

/* The separate store of subject keys, with a shorter backup cycle. */
extern const DbTable schema_subject_key;
extern const DbTable schema_secret;

#endif
