/* verify.h - yifa-verify: the ledger of an office, judged by an outsider from what it publishes.
 *
 * A program of its own that reads files or URLs and nothing else: no database, no configuration, no account. It trusts
 * the keys on its command line only. Exit codes: 0 nothing wrong was found, 1 something was, 2 the command line is off,
 * 3 it could not be judged. */
#ifndef YIFA_UI_VERIFY_VERIFY_H
#define YIFA_UI_VERIFY_VERIFY_H

int verify_main(int argc, char **argv);

#endif
