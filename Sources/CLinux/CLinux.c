#include "CLinux.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

int kn_rename_noreplace(int from_dir, const char *from, int to_dir, const char *to) {
    if (renameat2(from_dir, from, to_dir, to, RENAME_NOREPLACE) == 0) return 0;
    // Some network file systems know no such rename; link(2) does not replace either.
    if (errno != EINVAL && errno != ENOSYS) return -1;
    if (linkat(from_dir, from, to_dir, to, 0) != 0) return -1;
    // Gone there already: another host has taken the spool over, and the file must keep the name that is left.
    if (unlinkat(from_dir, from, 0) == 0 || errno == ENOENT || errno == ESTALE) return 0;
    const int error = errno;
    unlinkat(to_dir, to, 0);
    errno = error;
    return -1;
}

int kn_signal_descriptor(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int kn_next_signal(int descriptor) {
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

void kn_keep_memory_private(void) {
    const struct rlimit none = {0, 0};
    prctl(PR_SET_DUMPABLE, 0);
    setrlimit(RLIMIT_CORE, &none);
}

int kn_room(int descriptor, struct kn_room *room) {
    struct statvfs raw;
    if (fstatvfs(descriptor, &raw) != 0) return -1;
    room->free_bytes = (uint64_t)raw.f_bavail * raw.f_frsize;
    room->free_inodes = raw.f_favail;
    room->inodes = raw.f_files;
    return 0;
}

int64_t kn_file_system_type(int descriptor) {
    struct statfs raw;
    return fstatfs(descriptor, &raw) == 0 ? (int64_t)raw.f_type : -1;
}
