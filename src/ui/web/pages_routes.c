/* Which page function answers which path. */
#include "ui/web/pages_log.h"
#include "ui/web/pages_matter.h"
#include "ui/web/pages_open.h"
#include "ui/web/pages_plots.h"
#include "ui/web/pages_procedures.h"
#include "ui/web/pages_proof.h"
#include "ui/web/pages_public.h"
#include "ui/web/pages_report.h"
#include "ui/web/pages_tables.h"
#include "ui/web/web_pages.h"

// clang-format off
const PageRoute web_routes_matter[] = {
    { { HTTP_GET, "/m/{id}" },                       "matter",   PAGE_STAFF, page_matter,     PAGE_QUICK },
    { { HTTP_GET, "/m/{id}/act/{act}" },             "act",      PAGE_STAFF, page_act,        PAGE_QUICK },
    { { HTTP_POST, "/m/{id}/act/{act}" },            "act",      PAGE_STAFF, page_act,        PAGE_HEAVY },
    { { HTTP_GET, "/m/{id}/unmask/{subject}" },      "act",      PAGE_STAFF, page_unmask,     PAGE_QUICK },
    { { HTTP_POST, "/m/{id}/unmask/{subject}" },     "matter",   PAGE_STAFF, page_unmask,     PAGE_HEAVY },
    { { HTTP_GET, "/new" },                          "new",      PAGE_STAFF, page_new,        PAGE_QUICK },
    { { HTTP_GET, "/new/{procedure}" },              "act",      PAGE_STAFF, page_new_matter, PAGE_QUICK },
    { { HTTP_GET, "/new/{procedure}/{act}" },        "act",      PAGE_STAFF, page_new_matter, PAGE_QUICK },
    { { HTTP_POST, "/new/{procedure}/{act}" },       "act",      PAGE_STAFF, page_new_matter, PAGE_HEAVY },
    { { HTTP_GET, "/e/{seq}" },                      "entry",    PAGE_STAFF, page_entry,      PAGE_QUICK },
    { { HTTP_GET, "/e/{seq}/leaf" },                 NULL,       PAGE_STAFF, page_leaf,       PAGE_QUICK },
    { { HTTP_GET, "/e/{seq}/proof" },                NULL,       PAGE_STAFF, page_entry_proof, PAGE_HEAVY },
    { { HTTP_GET, "/findings" },                     "findings", PAGE_STAFF, page_findings,   PAGE_QUICK },
    { { HTTP_GET, "/laws" },                         "laws",     PAGE_STAFF, page_laws,       PAGE_QUICK },
    { { HTTP_GET, "/laws/{id}" },                    "law",      PAGE_STAFF, page_law,        PAGE_QUICK },
    { { HTTP_GET, "/procedures" },                   "procedures", PAGE_STAFF, page_procedures, PAGE_QUICK },
    { { HTTP_GET, "/procedures/{id}" },              "procedure", PAGE_STAFF, page_procedure, PAGE_QUICK },
};
const size_t web_routes_matter_n = ARRAY_LEN(web_routes_matter);

