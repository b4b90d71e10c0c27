#include <assert.h>
#include <string.h>

#include "core/ledger/ledger.h"

/* The first n hashes of a tile. Hashes of perfect subtrees never change, so what is here stays true as the tree grows
 * and is only extended. */
typedef struct Tile {
    uint64_t index;
    size_t n;
    LedgerHash hash[LEDGER_TILE_WIDTH];
} Tile;

struct LedgerTiles {
    CryptoHash *h;
    LedgerSource source;
    Tile last[LEDGER_TILE_LEVELS]; /* by level */
};

LedgerTiles *ledger_tiles_new(Arena *arena, CryptoHash *h, LedgerSource source)
{
    LedgerTiles *tiles = ARENA_NEW(arena, LedgerTiles);
    tiles->h = h;
    tiles->source = source;
    return tiles;
}

void ledger_tiles_forget(LedgerTiles *tiles)
{
    for (size_t level = 0; level < LEDGER_TILE_LEVELS; level++)
        tiles->last[level].n = 0;
}

/* The root over `width` hashes, a power of two. */
static void reduce(CryptoHash *h, const LedgerHash *hashes, size_t width, LedgerHash *ret)
{
    LedgerHash row[LEDGER_TILE_WIDTH];
    assert(width > 0 && width <= LEDGER_TILE_WIDTH && (width & (width - 1)) == 0);
    memcpy(row, hashes, width * sizeof *row);
    for (; width > 1; width /= 2)
        for (size_t i = 0; i < width / 2; i++)
            ledger_node_hash(h, &row[2 * i], &row[2 * i + 1], &row[i]);
    *ret = row[0];
}

static Rc load_tile(LedgerTiles *tiles, unsigned level, Tile *tile, bool *ret_found, Err *err)
{
    bool found = false;
    if (!tiles->source.tile)
        return RC_OK;
    Rc rc = tiles->source.tile(tiles->source.ctx, level, tile->index, tile->hash, &found, err);
    if (rc != RC_OK) {
        tile->n = 0; /* half of it may be overwritten */
        return rc;
    }
    if (found)
        tile->n = LEDGER_TILE_WIDTH;
    *ret_found = found;
    return RC_OK;
}

/* Makes the first n hashes of a tile known. Recursion ends at the leaves, eight levels down. */
static Rc need_tile(LedgerTiles *tiles, unsigned level, uint64_t index, size_t n, Err *err)
{
    assert(level < LEDGER_TILE_LEVELS && n <= LEDGER_TILE_WIDTH);
    Tile *tile = &tiles->last[level];
    if (tile->index != index)
        tile->n = 0;
    tile->index = index;
    if (tile->n >= n)
        return RC_OK;
    bool found = false;
    TRY(load_tile(tiles, level, tile, &found, err));
    if (found)
        return RC_OK;
    uint64_t first = index * LEDGER_TILE_WIDTH;
    if (level == 0) {
        TRY(tiles->source.leaves(tiles->source.ctx, first + tile->n, n - tile->n, tile->hash + tile->n, err));
        tile->n = n;
        return RC_OK;
    }
    for (; tile->n < n; tile->n++) {
        TRY(need_tile(tiles, level - 1, first + tile->n, LEDGER_TILE_WIDTH, err));
        reduce(tiles->h, tiles->last[level - 1].hash, LEDGER_TILE_WIDTH, &tile->hash[tile->n]);
    }
    return RC_OK;
}

static Rc read_node(void *ctx, unsigned level, uint64_t index, LedgerHash *ret, Err *err)
{
    LedgerTiles *tiles = ctx;
    unsigned tile_level = level / LEDGER_TILE_HEIGHT;
    size_t width = (size_t)1 << level % LEDGER_TILE_HEIGHT;
    uint64_t first = index * width; /* among the hashes of the tile's level */
    size_t in_tile = first % LEDGER_TILE_WIDTH;
    TRY(need_tile(tiles, tile_level, first / LEDGER_TILE_WIDTH, in_tile + width, err));
    reduce(tiles->h, tiles->last[tile_level].hash + in_tile, width, ret);
    return RC_OK;
}

LedgerReader ledger_tiles_reader(LedgerTiles *tiles)
{
    return (LedgerReader){ .ctx = tiles, .read = read_node };
}

Rc ledger_tiles_get(LedgerTiles *tiles, unsigned level, uint64_t index, size_t n, const LedgerHash **ret, Err *err)
{
    TRY(need_tile(tiles, level, index, n, err));
    *ret = tiles->last[level].hash;
    return RC_OK;
}

Rc ledger_tiles_complete(LedgerTiles *tiles, uint64_t size_before, uint64_t size_after, LedgerTileSink sink,
                         void *sink_ctx, Err *err)
{
    assert(size_before <= size_after && size_after <= LEDGER_SIZE_MAX);
    uint64_t from = size_before;
    uint64_t to = size_after;
    for (unsigned level = 0; level < LEDGER_TILE_LEVELS; level++) {
        from /= LEDGER_TILE_WIDTH; /* complete tiles of this level; and hashes of the next */
        to /= LEDGER_TILE_WIDTH;
        for (uint64_t index = from; index < to; index++) {
            TRY(need_tile(tiles, level, index, LEDGER_TILE_WIDTH, err));
            TRY(sink(sink_ctx, level, index, tiles->last[level].hash, err));
        }
    }
    return RC_OK;
}
