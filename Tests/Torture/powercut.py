#!/usr/bin/env python3
"""Cuts the power under the real worker, on ext4 and xfs in loop images, and looks at what a restart makes of it.

usage: contrib/torture power [--filesystems ext4,xfs] [--random N] [--systematic N] [--seed S] [--bin FOLDER] [--keep]

A cut is FS_IOC_SHUTDOWN without a flush of the log: whatever no fsync had covered is gone.  Systematic cuts come before
the n-th rename, unlink or fsync of the worker, for every n of a life (they need a C compiler); random ones at any time.
After each: umount, mount, start again, and once all is settled
  - every file whose producer had synced it is in exactly one place, its bytes unchanged;
  - a verdict that could be seen before the cut still holds, unless the operator moved the file back;
  - the emulator holds what the ledger holds, and that is what the settled requests come to.
Needs root and loop devices, and says so with status 69 where there are none.  Status 1 on any violation.
"""
import argparse, ctypes, datetime, fcntl, glob, json, os, random, re, shutil, signal, subprocess, sys, tempfile, time

sys.dont_write_bytecode = True

from program import kit

SHUTDOWN, NO_LOG_FLUSH = 0x8004587D, 2
OFFICE, COUNTRIES = 'aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-0000-4000-8000-0000000000c0'
SENTINEL = '192.0.2.0/32'
NAME = re.compile(r'(?:^|~)(item-\d+\.json)(?:#[0-9a-f]{16})?$')

SHIM = r'''
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
static int number(const char *name) { const char *text = getenv(name); return text ? atoi(text) : 0; }
static void step(void) {
    static int steps;
    const char *path = getenv("CUT_PATH");
    if (!path) return;
    steps++;
    int fd = -1;
    if (steps == number("CUT_SYNC") || steps == number("CUT_AT")) fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (steps == number("CUT_SYNC")) syncfs(fd);
    if (steps == number("CUT_AT")) { unsigned flag = 2; ioctl(fd, 0x8004587D, &flag); _exit(99); }
    if (fd >= 0) close(fd);
}
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
int fsync(int fd) { step(); return REAL(fsync)(fd); }
int fdatasync(int fd) { step(); return REAL(fdatasync)(fd); }
int renameat(int a, const char *b, int c, const char *d) { step(); return REAL(renameat)(a, b, c, d); }
int renameat2(int a, const char *b, int c, const char *d, unsigned e) { step(); return REAL(renameat2)(a, b, c, d, e); }
int unlinkat(int a, const char *b, int c) { step(); return REAL(unlinkat)(a, b, c); }
'''


def cannot(reason):
    print('powercut: cannot run here: ' + reason, file=sys.stderr)
    sys.exit(69)


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout


class Disk:
    """An image with a file system on it, mounted by way of a loop device."""

    def __init__(self, kind, folder):
        self.kind, self.mount_point = kind, os.path.join(folder, kind)
        image = self.mount_point + '.image'
        with open(image, 'wb') as file:
            file.truncate((128 if kind == 'ext4' else 320) << 20)
        run('mkfs.' + kind, '-q', *(['-F'] if kind == 'ext4' else ['-f']), image)
        os.mkdir(self.mount_point)
        self.device = run('losetup', '--find', '--show', image).strip()
        self.is_mounted = False
        self.mount()

    def mount(self):
        run('mount', '-t', self.kind, self.device, self.mount_point)
        self.is_mounted = True

    def unmount(self):
        for attempt in range(100):
            if subprocess.run(['umount', self.mount_point], stderr=subprocess.DEVNULL).returncode == 0:
                self.is_mounted = False
                return
            time.sleep(0.02)
        run('umount', self.mount_point)

    def cut(self):
        descriptor = os.open(self.mount_point, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, SHUTDOWN, ctypes.c_uint32(NO_LOG_FLUSH))
        finally:
            os.close(descriptor)

    def remove(self):
        if self.is_mounted:
            self.unmount()
        run('losetup', '--detach', self.device)


def wait(what, condition, seconds=20):
    try:
        return kit.until(what, condition, seconds)
    except kit.NeverCame:
        return False


class Item:
    """A request, as far as the judge needs to know it."""

    def __init__(self, number, text, address=None, ends=None, revokes=None):
        self.name, self.text = 'item-%d.json' % number, text
        self.address, self.ends, self.revokes = address, ends, revokes
        self.is_synced = False
        self.seen = None        # the verdict that could be seen last
        self.was_moved = False  # the operator moved it back, and no verdict was seen since