const PageRoute web_routes_public[] = {
    { { HTTP_GET, "/submit" },                       "submit",   PAGE_PUBLIC, page_submit,     PAGE_QUICK },
    { { HTTP_POST, "/submit" },                      "submit",   PAGE_PUBLIC, page_submit,     PAGE_HEAVY },
    { { HTTP_GET, "/open" },                         "open",     PAGE_PUBLIC, page_open,       PAGE_QUICK },
    { { HTTP_GET, "/open/tables/{id}" },             "open_table", PAGE_PUBLIC, page_open_table, PAGE_QUICK },
    { { HTTP_GET, "/open/{list}" },                  "open_list", PAGE_PUBLIC, page_open_list, PAGE_QUICK },
    { { HTTP_GET, "/open/reports/{id}" },            "open_report", PAGE_PUBLIC, page_open_report, PAGE_HEAVY },
    { { HTTP_GET, "/open/reports/{id}/figures.csv" }, NULL,      PAGE_PUBLIC, page_open_csv,   PAGE_HEAVY },
    { { HTTP_GET, "/q/{code}" },                     "code",     PAGE_PUBLIC, page_place_code, PAGE_QUICK },
    { { HTTP_GET, "/receipt/{code}" },               "receipt",  PAGE_PUBLIC, page_receipt,    PAGE_QUICK },
    { { HTTP_GET, "/receipt/{code}/proof" },         NULL,       PAGE_PUBLIC, page_receipt_proof, PAGE_HEAVY },
    { { HTTP_GET, "/follow" },                       "follow",   PAGE_PUBLIC, page_follow,     PAGE_QUICK },
    { { HTTP_POST, "/follow" },                      "follow",   PAGE_PUBLIC, page_follow,     PAGE_HEAVY },
    { { HTTP_GET, "/follow/{code}" },                "follow",   PAGE_PUBLIC, page_follow,     PAGE_QUICK },
    { { HTTP_GET, "/follow/{code}/act/{act}" },      "submit",   PAGE_PUBLIC, page_follow_act, PAGE_QUICK },
    { { HTTP_POST, "/follow/{code}/act/{act}" },     "submit",   PAGE_PUBLIC, page_follow_act, PAGE_HEAVY },
    { { HTTP_GET, "/log/checkpoint" },               NULL,       PAGE_PUBLIC, page_log_checkpoint, PAGE_QUICK },
    { { HTTP_GET, "/log/keys" },                     NULL,       PAGE_PUBLIC, page_log_keys,   PAGE_QUICK },
    { { HTTP_GET, "/log/tile/entries/{name...}" },   NULL,       PAGE_PUBLIC, page_log_entries, PAGE_QUICK },
    { { HTTP_GET, "/log/tile/{name...}" },           NULL,       PAGE_PUBLIC, page_log_tile,   PAGE_QUICK },
    { { HTTP_GET, "/log/sm3/checkpoint" },           NULL,       PAGE_PUBLIC, page_log_checkpoint, PAGE_QUICK },
    { { HTTP_GET, "/log/sm3/tile/{name...}" },       NULL,       PAGE_PUBLIC, page_log_tile,   PAGE_QUICK },
    { { HTTP_POST, "/witness/add-checkpoint" },      NULL,       PAGE_MACHINE, page_add_checkpoint, PAGE_HEAVY },
    { { HTTP_GET, "/verify" },                       "verify",   PAGE_PUBLIC, page_verify,     PAGE_QUICK },
    { { HTTP_GET, "/verify/proof" },                 NULL,       PAGE_PUBLIC, page_document_proof, PAGE_HEAVY },
    { { HTTP_POST, "/verify" },                      "verify",   PAGE_PUBLIC, page_verify,     PAGE_HEAVY },
};
const size_t web_routes_public_n = ARRAY_LEN(web_routes_public);

