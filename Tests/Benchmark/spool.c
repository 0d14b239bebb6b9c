// The yardstick: what nobody can leave out who takes files through a spool safely, and nothing else.
//
//   spool FOLDER BATCH    takes what lies in FOLDER/incoming through work/ to done/DAY/
//
// For each file, in this order; `strace -c` of this program and of the worker shows the same calls:
//
//   newfstatat   its time, for the oldest goes first
//   openat       O_NOFOLLOW, since a link must not lead elsewhere
//   newfstatat   of the open file: a regular one, with one name
//   fcntl        F_SETLEASE, which says whether somebody still writes
//   read         once, for a short read is the end of a regular file
//   renameat2    NOREPLACE, into work/ under its stamp and the number of its claim
//   newfstatat   in work/: still the file that was read
//   close
//   renameat2    NOREPLACE, to where its verdict says, without the number
//
// and for each batch fsync of work/ before anything relies on the claims; fsync of done/DAY, work/ and incoming/ after.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct item {
    char *name, *settled;
    struct timespec time;
};

static void check(int result, const char *what) {
    if (result < 0) perror(what), exit(1);
}

static int folder(int parent, const char *name) {
    int descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    check(descriptor, name);
    return descriptor;
}

static int older(const void *left, const void *right) {
    const struct item *one = left, *other = right;
    if (one->time.tv_sec != other->time.tv_sec) return one->time.tv_sec < other->time.tv_sec ? -1 : 1;
    if (one->time.tv_nsec != other->time.tv_nsec) return one->time.tv_nsec < other->time.tv_nsec ? -1 : 1;
    return strcmp(one->name, other->name);
}

static struct item *list(int incoming, long *count) {
    struct item *items = NULL;
    long room = 0;
    DIR *stream = fdopendir(folder(incoming, "."));
    for (struct dirent *entry; (entry = readdir(stream));) {
        struct stat status;
        if (entry->d_name[0] == '.') continue;
        check(fstatat(incoming, entry->d_name, &status, AT_SYMLINK_NOFOLLOW), entry->d_name);
        if (*count == room) items = realloc(items, (room = room * 2 + 1024) * sizeof *items);
        items[(*count)++] = (struct item){.name = strdup(entry->d_name), .time = status.st_mtim};
    }
    closedir(stream);
    qsort(items, *count, sizeof *items, older);
    return items;
}

static void claim(int incoming, int work, struct item *item, unsigned long number, char *claimed) {
    static char bytes[65537];
    struct stat status, moved;
    int file = openat(incoming, item->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    check(file, item->name);
    check(fstat(file, &status), "fstat");
    if (!S_ISREG(status.st_mode) || status.st_nlink != 1) exit(1);
    check(fcntl(file, F_SETLEASE, F_RDLCK), "lease");
    check((int)read(file, bytes, sizeof bytes), "read");
    struct tm utc;
    char stamp[32], settled[256];
    strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%S", gmtime_r(&status.st_mtim.tv_sec, &utc));
    snprintf(settled, sizeof settled, "%s.%06ldZ-%04x~%s", stamp, status.st_mtim.tv_nsec / 1000,
             (unsigned)(number * 40503 & 0xffff), item->name);
    snprintf(claimed, 300, "%s#%016lx", settled, number);
    check(renameat2(incoming, item->name, work, claimed, RENAME_NOREPLACE), "claim");
    check(fstatat(work, claimed, &moved, AT_SYMLINK_NOFOLLOW), "fstatat");
    if (moved.st_ino != status.st_ino) exit(1);
    close(file);
    item->settled = strdup(settled);
}

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "usage: spool FOLDER BATCH\n"), 64;
    signal(SIGIO, SIG_IGN);
    int root = folder(AT_FDCWD, argv[1]), incoming = folder(root, "incoming"), work = folder(root, "work");
    char day[16];
    time_t now = time(NULL);
    strftime(day, sizeof day, "%Y%m%d", gmtime(&now));
    int all = folder(root, "done");
    check(mkdirat(all, day, 0750), day);
    int done = folder(all, day);
    long batch = atol(argv[2]), count = 0;
    struct item *items = list(incoming, &count);
    char(*claimed)[300] = malloc(batch * 300);
    for (long from = 0; from < count; from += batch) {
        long size = count - from < batch ? count - from : batch;
        for (long index = 0; index < size; index++)
            claim(incoming, work, &items[from + index], 0x63f2b9c41d7e5 + from + index, claimed[index]);
        check(fsync(work), "fsync");
        for (long index = 0; index < size; index++)
            check(renameat2(work, claimed[index], done, items[from + index].settled, RENAME_NOREPLACE), "settle");
        check(fsync(done), "fsync");
        check(fsync(work), "fsync");
        check(fsync(incoming), "fsync");
    }
    return printf("%ld\n", count) < 0;
}
