/* pages_form.h - an act's form: shown from its declaration, read back field by field.
 *
 * What was typed is kept as text, so that a form with faults comes back as it was sent. Lists are repeated names;
 * a table's cells are FIELD.ROW.COLUMN, rows from 1. Limits: 200 persons or options of a list, 50 rows of a table. */
#ifndef YIFA_UI_WEB_PAGES_FORM_H
#define YIFA_UI_WEB_PAGES_FORM_H

#include "ui/web/pages_act_check.h"

enum { FORM_LIST_MAX = 200, FORM_ROWS_MAX = 50 };

typedef struct FormFaultText {
    Str field;
    Str text;
} FormFaultText;

/* A form as it came, or as it is preset. */
typedef struct PageForm {
    const LawAct *act;
    const Matter *matter; /* NULL: opening */
    Day on;               /* day of the act: whose certificates count */
    Json values;          /* by field id, as stored */
    Json texts;           /* by field or cell name: what was typed where it could not be read */
    FormFaultText *faults;
    size_t n_faults;
    size_t cap_faults;
} PageForm;

/* Reads the request's fields into values and faults. Personal fields left empty are left out, since an empty control
 * does not mean that the value is to be erased. */
void form_read(Page *page, PageForm *form);
/* Takes values for single fields from the query, as links of cures bring them: ?officers=12,15. */
void form_read_query(Page *page, PageForm *form);
/* The buttons `drop`, `add` and `swap`; false when none was pressed. */
bool form_press(Page *page, PageForm *form);
/* Adds the faults that a decision found. */
void form_add_faults(Page *page, PageForm *form, const FormFaults *faults);

/* [{field, text}] and the fields as the templates want them. `warned` marks fields with the texts of broken rules. */
Json form_show_errors(Page *page, const PageForm *form);
Json form_show_fields(Page *page, const PageForm *form, const Decision *decision);

#endif
