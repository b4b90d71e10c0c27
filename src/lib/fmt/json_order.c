#include "lib/fmt/json_order.h"

#include <stdlib.h>

static bool member_before(const JsonMember *members, uint32_t a, uint32_t b)
{
    return str_cmp(members[a].key, members[b].key) < 0;
}

static void insertion_sort(const JsonMember *members, uint32_t *at, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        uint32_t moved = at[i];
        uint32_t k = i;
        for (; k > 0 && member_before(members, moved, at[k - 1]); k--)
            at[k] = at[k - 1];
        at[k] = moved;
    }
}

static void sift_down(const JsonMember *members, uint32_t *at, uint32_t root, uint32_t n)
{
    uint32_t sinking = at[root];
    for (size_t child = (size_t)root * 2 + 1; child < n; child = (size_t)root * 2 + 1) {
        if (child + 1 < n && member_before(members, at[child], at[child + 1]))
            child++;
        if (!member_before(members, sinking, at[child]))
            break;
        at[root] = at[child];
        root = (uint32_t)child;
    }
    at[root] = sinking;
}

static void heap_sort(const JsonMember *members, uint32_t *at, uint32_t n)
{
    for (uint32_t root = n / 2; root-- > 0;)
        sift_down(members, at, root, n);
    for (uint32_t end = n - 1; end > 0; end--) {
        uint32_t greatest = at[0];
        at[0] = at[end];
        at[end] = greatest;
        sift_down(members, at, 0, end);
    }
}

bool json_order_init(JsonOrder *order, const JsonMember *members, uint32_t n)
{
    order->at = n <= JSON_ORDER_SMALL ? order->small : calloc(n, sizeof *order->at);
    if (!order->at)
        return false;
    for (uint32_t i = 0; i < n; i++)
        order->at[i] = i;
    if (n <= JSON_ORDER_SMALL)
        insertion_sort(members, order->at, n);
    else
        heap_sort(members, order->at, n);
    return true;
}

void json_order_clear(JsonOrder *order)
{
    if (order->at != order->small)
        free(order->at);
}
