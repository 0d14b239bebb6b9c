// The yardstick for latency: what a request takes at the very least from its rename to its effect.
//
//   arrival FOLDER PORT REQUEST [LEDGER]
//
// For each file that is renamed into FOLDER: reads it, sends the bytes of REQUEST (a whole HTTP request) to
// 127.0.0.1:PORT over one connection, removes it. With LEDGER, the bytes of that are made durable beside it before.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <libgen.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

static char request[1 << 20], ledger[1 << 24];

static long check(long result, const char *what) {
    if (result < 0) perror(what), exit(1);
    return result;
}

static long whole(const char *path, char *bytes, long room) {
    int file = check(open(path, O_RDONLY), path);
    long count = check(read(file, bytes, room), path);
    return close(file), count;
}

static void make_durable(int folder, long size) {
    int file = check(openat(folder, ".arrival.new", O_WRONLY | O_CREAT | O_EXCL, 0600), "open");
    for (long done = 0; done < size;) done += check(write(file, ledger + done, size - done), "write");
    check(fsync(file), "fsync"), close(file);
    check(renameat(folder, ".arrival.new", folder, "arrival.json"), "rename"), check(fsync(folder), "fsync");
}

int main(int argc, char **argv) {
    if (argc < 4) return fprintf(stderr, "usage: arrival FOLDER PORT REQUEST [LEDGER]\n"), 64;
    long size = whole(argv[3], request, sizeof request), record = argc > 4 ? whole(argv[4], ledger, sizeof ledger) : 0;
    int incoming = check(open(argv[1], O_RDONLY | O_DIRECTORY), argv[1]), beside = incoming;
    if (argc > 4) beside = check(open(dirname(strdup(argv[4])), O_RDONLY | O_DIRECTORY), argv[4]);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int link = socket(AF_INET, SOCK_STREAM, 0), watch = inotify_init1(0), yes = 1;
    check(connect(link, (void *)&address, sizeof address), "connect");
    check(setsockopt(link, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes), "nodelay");
    check(inotify_add_watch(watch, argv[1], IN_MOVED_TO), "watch");
    char events[4096], bytes[65537], answer[4096];
    puts("ready"), fflush(stdout);
    for (;;) {
        check(read(watch, events, sizeof events), "events");
        const char *name = ((struct inotify_event *)events)->name;
        int file = check(openat(incoming, name, O_RDONLY | O_NOFOLLOW), name);
        check(read(file, bytes, sizeof bytes), "read"), close(file);
        if (record) make_durable(beside, record);
        check(send(link, request, size, 0), "send");
        long count = check(recv(link, answer, sizeof answer - 1, 0), "answer");
        answer[count] = 0;
        if (!strstr(answer, " 204 ")) return fprintf(stderr, "arrival: %s\n", answer), 1;
        check(unlinkat(incoming, name, 0), "unlink");
    }
}
