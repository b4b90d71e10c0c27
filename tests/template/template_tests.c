#include "groups.h"
#include "support.h"

int main(void)
{
    int failed = 0;
    failed += markup_tests();
    failed += render_tests();
    return failed;
}
