# A fresh Debian in a folder, under a systemd of its own, on this machine's network.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2154 # sh -c, and what the parts share

# make_machine FOLDER: the release that runs here, from where this machine gets its own packages.
make_machine() {
    local codename uri
    codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    uri=$(mirror "$codename")
    if [[ -z $uri ]]; then
        apt-get -q update >&2
        uri=$(mirror "$codename")
    fi
    [[ -n $uri ]] || { echo "package: apt names no mirror for $codename here" >&2; return 1; }
    debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus "$codename" "$1" "$uri" >"$1.log" 2>&1 ||
        { tail -n 20 "$1.log" >&2; return 1; }
}

# mirror CODENAME: the first that has it, as apt has looked it up.
mirror() {
    apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' 'Identifier: Packages' |
        sed -n "s/^$1 main //p" | head -n 1
}

# boot FOLDER: sets `machine` to its process and `leader` to the pid of its systemd; status 1 where that cannot be.
boot() {
    local state alone=()
    leader=''
    # Where no systemd runs, there is nobody to ask for a scope.
    [[ -d /run/systemd/system ]] || alone=(--register=no --keep-unit)
    systemd-nspawn --quiet --directory="$1" --machine="knocknoc-entra-$$" "${alone[@]}" --boot --console=read-only \
        </dev/null >"$1.console" 2>&1 &
    machine=$!
    for _ in {1..300}; do
        leader=$(pgrep -P "$machine" || true)
        if [[ -n $leader ]]; then
            state=$(inside systemctl is-system-running 2>/dev/null || true)
            case $state in running | degraded) return 0 ;; esac
        fi
        kill -0 "$machine" 2>/dev/null || break
        sleep 0.1
    done
    tail -n 5 "$1.console" >&2
    return 1
}

halt() {
    [[ -n ${machine:-} ]] || return 0
    [[ -z $leader ]] || inside systemctl poweroff >/dev/null 2>&1 || true
    for _ in {1..100}; do
        kill -0 "$machine" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL "$machine"
}

# inside COMMAND…: as root in the machine.
inside() {
    nsenter --target "$leader" --mount --uts --ipc --pid --cgroup env -i --chdir=/ \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive "$@"
}

# as USER SCRIPT: in the folder of the spool, with that user's groups.
as() { inside runuser -u "$1" -- sh -c "cd /var/spool/knocknoc-entra && $2"; }
