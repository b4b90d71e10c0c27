/* import_words.h - what is wrong with a cell of an imported list, in words that pages and the command line share. */
#ifndef YIFA_UI_WEB_IMPORT_WORDS_H
#define YIFA_UI_WEB_IMPORT_WORDS_H

#include "app/catalogues.h"
#include "app/import.h"

/* A msgid that follows on the column's name: "is empty". */
const char *import_fault_text(ImportFault fault);
const char *roster_fault_text(RosterFault fault);

#endif
