/* picture.h - a procedure as a drawing: stages in layers from top to bottom, acts as lines between them. Pure.
 *
 * A stage stands below all stages that lead to it, in the order the pack lists them; what leads back is drawn along the
 * same way with its tip at the upper end. The usual way to the first end runs down the left. An act that leads from
 * PICTURE_BROAD stages or more to one, such as withdrawing, would only be a bundle of lines: its stage stands at the
 * bottom and is marked instead. Limits: a procedure's 64 stages; 1,000 lines, each with at most 66 points. */
#ifndef YIFA_CORE_LAW_PICTURE_H
#define YIFA_CORE_LAW_PICTURE_H

#include "core/law/pack.h"

enum {
    PICTURE_BROAD = 4,
    PICTURE_BOX_W = 148, /* units of the drawing */
    PICTURE_BOX_H = 40,
    PICTURE_GAP_X = 28,
    PICTURE_GAP_Y = 32,
    PICTURE_LANE = 20 /* width of a line that passes by a layer */
};

typedef struct PictureStage {
    int layer;
    int x; /* left upper corner of the box */
    int y;
    bool usual; /* on the usual way */
    int broad;  /* from how many stages an act leads here without a line; 0: none */
} PictureStage;

typedef struct PictureLine {
    int from; /* the upper stage */
    int to;
    bool down;     /* some act leads from `from` to `to` */
    bool up;       /* some act leads back */
    const int *xy; /* 2 * n, from the bottom of the upper box to the top of the lower one */
    size_t n;
} PictureLine;

typedef struct Picture {
    const PictureStage *stages; /* as the procedure's */
    size_t n_stages;
    const PictureLine *lines;
    size_t n_lines;
    size_t n_layers;
    int width;
    int height;
} Picture;

/* Lies in the arena. A procedure without stages gives an empty picture. */
void picture_draw(Arena *arena, const LawProcedure *procedure, Picture *ret);

#endif
