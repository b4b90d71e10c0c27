/* pages.h - what of a pack only its pages show (pages.yaml, map/NAME.json): the dashboard's plots, the map, the codes
 * at places, what is public. Nothing here decides an act or counts a figure. Limits: 24 plots, 8 figures a plot, 12
 * counts, 60 sections; 64 areas, 1,000 cells and 40,000 points of a map. */
#ifndef YIFA_CORE_LAW_PAGES_H
#define YIFA_CORE_LAW_PAGES_H

#include "core/law/pack.h"

enum { LAW_PLOT_FIGURES = 8 };

typedef enum LawPlotKind {
    LAW_PLOT_DAYS, /* figures by the day of their period */
    LAW_PLOT_WEEKS,
    LAW_PLOT_MONTHS,
    LAW_PLOT_SLICES,  /* one figure by its dimension, the largest first; beside it `of`, the same slices of a whole */
    LAW_PLOT_ORDERED, /* the same in the order of the dimension's values: hours, weekdays */
    LAW_PLOT_VALUES,  /* several figures beside each other */
    LAW_PLOT_SHARES,  /* several ratios, perhaps with a target */
    LAW_PLOT_CLOCKS,  /* clocks of matters opened in the period: met, late, running; no figures */
    LAW_PLOT_AGES,    /* open matters by procedure and age; no figures */
    LAW_PLOT_KINDS
} LawPlotKind;

typedef struct LawPlot {
    Str id;
    Str title; /* a question */
    Str note;
    LawPlotKind kind;
    const LawFigure *figures[LAW_PLOT_FIGURES];
    size_t n_figures;
    const LawFigure *of;   /* NULL: none */
    const LawField *words; /* names the values of the dimension; NULL: they speak for themselves */
    int64_t target;        /* percent, of LAW_PLOT_SHARES; 0: none */
    LawPlace at;
} LawPlot;

/* A closed ring of points in the map's own units, y downwards; the first is not repeated. */
typedef struct LawCell {
    Str id;
    Str title;
    const int32_t *xy; /* 2 * n */
    size_t n;
} LawCell;

typedef struct LawArea {
    Str id; /* a value of the field by which the map's figures are divided */
    Str title;
    const LawCell *cells;
    size_t n_cells;
    int32_t x; /* where its name stands */
    int32_t y;
} LawArea;

typedef struct LawMap {
    Str title;
    Str note; /* what the drawing is not */
    const LawFigure *received;
    const LawFigure *open;
    const LawProcedure *procedure; /* whose matters an area opens */
    const LawField *field;         /* that names the area; indexed */
    int32_t width;
    int32_t height;
    const LawArea *areas;
    size_t n_areas;
} LawMap;

/* Codes at places: which catalogue has them, and which fields of the public's form a row fills. */
typedef struct LawPlaceCodes {
    const LawCatalogue *catalogue;
    const LawProcedure *procedure;
    const LawField **fields;
    const Str *columns; /* of the catalogue; empty: `values` */
    const Str *values;  /* said for all */
    size_t n_fields;
} LawPlaceCodes;

/* A list that everybody may read: matters of one procedure at some of its stages, by their public fields. */
typedef struct LawOpenList {
    Str id;
    Str title;
    Str note;
    const LawProcedure *procedure;
    uint64_t stages;       /* bit i */
    uint64_t over;         /* stages at which it no longer holds; a subset */
    const LawField *day;   /* since when everybody may read it: a matter without it is not shown */
    const LawField *gone;  /* filled when it was taken back: not shown; NULL: never is */
    const LawField *until; /* last day on which it holds; NULL: none */
    const LawField **fields;
    size_t n_fields;
} LawOpenList;

struct LawPages {
    const Str *sections; /* headings in their order */
    size_t n_sections;
    const LawFigure *const *counts;
    size_t n_counts;
    const LawPlot *plots;
    size_t n_plots;
    const LawMap *map;          /* NULL: none */
    const LawPlaceCodes *codes; /* NULL: none */
    const LawOpenList *open;
    size_t n_open;
    const LawReport *const *reports; /* that the public may read */
    size_t n_reports;
    const struct LawTable *const *tables; /* that the public may read */
    size_t n_tables;
};
typedef struct LawPages LawPages;

#endif
