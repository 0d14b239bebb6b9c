# Sourced by ../script: what a worker that runs makes of the calls.
# shellcheck shell=bash
# shellcheck disable=SC2154  # what ground.sh sets

it_grants_and_takes_back() {
    succeeds add office 203.0.113.7
    holds '203.0.113.7/32' 'after an add'
    [[ $(leases) == *'script:office:203.0.113.7'* ]] || fail "the lease has another key: $(leases)"
    succeeds add office 203.0.113.7
    holds '203.0.113.7/32' 'after the same add again'
    succeeds del office 203.0.113.7
    holds "$sentinel" 'after a del'
    succeeds del office 203.0.113.7
    succeeds add office 198.51.100.0/28
    holds '198.51.100.0/28' 'after the add of a network'
    succeeds del office 198.51.100.0/28
    succeeds add "$office" 203.0.113.8
    holds '203.0.113.8/32' 'after an add by the ID'
    succeeds del "$office" 203.0.113.8
    holds "$sentinel" 'after a del by the ID'
}

others_leases_stay() {
    "$folder/inject-grant" -s "$spool" -l office -u alice@example.com -f 600 203.0.113.7 >/dev/null
    succeeds add office 203.0.113.7
    succeeds del office 203.0.113.7
    holds '203.0.113.7/32' 'after a del beside another lease of the same address'
    succeeds del office 203.0.113.9
    holds '203.0.113.7/32' 'after a del of what was never granted'
}

two_spellings_are_one_lease() {
    succeeds add office 2001:DB8::7
    succeeds add office 2001:db8:0::7
    succeeds del office 2001:0db8:0:0:0:0:0:7
    holds '203.0.113.7/32' 'after add and del in different spellings'
    succeeds add office ::ffff:203.0.113.20
    succeeds del office 203.0.113.20/32
    holds '203.0.113.7/32' 'after a mapped address was taken back'
}

# Which key a call would use: written beside a worker that does not run.
key_of() {
    local file
    call add office "$1"
    file=$(find "$spool/incoming" -type f)
    sed 's/.*"grantId":"script:office:\([^"]*\)".*/\1/' "$file"
    rm "$file"
}

# Sixty random addresses and networks in random spellings, against Python's own idea of their canonical form.
python_spells_addresses_alike() {
    local text wanted found
    stop_worker
    while read -r text wanted; do
        found=$(KNOCKNOC_ENTRA_WAIT=0 key_of "$text")
        [[ $found == "$wanted" ]] || fail "$text has the key $found instead of $wanted"
    done < <(python3 Tests/Acceptance/script.d/spellings.py)
    start_worker
}

flush_ends_everything() {
    succeeds add office 203.0.113.30
    succeeds flush office
    holds "$sentinel" 'after a flush'
    succeeds flush office
}

a_duration_is_kept() {
    KNOCKNOC_ENTRA_DURATION=2 succeeds add office 203.0.113.40
    holds '203.0.113.40/32' 'before the end of two seconds'
    await 'the end of a grant of two seconds' is_empty
}

is_empty() { [[ $(ranges) == "$sentinel" ]]; }

fifty_at_once() {
    local number wanted jobs=()
    wanted=$(seq -s ' ' -f '203.0.113.%g/32' 50)
    for action in add del; do
        jobs=()
        for number in {1..50}; do
            "$folder/knocknoc-script" "$action" office "203.0.113.$number" &
            jobs+=($!)
        done
        for number in "${jobs[@]}"; do wait "$number" || fail "one of fifty: $action failed"; done
        holds "$wanted" "after fifty times $action at once"
        wanted=$sentinel
    done
}

real_verdicts() {
    expect 1 'access was not opened: the location is not set up right .*\(ENTRA052\)$' add deleted 203.0.113.7
    expect 1 'access was not taken back yet: .*\(ENTRA053\)$' del countries 203.0.113.7
    expect 1 'this location is not configured \(SPOOL003\)$' add nowhere 203.0.113.7
    expect 1 'the list was not emptied yet: .*\(SPOOL003\)$' flush nowhere
    expect 1 '\(ENTRA051\)$' add office 203.0.0.0/16
    ask POST faults '{"match":{"kind":"patch"},"times":null,"do":"status","status":503}' >/dev/null
    expect 1 '\(ENTRA051\)$' add office 203.0.113.7
    ask DELETE faults >/dev/null
    ask POST faults '{"match":{"kind":"patch"},"times":null,"do":"delay","ms":3000}' >/dev/null
    KNOCKNOC_ENTRA_WAIT=1 expect 75 'still being carried out after 1 s$' add office 203.0.113.50
    ask DELETE faults >/dev/null
    succeeds flush office
}

a_token_is_handed_in() {
    local before
    before=$(<"$config")
    sed -i 's/^  namedLocations:/  entraAuthentication: { enabled: true, anyTokenOfTenant: true },\n&/' "$config"
    kill -HUP "$worker"
    await 'the reload' grep -q event=reload.accepted "$folder/worker.log"
    expect 1 'not authorised to ask for it \(SPOOL006\)$' add office 203.0.113.7
    ask POST mint '{"version":1}' | sed 's/.*"token":"\([^"]*\)".*/\1/' >"$folder/token"
    export KNOCKNOC_ENTRA_TOKEN_FILE=$folder/token
    succeeds add office 203.0.113.7
    holds '203.0.113.7/32' 'after an add with a token'
    succeeds flush office
    echo 'not a token' >"$folder/token"
    expect 64 'does not hold one$' add office 203.0.113.7
    KNOCKNOC_ENTRA_TOKEN_FILE=$folder/nothing expect 77 'cannot be read$' add office 203.0.113.7
    unset KNOCKNOC_ENTRA_TOKEN_FILE
    printf '%s\n' "$before" >"$config"
    stop_worker
}
