// The yardstick for a ledger: the same bytes, made durable in the same steps, and nothing else.
//
//   ledger FOLDER FILE ROUNDS    writes the bytes of FILE to FOLDER/copy.json; prints the median in milliseconds
//
// openat of a new temporary, fchmod, write, fsync, close, rename over the old one, fsync of the folder.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void check(long result, const char *what) {
    if (result < 0) perror(what), exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static int smaller(const void *left, const void *right) {
    double one = *(const double *)left, other = *(const double *)right;
    return one < other ? -1 : one > other;
}

int main(int argc, char **argv) {
    if (argc != 4) return fprintf(stderr, "usage: ledger FOLDER FILE ROUNDS\n"), 64;
    int source = open(argv[2], O_RDONLY), folder = open(argv[1], O_RDONLY | O_DIRECTORY), rounds = atoi(argv[3]);
    struct stat status;
    check(source, argv[2]), check(folder, argv[1]), check(fstat(source, &status), "fstat");
    char *bytes = malloc(status.st_size);
    double *times = malloc(rounds * sizeof *times);
    if (read(source, bytes, status.st_size) != status.st_size) return 1;
    for (int round = 0; round < rounds; round++) {
        double begin = now();
        int file = openat(folder, ".copy.json.new", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        check(file, "open"), check(fchmod(file, 0600), "fchmod");
        for (long done = 0; done < status.st_size;) {
            long count = write(file, bytes + done, status.st_size - done);
            check(count, "write"), done += count;
        }
        check(fsync(file), "fsync"), check(close(file), "close");
        check(renameat(folder, ".copy.json.new", folder, "copy.json"), "rename"), check(fsync(folder), "fsync");
        times[round] = now() - begin;
    }
    qsort(times, rounds, sizeof *times, smaller);
    return printf("%f\n", times[rounds / 2]) < 0;
}
