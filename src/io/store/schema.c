#include "io/store/schema.h"

// clang-format off
/* One line a column: I integer, B bytes, T text; N may be null; A adds on conflict. */
#define I(name)  { #name, DB_INT, false, false }
#define B(name)  { #name, DB_BYTES, false, false }
#define T(name)  { #name, DB_TEXT, false, false }
#define IN(name) { #name, DB_INT, true, false }
#define TN(name) { #name, DB_TEXT, true, false }
#define IA(name) { #name, DB_INT, false, true }
// clang-format on

static const DbColumn entry_columns[] = { I(j), I(seq), B(hash), B(leaf) };
static const DbColumn ledger_head_columns[] = { I(j), I(epoch), I(size), B(root), B(frontier), I(last_at) };
static const DbColumn ledger_tile_columns[] = { I(j), I(level), I(idx), B(hashes) };
static const DbColumn personal_columns[] = { I(j), I(seq), I(subject), B(ct) };
static const DbIndex personal_indexes[] = {
    { .name = "personal_subject", .columns = "j,subject,seq" },
};
static const DbColumn blob_columns[] = { I(j), B(digest), I(size), T(media), I(state) };
static const DbColumn pack_columns[] = { B(digest), T(name), T(version), B(tree) };
static const DbColumn request_columns[] = { I(j), I(day), B(key), B(digest), I(seq) };
static const DbColumn jurisdiction_columns[] = { I(j), IN(parent), T(code), T(name), I(zone) };
static const DbColumn pack_adoption_columns[] = { I(j), I(from_day), I(seq), B(digest) };
static const DbColumn unit_columns[] = { I(j), I(id), IN(parent), T(kind), T(code), T(name), I(from_day), IN(to_day) };
static const DbColumn person_columns[] = { I(j), I(id), I(unit), T(name), T(login), I(from_day), IN(to_day) };
static const DbColumn role_grant_columns[] = {
    I(j), I(person), T(role), I(unit), I(from_day), IN(to_day), IN(by_person)
};
static const DbColumn credential_columns[] = { I(j),      I(person),   I(id),     T(kind),        T(number),
                                               TN(scope), I(from_day), I(to_day), IN(revoked_day) };
static const DbColumn subject_columns[] = { I(j), I(id), T(kind), IN(erased_seq) };
static const DbColumn subject_alias_columns[] = { I(j), T(kind), B(blind), I(subject) };
static const DbColumn matter_columns[] = {
    I(j),           I(id),       T(procedure),    B(pack),         T(stage), I(version), I(opened_day),
    IN(closed_day), TN(outcome), TN(number),      TN(public_code), T(title), TN(kind),   IN(unit),
    IN(handler),    IN(due_at),  IN(merged_into), I(last_eff_at),  B(fields)
};
static const DbIndex matter_indexes[] = {
    { .name = "matter_unit", .columns = "j,unit,due_at,id", .where = "closed_day IS NULL" },
    { .name = "matter_handler", .columns = "j,handler,due_at,id", .where = "closed_day IS NULL" },
    { .name = "matter_open", .columns = "j,procedure,stage,due_at,id", .where = "closed_day IS NULL" },
    { .name = "matter_list", .columns = "j,procedure,opened_day,id" },
    { .name = "matter_number", .columns = "j,number", .where = "number IS NOT NULL", .unique = true },
    { .name = "matter_code", .columns = "j,public_code", .where = "public_code IS NOT NULL", .unique = true },
};
static const DbColumn matter_entry_columns[] = { I(j),    I(matter), I(version), I(seq),     T(act),
                                                 I(mode), T(stage),  I(eff_at),  I(eff_day), IN(void_seq) };
static const DbColumn matter_alias_columns[] = { I(j), T(system), T(number), I(matter) };
static const DbIndex matter_alias_indexes[] = {
    { .name = "alias_matter", .columns = "j,matter" },
};
static const DbColumn matter_attr_columns[] = { I(j), I(matter), T(field), I(n), B(k) };
static const DbIndex matter_attr_indexes[] = {
    { .name = "attr_value", .columns = "j,field,k,matter" },
};
static const DbColumn party_columns[] = { I(j), I(matter), T(role), I(subject) };
static const DbIndex party_indexes[] = {
    { .name = "party_subject", .columns = "j,subject,matter" },
};
static const DbColumn link_columns[] = { I(j), I(a), T(kind), I(b_j), I(b), I(seq) };
static const DbIndex link_indexes[] = {
    { .name = "link_back", .columns = "j,b,kind,a" },
};
static const DbColumn clock_columns[] = { I(j),      I(matter),   T(id),  I(state), I(start_at),
                                          I(due_at), IN(fire_at), I(gen), B(row) };
static const DbIndex clock_indexes[] = {
    { .name = "clock_fire", .columns = "j,fire_at", .where = "fire_at IS NOT NULL" },
};
static const DbColumn matter_blob_columns[] = { I(j), I(matter), I(n), B(digest), T(role), I(seq) };
static const DbColumn document_columns[] = { I(j),       I(matter),     I(id),  T(template),
                                             TN(number), I(issued_day), I(seq), IN(void_seq) };
