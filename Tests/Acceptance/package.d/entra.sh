# The emulator in Entra's place, and what a named location holds there.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2154 # sh -c, and what the parts share
secret='emulator-only-secret'
tenant=11111111-1111-4111-8111-111111111111
location=aaaaaaaa-0000-4000-8000-000000000001

start_entra() {
    "$programs/knocknoc-entra-emulator" --port 0 --port-file "$folder/port" --rate 20 >"$folder/emulator.log" 2>&1 &
    emulator=$!
    until [[ -s $folder/port ]]; do
        kill -0 "$emulator" || { cat "$folder/emulator.log"; return 1; }
        sleep 0.05
    done
    entra=http://127.0.0.1:$(<"$folder/port")
}

# in_entra: the ranges of the location, sorted by the emulator, with blanks between.
in_entra() {
    curl -fsS "$entra/_emulator/locations/$location" | sed 's/.*"ranges":\[\([^]]*\)\].*/\1/; s/"//g; s/,/ /g'
}

# expect_entra WHAT RANGES…
expect_entra() { expect "$1" "${*:2}" "$(in_entra)"; }
