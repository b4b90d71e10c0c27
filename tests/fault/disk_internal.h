/* disk_internal.h - what the recorder hands to the replay. */
#ifndef YIFA_TESTS_FAULT_DISK_INTERNAL_H
#define YIFA_TESTS_FAULT_DISK_INTERNAL_H

#include "fault/disk.h"

typedef enum ChangeKind {
    CHANGE_MAKE,     /* a name for a new node: path, node */
    CHANGE_FOLDER,   /* a folder: path */
    CHANGE_REMOVE,   /* a name goes: path */
    CHANGE_RENAME,   /* path -> to, node */
    CHANGE_WRITE,    /* node, offset, bytes, n */
    CHANGE_SIZE,     /* node, n */
    CHANGE_SYNC,     /* node: all its writes so far are durable */
    CHANGE_SYNC_DIR, /* path: all changes of names in it are durable */
    CHANGE_MARK      /* n */
} ChangeKind;

typedef struct Change {
    ChangeKind kind;
    int node;
    size_t offset;
    size_t n;
    char *bytes;
    char *path; /* relative to the root; "" is the root */
    char *to;
} Change;

extern Change *disk_log;
extern size_t disk_log_n;
int disk_nodes(void);

#endif