class Ground:
    """One file system, and all that has happened on it."""

    def __init__(self, kind, folder, binaries, shim, seed):
        self.folder, self.binaries, self.shim = os.path.join(folder, 'ground-' + kind), binaries, shim
        os.mkdir(self.folder)
        self.random = random.Random(seed)
        self.disk = Disk(kind, self.folder)
        self.spool = self.disk.mount_point + '/spool'
        self.items, self.violations, self.points, self.worker = {}, [], 0, None
        self.emulator = kit.Emulator(binaries)
        self.configuration = os.path.join(self.folder, 'config.json5')
        kit.configure(
            self.configuration, self.spool, self.emulator.address, {'office': OFFICE, 'countries': COUNTRIES},
            entra={'requestsPerSecond': 100}, batch={'linger': '00:00:00.005'},
            retry={'giveUpAfter': '00:00:00.300', 'grace': '00:00:00.200', 'maxBackoff': '00:00:00.100'})
        run(binaries + '/knocknoc-entra', 'init', '--config', self.configuration)
        os.sync()

    # ------------------------------------------------------------ producer and operator

    def next_item(self):
        number = len(self.items)
        now = time.time()
        grants = [item for item in self.items.values() if item.address]
        choice = self.random.random()

        def at(seconds):
            moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
            return moment.strftime('%Y-%m-%dT%H:%M:%S.%fZ')
        if choice < 0.2 and grants:
            revoked = self.random.choice(grants[-12:])
            item = Item(number, json.dumps(dict(
                action='revoke', location='office', addresses=[revoked.address[:-3]], issuedAt=at(now))),
                revokes=(revoked.address, now))
        elif choice < 0.27:
            item = Item(number, '{"action":"grant", and then nothing')
        elif choice < 0.35:
            item = Item(number, json.dumps(dict(
                action='grant', location='countries', addresses=['6.0.0.1'], issuedAt=at(now), durationSeconds=600)))
        else:
            address = '6.%d.%d.1' % (number // 250 + 1, number % 250)
            life = self.random.choice([1, 3, 3600, 3600, 3600])
            item = Item(number, json.dumps(dict(
                action='grant', location='office', addresses=[address], user='user%d' % (number % 7), issuedAt=at(now),
                expiresAt=at(now + life))), address=address + '/32', ends=now + life)
            item.issued = now
        self.items[item.name] = item
        return item

    def drop(self):
        """As a careful producer does: what it synced must not be lost."""
        item = self.next_item()
        temporary, final = self.spool + '/tmp/' + item.name, self.spool + '/incoming/' + item.name
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
        try:
            os.write(descriptor, item.text.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.rename(temporary, final)
        folder = os.open(self.spool + '/incoming', os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        # xfs may call a folder synced that it was cut under; of a file it says EIO.
        descriptor = os.open(self.spool + '/tmp/probe', os.O_WRONLY | os.O_CREAT)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        item.is_synced = True

    def retry(self):
        """The operator's plain mv, synced by nobody."""
        failed = glob.glob(self.spool + '/failed/ENTRA*/*.json')
        for path in self.random.sample(failed, min(len(failed), 2)):
            item = self.items[NAME.search(os.path.basename(path)).group(1)]
            # Until its next verdict it may be found on either side.
            item.was_moved, item.seen = True, None
            os.rename(path, self.spool + '/incoming/' + os.path.basename(path))

    # ------------------------------------------------------------ what is there

    def places(self):
        found = {}
        for top in ('incoming', 'work', 'done', 'failed'):
            for folder, _, names in os.walk(self.spool + '/' + top):
                for name in names:
                    match = NAME.search(name)
                    if match:
                        found.setdefault(match.group(1), []).append(os.path.join(folder, name)[len(self.spool) + 1:])
        return found

    @staticmethod
    def verdict(place):
        parts = place.split('/')
        return parts[0] if parts[0] != 'failed' else parts[1]

    def look(self):
        """Notes the verdicts that anybody could see by now."""
        for name, places in self.places().items():
            item = self.items[name]
            if len(places) == 1 and places[0].split('/')[0] in ('done', 'failed') and not item.was_moved:
                self.see(item, self.verdict(places[0]))

    def see(self, item, verdict):
        if item.seen and item.seen != verdict:
            self.violate('%s was to be seen in %s and is now in %s' % (item.name, item.seen, verdict))
        item.seen = verdict

    def violate(self, text):
        self.violations.append('%s, cut %d (%s): %s' % (self.disk.kind, self.points, self.plan, text))
        print('powercut: ' + self.violations[-1], file=sys.stderr, flush=True)

    # ------------------------------------------------------------ the worker

    def start(self, environment=None):
        self.worker = kit.start(
            [self.binaries + '/knocknoc-entra', 'run', '--config', self.configuration],
            os.path.join(self.folder, 'worker.log'), environment)

    def kill(self):
        kit.end(self.worker)
        self.worker = None

    def is_idle(self):
        return not any(place.split('/')[0] in ('incoming', 'work') for all in self.places().values() for place in all)

    # ------------------------------------------------------------ a life, a cut, and a life after it

    def life(self, cut_at=None):
        """False where the worker came to rest before its cut."""
        environment = {}
        if cut_at:
            self.plan = 'before step %d' % cut_at
            environment = dict(LD_PRELOAD=self.shim, CUT_PATH=self.disk.mount_point, CUT_AT=str(cut_at))
            if self.random.random() < 0.5 and cut_at > 1:
                environment['CUT_SYNC'] = str(self.random.randrange(1, cut_at))
                self.plan += ', all synced before step ' + environment['CUT_SYNC']
        else:
            seconds = self.random.uniform(0, 0.25)
            self.plan = 'after %.3f s' % seconds
        if self.random.random() < 0.25:
            self.emulator.ask('POST', 'faults', dict(
                match=dict(kind='patch'), times=self.random.randrange(1, 12), do='status', status=503))
        is_cut = False
        try:
            for _ in range(3):
                self.drop()
            if self.random.random() < 0.6:
                self.retry()
            self.start(environment)
            end = time.monotonic() + (seconds if not cut_at else 3)
            drops = 5
            while time.monotonic() < end and self.worker.poll() is None:
                self.look()
                if drops and self.random.random() < 0.4:
                    self.drop()
                    drops -= 1
                elif cut_at and not drops and self.is_idle():
                    time.sleep(0.05)
                    break
            is_cut = not cut_at or self.worker.poll() == 99
        except OSError as error:
            # The producer meets the cut, too.
            is_cut = True
        self.emulator.ask('DELETE', 'faults')
        if not is_cut and self.worker.poll() not in (None, 99):
            self.violate('the worker ended with %s' % self.worker.poll())
        if not self.is_shut():
            self.disk.cut()
        self.points += 1
        self.kill()
        self.disk.unmount()
        self.disk.mount()
        self.recover()
        return is_cut

    def is_shut(self):
        try:
            descriptor = os.open(self.disk.mount_point + '/probe', os.O_WRONLY | os.O_CREAT)
            os.close(descriptor)
            return False
        except OSError:
            return True

    def recover(self):
        before = self.places()
        for item in self.items.values():
            names = before.get(item.name, [])
            if item.is_synced and not names:
                self.violate(item.name + ' is lost')
                item.is_synced = False
            if len({os.stat(self.spool + '/' + name).st_ino for name in names}) > 1:
                self.violate('%s is there twice: %s' % (item.name, names))
            if item.was_moved and len(names) == 1 and names[0].startswith('failed/ENTRA'):
                item.was_moved = False  # the cut undid the operator's mv, or its new verdict was on disk
        for name in [item.name for item in self.items.values() if not item.is_synced and item.name not in before]:
            self.items[name].address = self.items[name].revokes = None
        self.start()
        if not wait('all is settled', self.is_idle):
            self.violate('it never comes to rest: %s' % [p for p in self.places().values() if p[0][0] in 'iw'])
        for item in self.items.values():
            item.was_moved = False
        self.check()
        self.look()
        if self.random.random() < 0.3:
            self.worker.send_signal(signal.SIGTERM)
            if self.worker.wait(30) != 0:
                self.violate('the worker did not stop in order: %s' % self.worker.returncode)
            self.worker = None
        self.kill()
        os.sync()

    def check(self):
        places = self.places()
        for item in self.items.values():
            found = places.get(item.name, [])
            if len(found) > 1 or item.is_synced and not found:
                self.violate('%s is in %s' % (item.name, found))
            if not found:
                continue
            text = open(self.spool + '/' + found[0], 'rb').read().decode()
            if text != item.text and item.is_synced:
                self.violate('the bytes of %s have changed' % item.name)
        # An end may come while we look; so what should be is worked out anew for each look.
        if wait('Entra holds it', lambda: set(self.emulator.held(OFFICE)) == self.wanted(places) == self.leased(), 5):
            return
        held, wanted, leased = set(self.emulator.held(OFFICE)), self.wanted(places), self.leased()
        self.violate('Entra has %s too many and lacks %s; the ledger has %s too many and lacks %s' % (
            sorted(held - wanted), sorted(wanted - held), sorted(leased - wanted), sorted(wanted - leased)))

    def wanted(self, places):
        now = time.time()
        revoked = [item.revokes for item in self.items.values() if item.revokes and item.name in places]
        wanted = {
            item.address for item in self.items.values()
            if item.address and item.ends > now and self.verdict(places.get(item.name, ['?'])[0]) == 'done'
            and not any(address == item.address and moment >= item.issued for address, moment in revoked)}
        return wanted or {SENTINEL}

    def leased(self):
        now = time.time()
        ranges = {address for _, held, _, end in kit.leases(self.spool, 'office') for address in held if end > now}
        return ranges or {SENTINEL}

    def end(self):
        self.kill()
        self.emulator.stop()
        self.disk.remove()


def compiled(folder):
    compiler = next((name for name in ('cc', 'gcc', 'clang') if shutil.which(name)), None)
    if not compiler:
        print('powercut: no C compiler, so no systematic cuts')
        return None
    source, shim = folder + '/cut.c', folder + '/cut.so'
    with open(source, 'w') as file:
        file.write(SHIM)
    run(compiler, '-shared', '-fPIC', '-O1', '-o', shim, source, '-ldl')
    return shim


def torture(kind, folder, options):
    ground = Ground(kind, folder, options.bin, options.shim, options.seed)
    try:
        systematic = 0
        misses = 0
        step = 1
        while options.shim and systematic < options.systematic:
            # A life has only so many steps; after the last one it begins anew, with other files.
            if ground.life(cut_at=step):
                systematic, step, misses = systematic + 1, step + 1, 0
            else:
                step, misses = 1, misses + 1
                if misses > 3:
                    ground.violate('the worker does nothing at all')
                    break
        for _ in range(options.random):
            ground.life()
        print('powercut: %s: %d cuts before a step, %d at random, %d files, %d violations' % (
            kind, systematic, options.random, len(ground.items), len(ground.violations)), flush=True)
        return len(ground.violations)
    finally:
        ground.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--filesystems', default='ext4,xfs')
    parser.add_argument('--random', type=int, default=60, help='cuts at random moments, per file system')
    parser.add_argument('--systematic', type=int, default=60, help='cuts before each step, per file system')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--bin', help='the folder of the built programs')
    parser.add_argument('--keep', action='store_true', help='leave images and logs')
    options = parser.parse_args()
    if os.geteuid() != 0:
        cannot('only root may mount and cut')
    if not os.path.exists('/dev/loop-control'):
        cannot('there are no loop devices')
    if not options.bin:
        top = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
        options.bin = run('swift', 'build', '--show-bin-path', '--package-path', top).strip().splitlines()[-1]
    if not os.path.exists(options.bin + '/knocknoc-entra'):
        cannot('nothing is built in ' + options.bin)
    folder = tempfile.mkdtemp(prefix='powercut-', dir='/dev/shm' if os.path.isdir('/dev/shm') else None)
    options.shim = compiled(folder)
    violations = tried = 0
    try:
        for kind in options.filesystems.split(','):
            if not shutil.which('mkfs.' + kind):
                print('powercut: no mkfs.%s here; %s not tried' % (kind, kind))
                continue
            try:
                violations += torture(kind, folder, options)
                tried += 1
            except subprocess.CalledProcessError as error:
                if 'losetup' in error.cmd or 'mount' in error.cmd:
                    cannot('%s: %s' % (' '.join(error.cmd), (error.output or '').strip()))
                raise
    finally:
        if options.keep or violations:
            print('powercut: images and logs are in ' + folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    if not tried:
        cannot('no file system could be made')
    sys.exit(1 if violations else 0)


if __name__ == '__main__':
    main()
