# Read by the scripts beside it: the tools that only a test or a measurement needs.
# shellcheck shell=bash

# need PROGRAM=PACKAGE[:PACKAGE]…: installs those that are not there, where it may; status 1, and said, where one is still missing.
need() {
    local pair missing=() packages=() apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300)
    for pair; do
        command -v "${pair%%=*}" >/dev/null && continue
        IFS=: read -ra missing <<<"${pair#*=}"
        packages+=("${missing[@]}")
    done
    missing=()
    if ((${#packages[@]} > 0)) && command -v apt-get >/dev/null; then
        ((EUID == 0)) || apt=(sudo -n "${apt[@]}")
        { "${apt[@]}" install --no-install-recommends "${packages[@]}" ||
            { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "${packages[@]}"; }; } </dev/null >&2 || true
    fi
    for pair; do
        command -v "${pair%%=*}" >/dev/null || missing+=("${pair%%=*} (package ${pair#*=})")
    done
    ((${#missing[@]} == 0)) && return
    printf '%s: missing here: %s\n' "${0##*/}" "${missing[*]}" >&2
    return 1
}
