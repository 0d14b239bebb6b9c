#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Linux calls that the Glibc module of the toolchain does not import (it is built without _GNU_SOURCE).

/// renameat2(2) with RENAME_NOREPLACE: never over an existing name.
int kn_rename_noreplace(int from_dir, const char *from, int to_dir, const char *to);

/// signalfd(2), close-on-exec and non-blocking, for the signals given; they are blocked for the process first.
int kn_signal_descriptor(const int *signals, int count);

/// The next signal waiting on a signalfd, or 0.
int kn_next_signal(int descriptor);

/// No core file and no debugger of another user: memory holds the client secret and access tokens (prctl(2), PR_SET_DUMPABLE).
void kn_keep_memory_private(void);

struct kn_room {
    uint64_t free_bytes;
    uint64_t free_inodes;
    /// 0 where the file system makes inodes as it needs them (btrfs).
    uint64_t inodes;
};

/// fstatvfs(3): what an ordinary user may still take.
int kn_room(int descriptor, struct kn_room *room);

/// One datagram to a service manager's socket: a path, or an abstract name that begins with `@` (sd_notify(3)); 0 or -1.
int kn_notify(const char *path, const char *text, size_t length);

/// CLOCK_MONOTONIC in microseconds, by which service managers order reloads.
uint64_t kn_monotonic_microseconds(void);

/// The `f_type` of fstatfs(2), or -1.
int64_t kn_file_system_type(int descriptor);
