/* A disk that takes DISK_DELAY_US microseconds to say that something is safe: preloaded in front of the C library. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_for_disk(void) {
    const char *told = getenv("DISK_DELAY_US");
    long left = told ? atol(told) : 0;
    struct timespec pause = {left / 1000000, (left % 1000000) * 1000};
    nanosleep(&pause, NULL);
}

#define SLOW(name)                                          \
    int name(int file) {                                    \
        static int (*real)(int);                            \
        if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, #name); \
        wait_for_disk();                                    \
        return real(file);                                  \
    }

SLOW(fsync)
SLOW(fdatasync)
