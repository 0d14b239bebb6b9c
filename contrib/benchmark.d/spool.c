// The yardstick: claims, reads, renames and fsyncs of a spool, and nothing else.
//
//   spool FOLDER BATCH    takes what lies in FOLDER/incoming through work/ to done/
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int folder(const char *root, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", root, name);
    int descriptor = open(path, O_RDONLY | O_DIRECTORY);
    if (descriptor < 0) perror(path), exit(1);
    return descriptor;
}

static void check(int result, const char *what) {
    if (result < 0) perror(what), exit(1);
}

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "usage: spool FOLDER BATCH\n"), 64;
    int incoming = folder(argv[1], "incoming"), work = folder(argv[1], "work"), done = folder(argv[1], "done");
    long batch = atol(argv[2]), total = 0;
    char(*names)[256] = malloc(batch * 256), bytes[65537];
    for (;;) {
        DIR *list = fdopendir(openat(incoming, ".", O_RDONLY | O_DIRECTORY));
        long count = 0;
        for (struct dirent *entry; count < batch && (entry = readdir(list));)
            if (entry->d_name[0] != '.') strcpy(names[count++], entry->d_name);
        closedir(list);
        if (!count) break;
        for (long index = 0; index < count; index++) {
            struct stat status;
            int file = openat(incoming, names[index], O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
            check(file, names[index]);
            check(fstat(file, &status), "fstat");
            check((int)read(file, bytes, sizeof bytes), "read");
            check(renameat2(incoming, names[index], work, names[index], RENAME_NOREPLACE), "claim");
            close(file);
        }
        check(fsync(work), "fsync");
        for (long index = 0; index < count; index++)
            check(renameat2(work, names[index], done, names[index], RENAME_NOREPLACE), "settle");
        check(fsync(done), "fsync");
        check(fsync(work), "fsync");
        check(fsync(incoming), "fsync");
        total += count;
    }
    return printf("%ld\n", total) < 0;
}
