// Preloaded into the worker: counts the libc calls that touch the spool, and ends the process or fails a call at one.
//
//   CP_DIR    the spool; only calls whose descriptor or path lies there count
//   CP_AT     the call it is about, from 1; 0 or unset: only count
//   CP_SIDE   before | after | half: SIGKILL before or after that call, or after half of what a write should write
//   CP_ERR    instead: the errno that the call fails with
//   CP_FOR    once | ever | all: that call alone, every call of its kind from there on, or every call from there on
//   CP_ONLY   kinds of call, separated by commas: only those count
//   CP_NAME   only calls count whose path holds this
//   CP_WHILE  a file: calls count only while it exists
//   CP_LOG    a file that gets one line per call: number, kind, path
//   CP_CLOCK  seconds that the wall clock is ahead
//   CP_MOST   so many calls are no work any more but a spin: the process ends with status 111
//
// An "ever" of EINTR interrupts each call three times and lets it go then, as no kernel interrupts for ever.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum side { NONE, BEFORE, AFTER, HALF };

static char root[PATH_MAX];
static size_t root_length;
static long at, count, ahead, most;
static enum side side;
static int failure, is_ever, is_all, log_file = -1, interruptions;
static const char *failing_kind, *only, *part, *switch_file;

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("CP_CLOCK");
    if (text) ahead = atol(text);
    text = getenv("CP_DIR");
    if (!text || !realpath(text, root)) return;
    root_length = strlen(root);
    if ((text = getenv("CP_AT"))) at = atol(text);
    if ((text = getenv("CP_MOST"))) most = atol(text);
    if ((text = getenv("CP_SIDE"))) side = !strcmp(text, "before") ? BEFORE : !strcmp(text, "after") ? AFTER : HALF;
    if ((text = getenv("CP_ERR"))) failure = atoi(text);
    if ((text = getenv("CP_FOR"))) is_ever = !strcmp(text, "ever"), is_all = !strcmp(text, "all");
    only = getenv("CP_ONLY");
    part = getenv("CP_NAME");
    switch_file = getenv("CP_WHILE");
    if ((text = getenv("CP_LOG"))) {
        int file = syscall(SYS_openat, AT_FDCWD, text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        log_file = syscall(SYS_fcntl, file, F_DUPFD_CLOEXEC, 900);
        syscall(SYS_close, file);
    }
    unsetenv("LD_PRELOAD");
}

static int is_inside(const char *path) {
    return root_length && !strncmp(path, root, root_length) && (path[root_length] == 0 || path[root_length] == '/');
}

