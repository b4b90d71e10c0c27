#include "kit.h"

int main(void)
{
    return url_tests() + route_tests() + multipart_tests() + request_tests() + body_tests() + reply_tests() +
           lanes_tests() + deadline_tests();
}
