/* read_internal.h - the parts of app/read. */
#ifndef YIFA_APP_READ_INTERNAL_H
#define YIFA_APP_READ_INTERNAL_H

#include "app/read.h"

extern const char read_sql_subject[];
extern const char read_sql_party[];

/* Appends the first column of a query's rows. */
MUST_CHECK Rc read_ids(const Read *read, const char *sql, const DbValue *params, size_t n, ReadIds *to, Err *err);

#endif