static int is_listed(const char *kind) {
    size_t length = strlen(kind);
    for (const char *at = only; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (!strncmp(at, kind, length) && (at[length] == 0 || at[length] == ',')) return 1;
    return 0;
}

static int counts(const char *kind, const char *path) {
    if (!root_length || !is_inside(path)) return 0;
    if (only && !is_listed(kind)) return 0;
    if (part && !strstr(path + root_length, part)) return 0;
    if (!switch_file) return 1;
    int saved = errno;
    int is_on = !syscall(SYS_faccessat, AT_FDCWD, switch_file, F_OK);
    errno = saved;
    return is_on;
}

static int path_of(int descriptor, char *path) {
    char link[64];
    // readdir tells its end from an error by errno alone.
    int saved = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = 0;
    errno = saved;
    return length > 0;
}

static int path_at(int folder, const char *name, char *path) {
    if (name[0] == '/') {
        snprintf(path, PATH_MAX, "%s", name);
        return 1;
    }
    if (folder == AT_FDCWD) {
        if (syscall(SYS_getcwd, path, PATH_MAX) <= 0) return 0;
    } else if (!path_of(folder, path)) {
        return 0;
    }
    size_t length = strlen(path);
    snprintf(path + length, PATH_MAX - length, "/%s", name);
    return 1;
}

static void die(void) {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

// One call: -1 it does not count, 0 it goes on, 1 it is the one to die after, 2 to die half way, else minus an errno - 1.
static int enter(const char *kind, const char *path) {
    if (!counts(kind, path)) return -1;
    count++;
    if (most && count > most) syscall(SYS_exit_group, 111);
    if (log_file >= 0) {
        char line[PATH_MAX + 64];
        int length = snprintf(line, sizeof line, "%ld %s %s\n", count, kind, path + root_length);
        syscall(SYS_write, log_file, line, (size_t)length);
    }
    if (!at || count < at) return 0;
    if (failure) {
        if (count == at) failing_kind = kind;
        if (count > at && !is_all && !(is_ever && !strcmp(kind, failing_kind))) return 0;
        if (failure == EINTR && interruptions++ % 4 == 3) return 0;
        return -failure - 1;
    }
    if (count > at) return 0;
    if (side == BEFORE) die();
    return side == AFTER ? 1 : 2;
}

// Of the error of enter(): sets errno, true where the call has to fail.
static int fails(int entered) {
    if (entered >= -1) return 0;
    errno = -entered - 1;
    return 1;
}

static void leave(int entered) {
    if (entered > 0) die();
}

#define REAL(name) static typeof(&name) real; if (!real) real = dlsym(RTLD_NEXT, #name)
#define ENTER_AT(kind, folder, name) \
    char path[PATH_MAX]; \
    int entered = path_at(folder, name, path) ? enter(kind, path) : -1; \
    if (fails(entered)) return -1
#define ENTER(kind, descriptor) \
    char path[PATH_MAX]; \
    int entered = path_of(descriptor, path) ? enter(kind, path) : -1; \
    if (fails(entered)) return -1
#define LEAVE(call) \
    __auto_type result = call; \
    leave(entered); \
    return result

#define OPEN(name) \
    int name(const char *file, int flags, ...) { \
        REAL(name); \
        va_list list; \
        va_start(list, flags); \
        mode_t mode = va_arg(list, mode_t); \
        va_end(list); \
        ENTER_AT(flags & O_CREAT ? "create" : "open", AT_FDCWD, file); \
        LEAVE(real(file, flags, mode)); \
    }
#define OPENAT(name) \
    int name(int folder, const char *file, int flags, ...) { \
        REAL(name); \
        va_list list; \
        va_start(list, flags); \
        mode_t mode = va_arg(list, mode_t); \
        va_end(list); \
        ENTER_AT(flags & O_CREAT ? "create" : "open", folder, file); \
        LEAVE(real(folder, file, flags, mode)); \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

ssize_t read(int descriptor, void *buffer, size_t size) {
    REAL(read);
    ENTER("read", descriptor);
    LEAVE(real(descriptor, buffer, size));
}

#define PREAD(name, offset_type) \
    ssize_t name(int descriptor, void *buffer, size_t size, offset_type offset) { \
        REAL(name); \
        ENTER("read", descriptor); \
        LEAVE(real(descriptor, buffer, size, offset)); \
    }
PREAD(pread, off_t)
PREAD(pread64, off64_t)

ssize_t write(int descriptor, const void *buffer, size_t size) {
    REAL(write);
    ENTER("write", descriptor);
    LEAVE(real(descriptor, buffer, entered == 2 ? size / 2 : size));
}

#define PWRITE(name, offset_type) \
    ssize_t name(int descriptor, const void *buffer, size_t size, offset_type offset) { \
        REAL(name); \
        ENTER("write", descriptor); \
        LEAVE(real(descriptor, buffer, entered == 2 ? size / 2 : size, offset)); \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define DESCRIPTOR(name, kind) \
    int name(int descriptor) { \
        REAL(name); \
        ENTER(kind, descriptor); \
        LEAVE(real(descriptor)); \
    }
DESCRIPTOR(fsync, "fsync")
DESCRIPTOR(fdatasync, "fdatasync")

// Linux closes the descriptor whatever close says (close(2)).
int close(int descriptor) {
    REAL(close);
    char path[PATH_MAX];
    int entered = path_of(descriptor, path) ? enter("close", path) : -1;
    int result = real(descriptor);
    leave(entered);
    return fails(entered) ? -1 : result;
}

int ftruncate(int descriptor, off_t size) {
    REAL(ftruncate);
    ENTER("ftruncate", descriptor);
    LEAVE(real(descriptor, size));
}

int ftruncate64(int descriptor, off64_t size) {
    REAL(ftruncate64);
    ENTER("ftruncate", descriptor);
    LEAVE(real(descriptor, size));
}

int renameat(int from, const char *old, int to, const char *new) {
    REAL(renameat);
    ENTER_AT("rename", from, old);
    LEAVE(real(from, old, to, new));
}

int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    REAL(renameat2);
    ENTER_AT("rename", from, old);
    LEAVE(real(from, old, to, new, flags));
}

int unlink(const char *name) {
    REAL(unlink);
    ENTER_AT("unlink", AT_FDCWD, name);
    LEAVE(real(name));
}

int unlinkat(int folder, const char *name, int flags) {
    REAL(unlinkat);
    ENTER_AT("unlink", folder, name);
    LEAVE(real(folder, name, flags));
}

int mkdirat(int folder, const char *name, mode_t mode) {
    REAL(mkdirat);
    ENTER_AT("mkdir", folder, name);
    LEAVE(real(folder, name, mode));
}

int linkat(int from, const char *old, int to, const char *new, int flags) {
    REAL(linkat);
    ENTER_AT("link", from, old);
    LEAVE(real(from, old, to, new, flags));
}

int fchmod(int descriptor, mode_t mode) {
    REAL(fchmod);
    ENTER("chmod", descriptor);
    LEAVE(real(descriptor, mode));
}

#define STATUS(name, type) \
    int name(const char *restrict file, type *restrict status) { \
        REAL(name); \
        ENTER_AT("stat", AT_FDCWD, file); \
        LEAVE(real(file, status)); \
    }
#define FSTAT(name, type) \
    int name(int descriptor, type *status) { \
        REAL(name); \
        ENTER("stat", descriptor); \
        LEAVE(real(descriptor, status)); \
    }
#define FSTATAT(name, type) \
    int name(int folder, const char *restrict file, type *restrict status, int flags) { \
        REAL(name); \
        ENTER_AT("stat", folder, file); \
        LEAVE(real(folder, file, status, flags)); \
    }
STATUS(stat, struct stat)
STATUS(stat64, struct stat64)
FSTAT(fstat, struct stat)
FSTAT(fstat64, struct stat64)
FSTATAT(fstatat, struct stat)
FSTATAT(fstatat64, struct stat64)

#define ROOM(name, type) \
    int name(int descriptor, type *room) { \
        REAL(name); \
        ENTER("room", descriptor); \
        LEAVE(real(descriptor, room)); \
    }
ROOM(fstatfs, struct statfs)
ROOM(fstatfs64, struct statfs64)
ROOM(fstatvfs, struct statvfs)
ROOM(fstatvfs64, struct statvfs64)

int inotify_init1(int flags) {
    REAL(inotify_init1);
    int entered = enter("watch", root);
    if (fails(entered)) return -1;
    LEAVE(real(flags));
}

int inotify_add_watch(int notifier, const char *name, uint32_t events) {
    REAL(inotify_add_watch);
    char path[PATH_MAX];
    int descriptor, is_open = sscanf(name, "/proc/self/fd/%d", &descriptor) == 1;
    int is_known = is_open ? path_of(descriptor, path) : path_at(AT_FDCWD, name, path);
    int entered = is_known ? enter("watch", path) : -1;
    if (fails(entered)) return -1;
    LEAVE(real(notifier, name, events));
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    long result = syscall(SYS_clock_gettime, clock, now);
    if (!result && clock == CLOCK_REALTIME) now->tv_sec += ahead;
    return (int)result;
}

int flock(int descriptor, int operation) {
    REAL(flock);
    ENTER("flock", descriptor);
    LEAVE(real(descriptor, operation));
}

#define FCNTL(name) \
    int name(int descriptor, int command, ...) { \
        REAL(name); \
        va_list list; \
        va_start(list, command); \
        void *argument = va_arg(list, void *); \
        va_end(list); \
        if (command != F_SETLEASE) return real(descriptor, command, argument); \
        ENTER("lease", descriptor); \
        LEAVE(real(descriptor, command, argument)); \
    }
FCNTL(fcntl)
FCNTL(fcntl64)

DIR *opendir(const char *name) {
    REAL(opendir);
    char path[PATH_MAX];
    int entered = path_at(AT_FDCWD, name, path) ? enter("list", path) : -1;
    if (fails(entered)) return NULL;
    LEAVE(real(name));
}

DIR *fdopendir(int descriptor) {
    REAL(fdopendir);
    char path[PATH_MAX];
    int entered = path_of(descriptor, path) ? enter("list", path) : -1;
    if (fails(entered)) return NULL;
    LEAVE(real(descriptor));
}

#define READDIR(name, type) \
    type *name(DIR *stream) { \
        REAL(name); \
        char path[PATH_MAX]; \
        int entered = path_of(dirfd(stream), path) ? enter("readdir", path) : -1; \
        if (fails(entered)) return NULL; \
        LEAVE(real(stream)); \
    }
READDIR(readdir, struct dirent)
READDIR(readdir64, struct dirent64)

int closedir(DIR *stream) {
    REAL(closedir);
    char path[PATH_MAX];
    int entered = path_of(dirfd(stream), path) ? enter("close", path) : -1;
    int result = real(stream);
    leave(entered);
    return fails(entered) ? -1 : result;
}
