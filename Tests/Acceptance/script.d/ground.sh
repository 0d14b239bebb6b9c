# Sourced by ../script: a worker, an emulator, and what a test expects of one call.
# shellcheck shell=bash
# shellcheck disable=SC2034  # read by the files beside it

failures=0 processes=()
office=aaaaaaaa-0000-4000-8000-000000000001
sentinel='192.0.2.0/32'

fail() {
    failures=$((failures + 1))
    printf 'script: %s\n' "$1" >&2
}

finish() {
    if ((failures > 0)); then
        printf 'script: %d failed; the ends of the logs:\n' "$failures" >&2
        tail -n 5 "$folder"/*.log >&2
        exit 1
    fi
    ((EUID == 0)) || { echo "script: all well, but other users can be tried as root only" >&2; exit 77; }
    echo "script: all well"
}

end() {
    local process
    for process in "${processes[@]}"; do
        kill "$process" 2>/dev/null || continue
        wait "$process" 2>/dev/null || true
    done
    rm -rf -- "$folder"
}

# await WHAT COMMAND…
await() {
    local what=$1 deadline=$((SECONDS + 30))
    shift
    until "$@"; do
        ((SECONDS < deadline)) || { fail "$what never came"; return 0; }
        sleep 0.02
    done
}

# ask METHOD PATH [BODY]: the emulator's control interface.
ask() {
    local body=${3:-}
    {
        printf '%s /_emulator/%s HTTP/1.0\r\nContent-Length: %d\r\n\r\n%s' "$1" "$2" "${#body}" "$body" >&3
        sed '1,/^\r$/d' <&3
    } 3<>"/dev/tcp/127.0.0.1/$port"
}

ranges() { ask GET "locations/$office" | sed 's/.*"ranges":\[\([^]]*\)\].*/\1/; s/"//g; s/,/ /g'; }

holds() { [[ $(ranges) == "$1" ]] || fail "$2: Entra should hold $1 and holds $(ranges)"; }

ground() {
    local programs=${KNOCKNOC_ENTRA_PROGRAMS:?run it through contrib/acceptance}
    folder=$(mktemp -d "${TMPDIR:-/tmp}/knocknoc-script.XXXXXX")
    chmod 0755 "$folder"
    trap end EXIT
    # Copies, since other users may not be let into this tree.
    cp "$programs/knocknoc-entra" contrib/knocknoc-script contrib/inject-grant "$folder"
    chmod -R a+rX "$folder"
    "$programs/knocknoc-entra-emulator" --port 0 --port-file "$folder/port" --rate 0 >"$folder/emulator.log" 2>&1 &
    processes+=($!)
    await "the emulator's port" test -s "$folder/port"
    port=$(<"$folder/port")
    config=$folder/config.json5 spool=$folder/spool
    sed "s/127\.0\.0\.1:8765/127.0.0.1:$port/; s|\.\./\.build/playground|$spool|
        s/grace: \"[^\"]*\"/grace: \"00:00:00.300\"/; s/giveUpAfter: \"[^\"]*\"/giveUpAfter: \"00:00:01\"/
        s/requestTimeout: \"[^\"]*\",/& requestsPerSecond: 1000,/" config/emulator.json5 >"$config"
    "$folder/knocknoc-entra" init --config "$config" >"$folder/init.log"
    start_worker
    export KNOCKNOC_ENTRA_SPOOL=$spool
}

start_worker() {
    : >"$folder/worker.log"
    "$folder/knocknoc-entra" run --config "$config" >"$folder/worker.log" 2>&1 &
    worker=$!
    processes+=("$worker")
    await "a worker that is ready" grep -q event=start "$folder/worker.log"
}

stop_worker() {
    kill "$worker"
    wait "$worker" || true
}

# call ARGUMENTS…: sets `status` and `line`; whatever happens, there is one line at most, of printable characters.
call() {
    local out
    status=0
    out=$("$folder/knocknoc-script" "$@" 2>"$folder/line") || status=$?
    line=$(<"$folder/line")
    [[ -z $out ]] || fail "$*: standard output should be empty: $out"
    if ((status == 0)); then
        [[ ! -s $folder/line ]] || fail "$*: status 0 and yet: $line"
    else
        [[ $(wc -l <"$folder/line") == 1 ]] || fail "$*: not one line: $line"
        ! LC_ALL=C grep -q '[^ -~]' "$folder/line" || fail "$*: not plain text: $line"
    fi
}

# expect STATUS PATTERN ARGUMENTS…
expect() {
    local wanted=$1 pattern=$2
    shift 2
    call "$@"
    [[ $status == "$wanted" && $line =~ $pattern ]] ||
        fail "$*: should end with $wanted and say $pattern; it was $status: $line"
}

succeeds() { expect 0 '^$' "$@"; }

leases() { "$folder/knocknoc-entra" leases office --config "$config" --json 2>/dev/null || true; }
