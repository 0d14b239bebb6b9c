#include "CLinux.h"
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

int kn_notify(const char *path, const char *text, size_t length) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const size_t size = strlen(path);
    if (size < 2 || size > sizeof address.sun_path - 1 || (path[0] != '/' && path[0] != '@')) return -1;
    memcpy(address.sun_path, path, size);
    // An abstract name has no terminating NUL; its length ends it.
    const socklen_t used = offsetof(struct sockaddr_un, sun_path) + size + (path[0] == '/');
    if (path[0] == '@') address.sun_path[0] = 0;
    const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    const ssize_t sent = sendto(descriptor, text, length, MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *)&address, used);
    close(descriptor);
    return sent == (ssize_t)length ? 0 : -1;
}

uint64_t kn_monotonic_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}
