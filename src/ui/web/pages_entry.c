/* One ledger record: when and by whom, what it changed, which rules spoke, and the bytes that prove it. */
#include <string.h>

#include "core/ledger/ledger.h"
#include "lib/qr/qr.h"
#include "ui/web/pages_matter.h"
#include "ui/web/pages_proof.h"

static Str hex(Page *page, Str bytes)
{
    return hex_to_arena(page->arena, (const uint8_t *)bytes.p, bytes.n);
}

/* ---- what it changed ---- */

typedef struct Change {
    Str title;
    Str before;
    Str after;
} Change;

/* What a field held before the entry: the last earlier entry in effect that set it. */
static Str field_before(Page *page, const MatterRecord *record, const Entry *entry, const LawField *field)
{
    Str before = STR_NONE;
    for (size_t i = 0; i < record->n_moments && record->moments[i].entry.version < entry->version; i++) {
        const Entry *past = &record->moments[i].entry;
        for (size_t k = 0; record->moments[i].void_seq < 0 && k < past->effects.n; k++) {
            const Effect *e = &past->effects.items[k];
            if (e->kind == EFFECT_SET && str_eq(e->name, field->id))
                before = show_value(page, field, &e->value);
        }
    }
    return before;
}

static Str stage_before(const MatterRecord *record, const Entry *entry)
{
    Str stage = STR_NONE;
    for (size_t i = 0; i < record->n_moments && record->moments[i].entry.version < entry->version; i++)
        stage = record->moments[i].stage;
    return stage.n ? show_stage(record->m.procedure, stage) : STR_NONE;
}

static Str clock_after(Page *page, const Matter *m, const Effect *e)
{
    MatterClock clock;
    Json shown;
    Err err;
    if (matter_clock_from_json(e->name, &e->value, &clock, &err) != RC_OK || !show_clock(page, m, &clock, &shown))
        return page_text(page, N_("no longer runs"));
    return json_get_str(&shown, STR("due_text"));
}

static Change field_change(Page *page, const MatterRecord *record, const Entry *entry, const Effect *e)
{
    const LawField *field = law_field(record->m.procedure, e->name);
    if (!field)
        return (Change){ .title = e->name };
    if (e->kind == EFFECT_COMMIT)
        return (Change){ field->title, STR_NONE,
                         arena_printf(page->arena, page_format(page, N_("kept apart, digest %.*s")),
                                      STR_ARG(str_head(e->text, 16))) };
    Str after = field->personal.n ? page_text(page, N_("removed")) : show_value(page, field, &e->value);
    return (Change){ field->title, field->personal.n ? STR_NONE : field_before(page, record, entry, field), after };
}

/* What the effects on a matter mean in words; false for those that mean nothing to a reader. */
static bool matter_change(Page *page, const MatterRecord *record, const Entry *entry, const Effect *e, Change *ret)
{
    const LawProcedure *procedure = record->m.procedure;
    Str id = arena_printf(page->arena, "%lld", (long long)e->a);
    switch (e->kind) {
    case EFFECT_OPEN: *ret = (Change){ page_text(page, N_("Opened")), STR_NONE, procedure->title }; return true;
    case EFFECT_SET:
    case EFFECT_COMMIT: *ret = field_change(page, record, entry, e); return true;
    case EFFECT_STAGE:
        *ret = (Change){ page_text(page, N_("Stage")), stage_before(record, entry), show_stage(procedure, e->name) };
        return true;
    case EFFECT_TITLE: *ret = (Change){ page_text(page, N_("Title")), STR_NONE, e->text }; return true;
    case EFFECT_MERGE: *ret = (Change){ page_text(page, N_("Merged into")), STR_NONE, id }; return true;
    case EFFECT_VOID: *ret = (Change){ page_text(page, N_("Made void: record")), id, STR_NONE }; return true;
    case EFFECT_NUMBER: *ret = (Change){ page_text(page, N_("Number")), STR_NONE, e->text }; return true;
    case EFFECT_ALIAS: *ret = (Change){ e->name, STR_NONE, e->text }; return true;
    case EFFECT_PARTY: *ret = (Change){ show_party_role(page, e->name), STR_NONE, id }; return true;
    case EFFECT_LINK: *ret = (Change){ show_link_kind(page, e->name, false), STR_NONE, id }; return true;
    case EFFECT_CLOCK: {
        const LawClock *def = show_clock_def(page, &record->m, e->name);
        Str title = def ? def->title : e->name;
        *ret = (Change){ arena_printf(page->arena, page_format(page, N_("Time limit: %.*s")), STR_ARG(title)), STR_NONE,
                         clock_after(page, &record->m, e) };
        return true;
    }
    case EFFECT_DOCUMENT: {
        const LawDocument *def = law_document(procedure, e->name);
        *ret = (Change){ def ? def->title : e->name, STR_NONE, e->text };
        return true;
    }
    default: return false;
    }
}

