#ifndef YIFA_TESTS_TEMPLATE_GROUPS_H
#define YIFA_TESTS_TEMPLATE_GROUPS_H

int markup_tests(void);
int render_tests(void);

#endif
