# Sourced before each command of a page: what an exception may do to bring about what the page speaks of.
# shellcheck shell=bash

# foreign LOCATION: its ledger is lost, and its list holds what somebody else has put there.
foreign() {
    local -A ids=([office]=01 [lab]=02 [branch]=03)
    rm -f "$PAGES_TREE/spool/ledger/$1."*
    PYTHONPATH=$PAGES_TREE/Tests/Kit/python python3 -c 'import sys, kit
kit.ledger(sys.argv[1], "DELETE FROM location WHERE name = ?", sys.argv[2], writes=True)' "$PAGES_TREE/spool" "$1"
    curl -fsS -X PUT -d '{"type":"ip","displayName":"Foreign","ranges":["198.51.100.0/24","203.0.113.99/32","8.8.8.0/24"]}' \
        "http://127.0.0.1:$PAGES_PORT/_emulator/locations/aaaaaaaa-0000-4000-8000-0000000000${ids[$1]}"
}

# ends_when_told COMMAND…: a program that runs until it is told to end says that it runs, and ends well.
ends_when_told() {
    local process said
    said=$(mktemp "$PAGES_FOLDER/said.XXXXXX")
    "$@" >"$said" 2>&1 &
    process=$!
    until [[ -s $said ]]; do
        kill -0 "$process"
        sleep 0.02
    done
    kill "$process"
    wait "$process" || { cat "$said"; return 1; }
}
