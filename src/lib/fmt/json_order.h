/* json_order.h - an object's members in order of their keys; inside lib/fmt only.
 *
 * The writer sorts members, and the reader looks for equal neighbours. Neither may disturb the object, so they order
 * indices. Nearly all objects are small: those are ordered in the caller's frame by insertion, which costs n-1
 * comparisons when the members are in order already. Heap sort bounds the cost of a large object that an adversary
 * wrote, which a hash table with a known hash would not. */
#ifndef YIFA_LIB_FMT_JSON_ORDER_H
#define YIFA_LIB_FMT_JSON_ORDER_H

#include "lib/fmt/json.h"

enum { JSON_ORDER_SMALL = 64 };

typedef struct JsonOrder {
    uint32_t small[JSON_ORDER_SMALL];
    uint32_t *at; /* n indices: small, or heap memory; NULL when memory ran out */
} JsonOrder;

/* False when memory ran out. To be cleared either way. */
bool json_order_init(JsonOrder *order, const JsonMember *members, uint32_t n);
void json_order_clear(JsonOrder *order);

#endif