const PageRoute web_routes_report[] = {
    { { HTTP_GET, "/dashboard" },                    "dashboard", PAGE_STAFF, page_dashboard, PAGE_HEAVY },
    { { HTTP_GET, "/qr" },                           "codes",    PAGE_STAFF, page_codes,      PAGE_QUICK },
    { { HTTP_GET, "/map" },                          "map",      PAGE_STAFF, page_map,        PAGE_QUICK },
    { { HTTP_GET, "/board" },                        "findings", PAGE_STAFF, page_findings,   PAGE_QUICK },
    { { HTTP_GET, "/reports" },                      "reports",  PAGE_STAFF, page_reports,    PAGE_QUICK },
    { { HTTP_GET, "/reports/{id}" },                 "report",   PAGE_STAFF, page_report,     PAGE_QUICK },
    { { HTTP_POST, "/reports/{id}/freeze" },         "report",   PAGE_STAFF, page_freeze,     PAGE_HEAVY },
    { { HTTP_GET, "/reports/{id}/edit" },            "report_edit", PAGE_STAFF, page_report_edit, PAGE_QUICK },
    { { HTTP_POST, "/reports/{id}/edit" },           "report_edit", PAGE_STAFF, page_report_edit, PAGE_HEAVY },
    { { HTTP_POST, "/reports/{id}/adopt" },          "report",   PAGE_STAFF, page_report_adopt, PAGE_HEAVY },
    { { HTTP_GET, "/reports/{id}/versions" },        "report_versions", PAGE_STAFF, page_report_versions, PAGE_QUICK },
    { { HTTP_GET, "/reports/{id}/report.docx" },     NULL,       PAGE_STAFF, page_report_docx, PAGE_HEAVY },
    { { HTTP_GET, "/reports/{id}/report.xlsx" },     NULL,       PAGE_STAFF, page_report_xlsx, PAGE_HEAVY },
    { { HTTP_GET, "/reports/{id}/compare" },         "compare",  PAGE_STAFF, page_compare,    PAGE_QUICK },
    { { HTTP_POST, "/reports/{id}/compare" },        "compare",  PAGE_STAFF, page_compare,    PAGE_HEAVY },
    { { HTTP_GET, "/figures/{id}" },                 "figure",   PAGE_STAFF, page_figure,     PAGE_QUICK },
    { { HTTP_GET, "/figures/{id}/records.csv" },     NULL,       PAGE_STAFF, page_figure_csv, PAGE_HEAVY },
    { { HTTP_GET, "/catalogues" },                   "catalogues", PAGE_STAFF, page_catalogues, PAGE_QUICK },
    { { HTTP_GET, "/catalogues/{id}" },              "catalogue", PAGE_STAFF, page_catalogue, PAGE_QUICK },
    { { HTTP_POST, "/catalogues/{id}" },             "catalogue", PAGE_STAFF, page_catalogue_put, PAGE_HEAVY },
    { { HTTP_GET, "/catalogues/{id}/list.csv" },     NULL,       PAGE_STAFF, page_catalogue_csv, PAGE_HEAVY },
    { { HTTP_GET, "/ask" },                          "ask",      PAGE_STAFF, page_ask,        PAGE_HEAVY },
    { { HTTP_GET, "/ask/{id}" },                     "ask",      PAGE_STAFF, page_question,   PAGE_QUICK },
    { { HTTP_GET, "/reconcile" },                    "reconcile", PAGE_STAFF, page_reconcile, PAGE_QUICK },
    { { HTTP_POST, "/reconcile" },                   "reconcile", PAGE_STAFF, page_reconcile, PAGE_HEAVY },
    { { HTTP_GET, "/reconcile/{batch}" },            "reconcile", PAGE_STAFF, page_reconcile, PAGE_HEAVY },
    { { HTTP_POST, "/reconcile/{batch}" },           "reconcile", PAGE_STAFF, page_reconcile_record, PAGE_HEAVY },
    { { HTTP_GET, "/import" },                       "import",   PAGE_STAFF, page_import,     PAGE_QUICK },
    { { HTTP_POST, "/import" },                      "import",   PAGE_STAFF, page_import,     PAGE_HEAVY },
    { { HTTP_GET, "/import/{batch}" },               "import",   PAGE_STAFF, page_import,     PAGE_QUICK },
    { { HTTP_POST, "/import/{batch}" },              "import",   PAGE_STAFF, page_import_run, PAGE_HEAVY },
    { { HTTP_POST, "/import/{batch}/undo" },         "import",   PAGE_STAFF, page_import_undo, PAGE_HEAVY },
    { { HTTP_GET, "/import/{batch}/errors.csv" },    "import",   PAGE_STAFF, page_import_errors, PAGE_HEAVY },
};
const size_t web_routes_report_n = ARRAY_LEN(web_routes_report);
// clang-format on