static bool any_change(Page *page, const Effect *e, Change *ret)
{
    const LawProcedure *procedure = law_procedure(page->pack, e->name);
    const LawRule *rule = law_rule(page->pack, e->name);
    switch (e->kind) {
    case EFFECT_SHEET:
        *ret = (Change){ page_text(page, N_("Sheet")), STR_NONE,
                         arena_printf(page->arena, "%lld %.*s", (long long)e->a, STR_ARG(e->text)) };
        return true;
    case EFFECT_FINDING:
        *ret = (Change){ page_text(page, N_("Finding")), STR_NONE, rule ? rule->title : e->name };
        return true;
    case EFFECT_SPAWN:
        *ret = (Change){ page_text(page, N_("Opens")), STR_NONE, procedure ? procedure->title : e->name };
        return true;
    case EFFECT_SIGNAL:
        *ret = (Change){ page_text(page, N_("Tells the linked matters")), STR_NONE, e->text };
        return true;
    case EFFECT_BLOB: *ret = (Change){ page_text(page, N_("File")), STR_NONE, e->name }; return true;
    case EFFECT_PUT: *ret = (Change){ e->name, STR_NONE, json_to_arena(page->arena, &e->value) }; return true;
    case EFFECT_FREEZE:
        *ret = (Change){ json_get_str(&e->value, STR("figure")), STR_NONE,
                         arena_printf(page->arena, "%lld", (long long)json_get_int(&e->value, STR("n"), 0)) };
        return true;
    default: return false;
    }
}

static Json show_effects(Page *page, const MatterRecord *record, const Entry *entry)
{
    Json list = json_arr();
    for (size_t i = 0; i < entry->effects.n; i++) {
        const Effect *e = &entry->effects.items[i];
        Change change;
        Json out = json_obj();
        if (!(record && matter_change(page, record, entry, e, &change)) && !any_change(page, e, &change))
            continue;
        model_text(page, &out, "kind", str_c(effect_name(e->kind)));
        model_text(page, &out, "title", change.title);
        model_text(page, &out, "before", change.before);
        model_text(page, &out, "after", change.after);
        json_push(page->arena, &list, out);
    }
    return list;
}

/* ---- proof ---- */

static Json show_checks(Page *page, const EntryRecord *record)
{
    CLEANUP(crypto_hash_freep) CryptoHash *hash = crypto_hash_new(app_crypto(page->app), CRYPTO_SHA256);
    LedgerHash computed;
    Json list = json_arr();
    Json check = json_obj();
    ledger_leaf_hash(hash, record->leaf, &computed);
    bool ok = str_eq(ledger_hash_view(&computed), record->hash);
    model_bool(page, &check, "ok", ok);
    model_text(page, &check, "text",
               page_text(page, ok ? N_("The record's digest is the one in the ledger")
                                  : N_("The record's digest is not the one in the ledger")));
    json_push(page->arena, &list, check);
    return list;
}

/* ---- the model ---- */

static Str neighbour(Page *page, int64_t seq)
{
    return seq < 0 ? STR_NONE : arena_printf(page->arena, "/e/%lld", (long long)seq);
}

static Str entry_title(Page *page, const MatterRecord *matter, const Entry *entry)
{
    switch (entry->kind) {
    case ENTRY_FREEZE:
        return arena_printf(page->arena, page_format(page, N_("Report %.*s frozen")), STR_ARG(entry->act));
    case ENTRY_ORG: return arena_printf(page->arena, page_format(page, N_("Organisation: %.*s")), STR_ARG(entry->act));
    default: return moment_title(page, matter ? &matter->m : NULL, entry);
    }
}

static Str pack_text(Page *page, const Entry *entry)
{
    const LawPack *pack = entry_pack(app_book(page->app), entry);
    if (!pack || !entry->pack.n)
        return STR_NONE;
    return arena_printf(page->arena, "%.*s %.*s", STR_ARG(pack->name), STR_ARG(pack->version));
}

static void put_times(Page *page, const Entry *entry, Json *out)
{
    model_text(page, out, "happened_at", show_iso(page, entry->happened_at));
    model_text(page, out, "happened_text", show_instant(page, entry->happened_at));
    model_text(page, out, "recorded_at", show_iso(page, entry->recorded_at));
    model_text(page, out, "recorded_text", show_instant(page, entry->recorded_at));
    model_text(page, out, "effective_day",
               day_print(page->arena, instant_day(entry->eff_at, page->pack->zone_minutes)));
    model_text(page, out, "effective_text", show_instant(page, entry->eff_at));
}

static void put_proof(Page *page, const EntryRecord *record, Json *out)
{
    model_text(page, out, "leaf_hash", hex(page, record->hash));
    model_int(page, out, "tree_size", record->size);
    model_text(page, out, "root_hash", hex(page, record->root));
    model_put(page, out, "checks", show_checks(page, record));
    model_text(page, out, "proof_url", arena_printf(page->arena, "/e/%lld/proof", (long long)record->entry.seq));
    model_text(page, out, "json_url", arena_printf(page->arena, "/e/%lld/leaf", (long long)record->entry.seq));
}

