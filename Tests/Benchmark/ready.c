// The yardstick for a start: a program that tells $NOTIFY_SOCKET that it is ready, and waits.
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, getenv("NOTIFY_SOCKET"), sizeof address.sun_path - 1);
    int link = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (sendto(link, "READY=1", 7, 0, (void *)&address, sizeof address) != 7) return 1;
    pause();
    return 0;
}
