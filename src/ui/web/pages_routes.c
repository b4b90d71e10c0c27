/* Which page function answers which path. */
#include "ui/web/pages_matter.h"
#include "ui/web/pages_public.h"
#include "ui/web/pages_report.h"
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
    { { HTTP_GET, "/findings" },                     "findings", PAGE_STAFF, page_findings,   PAGE_QUICK },
    { { HTTP_GET, "/laws" },                         "laws",     PAGE_STAFF, page_laws,       PAGE_QUICK },
    { { HTTP_GET, "/laws/{id}" },                    "law",      PAGE_STAFF, page_law,        PAGE_QUICK },
};
const size_t web_routes_matter_n = ARRAY_LEN(web_routes_matter);

const PageRoute web_routes_public[] = {
    { { HTTP_GET, "/submit" },                       "submit",   PAGE_PUBLIC, page_submit,     PAGE_QUICK },
    { { HTTP_POST, "/submit" },                      "submit",   PAGE_PUBLIC, page_submit,     PAGE_HEAVY },
    { { HTTP_GET, "/receipt/{code}" },               "receipt",  PAGE_PUBLIC, page_receipt,    PAGE_QUICK },
    { { HTTP_GET, "/follow" },                       "follow",   PAGE_PUBLIC, page_follow,     PAGE_QUICK },
    { { HTTP_POST, "/follow" },                      "follow",   PAGE_PUBLIC, page_follow,     PAGE_HEAVY },
    { { HTTP_GET, "/follow/{code}" },                "follow",   PAGE_PUBLIC, page_follow,     PAGE_QUICK },
    { { HTTP_GET, "/follow/{code}/act/{act}" },      "submit",   PAGE_PUBLIC, page_follow_act, PAGE_QUICK },
    { { HTTP_POST, "/follow/{code}/act/{act}" },     "submit",   PAGE_PUBLIC, page_follow_act, PAGE_HEAVY },
    { { HTTP_GET, "/verify" },                       "verify",   PAGE_PUBLIC, page_verify,     PAGE_QUICK },
    { { HTTP_POST, "/verify" },                      "verify",   PAGE_PUBLIC, page_verify,     PAGE_HEAVY },
};
const size_t web_routes_public_n = ARRAY_LEN(web_routes_public);

const PageRoute web_routes_report[] = {
    { { HTTP_GET, "/reports" },                      "reports",  PAGE_STAFF, page_reports,    PAGE_QUICK },
    { { HTTP_GET, "/reports/{id}" },                 "report",   PAGE_STAFF, page_report,     PAGE_QUICK },
    { { HTTP_POST, "/reports/{id}/freeze" },         "report",   PAGE_STAFF, page_freeze,     PAGE_HEAVY },
    { { HTTP_GET, "/figures/{id}" },                 "figure",   PAGE_STAFF, page_figure,     PAGE_QUICK },
    { { HTTP_GET, "/figures/{id}/records.csv" },     NULL,       PAGE_STAFF, page_figure_csv, PAGE_HEAVY },
    { { HTTP_GET, "/import" },                       "import",   PAGE_STAFF, page_import,     PAGE_QUICK },
    { { HTTP_POST, "/import" },                      "import",   PAGE_STAFF, page_import,     PAGE_HEAVY },
    { { HTTP_GET, "/import/{batch}" },               "import",   PAGE_STAFF, page_import,     PAGE_QUICK },
    { { HTTP_POST, "/import/{batch}" },              "import",   PAGE_STAFF, page_import_run, PAGE_HEAVY },
    { { HTTP_POST, "/import/{batch}/undo" },         "import",   PAGE_STAFF, page_import_undo, PAGE_HEAVY },
    { { HTTP_GET, "/import/{batch}/errors.csv" },    "import",   PAGE_STAFF, page_import_errors, PAGE_HEAVY },
};
const size_t web_routes_report_n = ARRAY_LEN(web_routes_report);
// clang-format on
