/* zone.h - time zones of the IANA tz database, compiled in, so that an evaluation reads no files and gives the same
 * result on every machine. tools/make_zones writes the table from Debian's tzdata package when Yifa is built;
 * zone_version says from which release.
 *
 * Times before a zone's first recorded change have its local mean time, as the database gives it; times after the last
 * have the rule it gives for the future. Plain tables, no ownership. Source: RFC 8536, RFC 9636. */
#ifndef YIFA_CORE_FEEL_ZONE_H
#define YIFA_CORE_FEEL_ZONE_H

#include "base/str.h"

typedef struct ZoneChange {
    int64_t at_s;     /* since 1970-01-01T00:00Z */
    int32_t offset_s; /* from then on */
} ZoneChange;

/* When summer time begins or ends in a year: kind 1 is day `weekday` (0 Sunday) of week `week` (5: the last) of month
 * `n`, 2 is day n from 1 without 29 February, 3 is day n from 0; 0 is never. */
typedef struct ZoneDay {
    int8_t kind;
    int16_t n;
    int8_t week;
    int8_t weekday;
    int32_t at_s; /* local, from midnight; may be negative or more than a day */
} ZoneDay;

typedef struct ZoneRule {
    int32_t standard_s;
    int32_t summer_s;
    ZoneDay days[2]; /* summer time begins, ends */
} ZoneRule;

typedef struct Zone {
    uint32_t first; /* in zone_changes */
    uint32_t n;
    int32_t initial_s;
    uint32_t rule; /* in zone_rules: after the last change */
} Zone;

typedef struct ZoneName {
    const char *name;
    uint32_t zone; /* in zone_zones; aliases share one */
} ZoneName;

extern const char zone_version[]; /* such as "2025b" */
extern const ZoneChange zone_changes[];
extern const ZoneRule zone_rules[];
extern const Zone zone_zones[];
extern const ZoneName zone_names[]; /* in byte order */
extern const size_t zone_names_n;

const Zone *zone_find(Str name); /* NULL when there is none; upper and lower case differ */
int32_t zone_offset_at(const Zone *zone, int64_t instant_s);
/* The offset of a local time (seconds since local 1970-01-01T00:00). A time that the clocks skip moves forward by what
 * was skipped; of a time that occurs twice the earlier instant is meant, as java.time has it. */
int32_t zone_offset_of(const Zone *zone, int64_t *local_s);
/* The offset of a time of day whose date is not known: where the rule for the future has only one. */
bool zone_offset_fixed(const Zone *zone, int32_t *ret_offset_s);

#endif