static const DbColumn series_columns[] = { I(j), T(series), I(year), I(last) };
static const DbColumn sheet_columns[] = { I(j), T(series), T(state), I(first), I(last), I(holder), IN(matter), I(seq) };
static const DbColumn finding_columns[] = { I(j), I(matter), T(rule), I(source), I(source_seq), I(open) };
static const DbIndex finding_indexes[] = {
    { .name = "finding_open", .columns = "j,rule,source", .where = "open=1" },
};
static const DbColumn refusal_columns[] = { I(j), I(actor), I(matter), I(version), T(act), T(rules), I(first_seq) };
static const DbColumn refusal_repeat_columns[] = { I(j), I(actor), I(matter), I(version), T(act), T(rules), IA(n) };
static const DbColumn figure_columns[] = { I(j), I(fig), T(id), B(digest), I(from_seq) };
static const DbColumn fact_columns[] = { I(j),     I(fig), I(p_day), I(seq), I(n), I(matter),
                                         I(e_day), T(dim), T(key),   I(dn),  I(dv) };
static const DbIndex fact_indexes[] = {
    { .name = "fact_matter", .columns = "j,matter,fig" },
};
static const DbColumn tally_columns[] = { I(j), I(fig), I(p_day), I(e_day), I(k_day), T(dim), IA(n), IA(v) };
static const DbColumn frozen_columns[] = { I(j),    T(report), I(fig), I(p_from), I(p_to),   I(e_to),
                                           I(size), I(n),      I(v),   B(digest), I(signer), I(at) };
static const DbColumn account_columns[] = { I(j), I(person), T(login), T(secret), I(failed), I(locked_until) };
static const DbIndex account_indexes[] = {
    { .name = "account_login", .columns = "j,login", .unique = true },
};
static const DbColumn session_columns[] = { I(j), B(token), I(person), T(csrf), I(created), I(seen), I(expires) };
static const DbColumn draft_columns[] = { I(j), I(person), T(id), B(body), I(at) };
static const DbColumn import_columns[] = { I(j),      I(id),   T(name),  T(system), I(at),
                                           I(person), I(rows), T(state), B(report) };

#define TABLE(table, keys, rowid)                                                                             \
    {                                                                                                         \
        .name = #table, .columns = table##_columns, .n_columns = ARRAY_LEN(table##_columns), .n_key = (keys), \
        .without_rowid = !(rowid)                                                                             \
    }
#define TABLE_INDEXED(table, keys, rowid)                                                                     \
    {                                                                                                         \
        .name = #table, .columns = table##_columns, .n_columns = ARRAY_LEN(table##_columns), .n_key = (keys), \
        .without_rowid = !(rowid), .indexes = table##_indexes, .n_indexes = ARRAY_LEN(table##_indexes)        \
    }

const DbTable schema_tables[T_COUNT] = {
    [T_ENTRY] = TABLE(entry, 2, true),
    [T_LEDGER_HEAD] = TABLE(ledger_head, 1, false),
    [T_LEDGER_TILE] = TABLE(ledger_tile, 3, true),
    [T_PERSONAL] = TABLE_INDEXED(personal, 3, true),
    [T_BLOB] = TABLE(blob, 2, false),
    [T_PACK] = TABLE(pack, 1, true),
    [T_REQUEST] = TABLE(request, 3, false),
    [T_JURISDICTION] = TABLE(jurisdiction, 1, true),
    [T_PACK_ADOPTION] = TABLE(pack_adoption, 3, false),
    [T_UNIT] = TABLE(unit, 2, true),
    [T_PERSON] = TABLE(person, 2, true),
    [T_ROLE_GRANT] = TABLE(role_grant, 5, false),
    [T_CREDENTIAL] = TABLE(credential, 3, false),
    [T_SUBJECT] = TABLE(subject, 2, true),
    [T_SUBJECT_ALIAS] = TABLE(subject_alias, 3, false),
    [T_MATTER] = TABLE_INDEXED(matter, 2, true),
    [T_MATTER_ENTRY] = TABLE(matter_entry, 3, false),
    [T_MATTER_ALIAS] = TABLE_INDEXED(matter_alias, 3, false),
    [T_MATTER_ATTR] = TABLE_INDEXED(matter_attr, 4, false),
    [T_PARTY] = TABLE_INDEXED(party, 4, false),
    [T_LINK] = TABLE_INDEXED(link, 6, false),
    [T_CLOCK] = TABLE_INDEXED(clock, 3, false),
    [T_MATTER_BLOB] = TABLE(matter_blob, 3, false),
    [T_DOCUMENT] = TABLE(document, 3, false),
    [T_SERIES] = TABLE(series, 3, false),
    [T_SHEET] = TABLE(sheet, 4, false),
    [T_FINDING] = TABLE_INDEXED(finding, 2, false),
    [T_REFUSAL] = TABLE(refusal, 6, false),
    [T_FIGURE] = TABLE(figure, 2, true),
    [T_FACT] = TABLE_INDEXED(fact, 5, false),
    [T_TALLY] = TABLE(tally, 6, false),
    [T_FROZEN] = TABLE(frozen, 3, false),
    [T_REFUSAL_REPEAT] = TABLE(refusal_repeat, 6, false),
    [T_ACCOUNT] = TABLE_INDEXED(account, 2, true),
    [T_SESSION] = TABLE(session, 2, true),
    [T_DRAFT] = TABLE(draft, 3, true),
    [T_IMPORT] = TABLE(import, 2, true),
};

TableClass schema_class(TableId table)
{
    if (table < T_REQUEST)
        return TABLE_LOG;
    return table < T_REFUSAL_REPEAT ? TABLE_STATE : TABLE_OPERATION;
}

static const DbColumn subject_key_columns[] = {
    I(j), I(subject), { "wrapped", DB_BYTES, true, false }, IN(destroyed_seq)
};
static const DbColumn secret_columns[] = { I(j), T(name), B(value) };
const DbTable schema_subject_key = TABLE(subject_key, 2, false);
const DbTable schema_secret = TABLE(secret, 2, false);
