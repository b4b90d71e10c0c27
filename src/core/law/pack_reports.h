/* pack_reports.h - what the two files that read reports share; private to this room. */
#ifndef YIFA_CORE_LAW_PACK_REPORTS_H
#define YIFA_CORE_LAW_PACK_REPORTS_H

#include "core/law/pack_private.h"
#include "core/law/report_rules.h"

typedef struct PackReportLists {
    const YamlNode *requires; /* each may be NULL */
    const YamlNode *claims;
    const YamlNode *comparatives;
    const YamlNode *numbers;
    const YamlNode *bridges;
} PackReportLists;

const LawReportRules *pack_read_report_rules(Loader *l, const LawReport *report, const PackReportLists *lists);
/* NULL with an issue when the report does not state it. */
const LawReportFigure *pack_report_figure(Loader *l, const LawReport *report, Str id, LawPlace at);
/* Every hole of a text in YAML must be a figure of the report. */
void pack_check_holes(Loader *l, const LawReport *report, const YamlNode *node);

#endif
