# What a step must have come to.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2154 # sh -c, and what the parts share
failures=0

fail() {
    failures=$((failures + 1))
    printf '  NOT AS EXPECTED: %s\n' "$1"
    [[ -z ${said:-} ]] || printf '%s\n' "$said" | tail -n 30 | sed 's/^/    | /'
}

# expect WHAT WANTED SEEN
expect() { [[ $2 == "$3" ]] || fail "$1 should be: $2"$'\n'"    but is: $3"; }

# expect_text WHAT PATTERN TEXT: an extended regular expression
expect_text() { grep -qE -- "$2" <<<"$3" || fail "$1 should match: $2"$'\n'"    but is: $3"; }

# expect_status WHAT WANTED COMMAND…: `said` holds what was printed.
expect_status() {
    local status=0
    said=$("${@:3}" 2>&1) || status=$?
    [[ $status == "$2" ]] || fail "$1 should end with status $2, not $status"
}

# await WHAT COMMAND…: within 20 seconds
await() {
    local what=$1
    shift
    for _ in {1..200}; do
        ! "$@" >/dev/null 2>&1 || return 0
        sleep 0.1
    done
    said=''
    fail "$what never came"
}