/* What is printed on a document that this entry issued: its code, and the address that verifies it as a QR code. */
static Rc show_paper(Page *page, const EntryRecord *record, Str number, Json *list, Err *err)
{
    Json out = json_obj();
    Qr qr;
    Str code;
    TRY(proof_code(page, record->entry.seq, number, &code, err));
    Str url = page_address(page, proof_verify_path(page, "/verify", number, code));
    TRY(qr_encode(page->arena, url, &qr, err));
    int side = qr.size + 2 * QR_QUIET;
    model_text(page, &out, "number", number);
    model_text(page, &out, "code", code);
    model_text(page, &out, "url", url);
    model_text(page, &out, "box", arena_printf(page->arena, "-%d -%d %d %d", QR_QUIET, QR_QUIET, side, side));
    model_text(page, &out, "path", qr.path);
    json_push(page->arena, list, out);
    return RC_OK;
}

static Rc show_papers(Page *page, const EntryRecord *record, const MatterRecord *matter, Json *out, Err *err)
{
    Json list = json_arr();
    for (size_t i = 0; matter && i < matter->n_documents; i++) {
        const MatterDocument *d = &matter->documents[i];
        if (d->seq == record->entry.seq && d->number.n)
            TRY(show_paper(page, record, d->number, &list, err));
    }
    model_put(page, out, "papers", list);
    return RC_OK;
}

static Json show_entry(Page *page, const EntryRecord *record, const MatterRecord *matter)
{
    const Entry *entry = &record->entry;
    const LawPack *pack = entry_pack(app_book(page->app), entry);
    Json out = json_obj();
    size_t n = 0;
    const Verdict *verdicts = moment_verdicts(page, pack, entry, &n);
    Str actor = show_actor(page, entry->actor);
    if (entry->actor > 0 && entry->role.n) {
        Str role = show_role(page, entry->role);
        actor = arena_printf(page->arena, page_format(page, N_("%.*s, %.*s")), STR_ARG(actor), STR_ARG(role));
    }
    model_int(page, &out, "seq", entry->seq);
    model_text(page, &out, "title", entry_title(page, matter, entry));
    model_text(page, &out, "mode", str_c(act_mode_names[entry->mode]));
    model_text(page, &out, "mode_text", show_mode(page, entry->mode));
    model_bool(page, &out, "refused", entry->kind == ENTRY_REFUSAL);
    model_bool(page, &out, "void", record->void_seq >= 0);
    model_put(page, &out, "matter", matter ? show_matter(page, &matter->m) : json_null());
    model_text(page, &out, "previous", neighbour(page, record->previous));
    model_text(page, &out, "next", neighbour(page, record->next));
    put_times(page, entry, &out);
    model_text(page, &out, "actor", actor);
    model_text(page, &out, "pack", pack_text(page, entry));
    model_put(page, &out, "effects", show_effects(page, matter, entry));
    model_text(page, &out, "rules_text", show_verdicts_text(page, verdicts, n));
    model_put(page, &out, "verdicts", show_verdicts(page, verdicts, n, NULL));
    put_proof(page, record, &out);
    return out;
}

static Rc read_page_entry(Page *page, EntryRecord *ret, Err *err)
{
    MatterSource source = page_source(page);
    int64_t seq = 0;
    if (!str_to_i64(page_param(page, "seq"), &seq) || seq < 0)
        return err_set(err, RC_NOT_FOUND, "no such entry");
    return entry_read(&source, seq, page->arena, ret, err);
}

Rc page_entry(Page *page, Json *ret_model, Err *err)
{
    MatterSource source = page_source(page);
    EntryRecord record;
    MatterRecord matter;
    Json model = json_obj();
    TRY(read_page_entry(page, &record, err));
    bool has_matter = record.entry.matter != 0;
    if (has_matter)
        TRY(matter_read(&source, record.entry.matter, page->arena, &matter, err));
    page_name(page, &model,
              arena_printf(page->arena, page_format(page, N_("Ledger record %lld")), (long long)record.entry.seq),
              "matter");
    if (has_matter) {
        Json head = show_matter(page, &matter.m);
        page_crumb(page, &model, json_get_str(&head, STR("no")), json_get_str(&head, STR("url")));
    }
    page_crumb(page, &model, arena_printf(page->arena, "#%lld", (long long)record.entry.seq), STR_NONE);
    Json entry = show_entry(page, &record, has_matter ? &matter : NULL);
    TRY(show_papers(page, &record, has_matter ? &matter : NULL, &entry, err));
    model_put(page, &model, "entry", entry);
    *ret_model = model;
    return RC_OK;
}

/* The exact bytes that the ledger's tree was built over. */
Rc page_leaf(Page *page, Json *ret_model, Err *err)
{
    EntryRecord record;
    TRY(read_page_entry(page, &record, err));
    http_set_download(page->x, arena_printf(page->arena, "entry-%lld.json", (long long)record.entry.seq));
    http_reply(page->x, 200, "application/json", record.leaf);
    *ret_model = json_obj();
    return RC_OK;
}
