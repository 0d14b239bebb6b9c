# Sourced by ../script: no worker, other hands in the spool, other users, and words that are none.
# shellcheck shell=bash
# shellcheck disable=SC2154  # what ground.sh sets

# by_hand STATUS PATTERN COMMAND…: makes the call, and the command with the request's path behind it while it waits.
by_hand() {
    local wanted=$1 pattern=$2 file
    shift 2
    rm -f "$spool"/incoming/*
    { expect "$wanted" "$pattern" add office 203.0.113.7; echo "$failures" >"$folder/failures"; } &
    until file=$(find "$spool/incoming" -type f) && [[ -n $file ]]; do sleep 0.01; done
    "$@" "$file"
    wait $!
    failures=$(<"$folder/failures")
}

# settle FOLDER FILE: as the worker does.
settle() {
    mkdir -p "$spool/$1"
    mv "$2" "$spool/$1/20261120T230542.123456Z-3fa9~${2##*/}"
}

every_code_has_its_line() {
    local code codes
    export KNOCKNOC_ENTRA_WAIT=20
    mapfile -t codes < <(grep -ohE '\b(ENTRA|SPOOL)[0-9]{3}\b' Sources/Grants/Failure/FailureCode.swift | sort -u)
    ((${#codes[@]} >= 19)) || fail "only these codes were found: ${codes[*]}"
    for code in "${codes[@]}"; do
        by_hand 1 "^knocknoc-entra: access was not opened: .{20,120} \\($code\\)\$" settle "failed/$code"
    done
    by_hand 0 '^$' settle done/20261120
}

waiting_ends() {
    rm -f "$spool"/incoming/*
    KNOCKNOC_ENTRA_WAIT=0 expect 75 'access was not opened: the request is in line and nobody' add office 203.0.113.7
    KNOCKNOC_ENTRA_WAIT=1 expect 75 'access was not taken back yet: the request is in line' del office 203.0.113.7
    [[ $(find "$spool/incoming" -type f | wc -l) == 2 ]] || fail 'a request that was in line is gone'
    [[ -z $(find "$spool/incoming" -type f ! -perm 0640) ]] || fail 'a worker of another user could not read a request'
}

set_aside() { mv "$1" "$spool/hold/"; }
linked_and_unlinked() { ln "$1" "$spool/failed/ENTRA052/20261120T230542.123456Z-0001~${1##*/}" && rm "$1"; }

claimed_elsewhere() { ln "$1" "$spool/work/20261120T230542.123456Z-0002~${1##*/}#00063f2b9c41d7e5" && rm "$1"; }

moved_by_hand() {
    export KNOCKNOC_ENTRA_WAIT=1
    by_hand 75 'an administrator has set the request aside$' set_aside
    by_hand 1 'the request was taken out of the spool$' rm
    # What a worker on another host does, or one whose file system lacks a rename that spares existing names.
    by_hand 1 '\(ENTRA052\)$' linked_and_unlinked
    by_hand 75 "still being carried out after" claimed_elsewhere
    rm "$spool"/work/*
}

hostile_words() {
    # shellcheck disable=SC2016  # nothing may be expanded
    local word words=('office; rm -rf /' $'office\nx' '../../etc' 'off"ice' '$(id)' '' "$(printf 'a%.0s' {1..65})")
    rm -f "$spool"/incoming/*
    for word in "${words[@]}"; do
        expect 64 'an ACL is the name' add "$word" 203.0.113.7
        expect 64 'an ACL is the name' flush "$word"
        expect 64 'that is not an IP address$' add office "$word"
        expect 64 'that is not an IP address$' del office "$word"
    done
    for word in 203.0.113.07 203.0.113.256 203.0.113.7:443 fe80::1%eth0 '[2001:db8::7]' 1::2::3 203.0.113.7/33 \
        203.0.113.7,203.0.113.8 host.example.com 0x7f.0.0.1 203.0.113 12345::; do
        expect 64 'that is not an IP address$' add office "$word"
    done
    expect 64 '^knocknoc-entra: usage' remove office 203.0.113.7
    expect 64 '^knocknoc-entra: usage' add office
    expect 64 '^knocknoc-entra: usage' add office 203.0.113.7 more
    expect 64 'flush takes an ACL and no address' flush office 203.0.113.7
    KNOCKNOC_ENTRA_WAIT=soon expect 64 KNOCKNOC_ENTRA_WAIT add office 203.0.113.7
    KNOCKNOC_ENTRA_DURATION=8h expect 64 KNOCKNOC_ENTRA_DURATION add office 203.0.113.7
    [[ -z $(find "$spool/incoming" "$spool/tmp" -type f) ]] || fail 'a call that was refused left a file'
}

there_is_no_spool() {
    KNOCKNOC_ENTRA_SPOOL=$folder/none expect 66 'no spool here' add office 203.0.113.7
    mv "$spool/.spool" "$folder/marker"
    expect 66 'no spool here, or its disk is not mounted$' add office 203.0.113.7
    mv "$folder/marker" "$spool/.spool"
}

# A producer may enter tmp/ and incoming/ alone, and learns what became of its own request all the same.
other_users() {
    local user
    ((EUID == 0)) || return 0
    user=(setpriv --reuid 64001 --regid 64001 --groups 64002 --)
    chgrp 64002 "$spool/tmp" "$spool/incoming"
    chmod 3770 "$spool/tmp" "$spool/incoming"
    ! "${user[@]}" ls "$spool/done" 2>/dev/null || fail 'a producer may look into done/, so this shows nothing'
    ! "${user[@]}" ls "$spool/failed" 2>/dev/null || fail 'a producer may look into failed/, so this shows nothing'
    start_worker
    as() { "${user[@]}" "$folder/knocknoc-script" "$@"; }
    export KNOCKNOC_ENTRA_WAIT=20
    as add office 203.0.113.60 || fail 'a producer could not add'
    holds '203.0.113.60/32' 'after an add by a producer'
    [[ $(as add deleted 203.0.113.60 2>&1) == *'(ENTRA052)' ]] || fail 'a producer did not learn of its failure'
    as del office 203.0.113.60 || fail 'a producer could not take back'
    holds "$sentinel" 'after a del by a producer'
    user=(setpriv --reuid 64003 --regid 64003 --clear-groups --)
    local status=0 line
    line=$(as add office 203.0.113.61 2>&1) || status=$?
    [[ $status == 77 && $line == *'may not put requests into the spool (group entra-submit)' ]] ||
        fail "a stranger should be told 77, and was told $status: $line"
    user=(setpriv --reuid 64001 --regid 64001 --groups 64002 --)
    stop_worker
    # As above, by a user who cannot look for it: said, not guessed.
    export KNOCKNOC_ENTRA_WAIT=1
    as add office 203.0.113.62 2>"$folder/line" &
    await "the producer's request" has_request
    linked_and_unlinked "$(find "$spool/incoming" -type f)"
    status=0
    wait $! || status=$?
    [[ $status == 77 && $(<"$folder/line") == *'cannot be seen here'* ]] ||
        fail "what cannot be seen should be told: $status, $(<"$folder/line")"
}

has_request() { [[ -n $(find "$spool/incoming" -type f) ]]; }
