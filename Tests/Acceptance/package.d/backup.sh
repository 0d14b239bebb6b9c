# backup.md: the safe way back, the wrong ones, and the move to another host.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2154 # sh -c, and what the parts share

try_backup() {
    echo "== backup"
    settle flush office
    settle grant office 198.18.1.1 --user alice@example.com --for 1h
    settle grant office 198.18.1.2 --user bob@example.com --for 1h
    carry_out backup.md "What to copy"
    settle revoke office --user alice@example.com
    settle grant office 198.18.1.3 --user carol@example.com --for 1h
    expect_entra "before the loss" 198.18.1.2/32 198.18.1.3/32
    try_old_ledger
    try_old_ledger_of_a_clean_stop
    try_loss
    try_old_request
    try_move
}

# settle COMMAND…: a request, with its verdict
settle() { expect_status "\`$*\`" 0 inside knocknoc-entra "$@" --wait; }

lose_the_spool() {
    inside systemctl stop knocknoc-entra
    inside sh -c "rm -rf $spool/* $spool/.spool"
}

try_old_ledger() {
    inside cp -a "$spool" /root/spool-before
    inside systemctl stop knocknoc-entra
    inside sh -c "rm $spool/ledger/ledger.sqlite*"
    inside install -o knocknoc-entra -g entra-ops -m 640 /root/knocknoc-entra-ledgers.sqlite "$spool/ledger/ledger.sqlite"
    inside systemctl start knocknoc-entra
    await "the list of the old ledger" entra_holds 198.18.1.1/32 198.18.1.2/32
    # As it was before the mistake.
    inside systemctl stop knocknoc-entra
    inside sh -c "rm -rf $spool/ledger && cp -a /root/spool-before/ledger $spool/"
    inside systemctl start knocknoc-entra
    await "the list of the right ledger" entra_holds 198.18.1.2/32 198.18.1.3/32
}

# The worker takes it for what it wrote last, and sends nothing until something else changes.
try_old_ledger_of_a_clean_stop() {
    # For the second write, which a clean stop takes.
    sleep 3
    inside systemctl stop knocknoc-entra
    inside sh -c "cp -a $spool/ledger /root/ledger-of-a-clean-stop"
    inside systemctl start knocknoc-entra
    settle revoke office --user bob@example.com
    settle grant office 198.18.1.4 --user dave@example.com --for 1h
    inside systemctl stop knocknoc-entra
    inside sh -c "rm -rf $spool/ledger && mv /root/ledger-of-a-clean-stop $spool/ledger"
    inside systemctl start knocknoc-entra
    settle revoke office --user nobody@example.com
    expect_entra "at first" 198.18.1.3/32 198.18.1.4/32
    expect_text "what the status says" 'office.*confirmed' "$(inside knocknoc-entra status)"
    settle grant office 198.18.1.5 --for 1h
    expect_entra "with the next write" 198.18.1.2/32 198.18.1.3/32 198.18.1.5/32
    settle revoke office 198.18.1.5
}

entra_holds() { [[ $(in_entra) == "$*" ]]; }

try_loss() {
    local before
    lose_the_spool
    carry_out backup.md "After a loss"
    expect_text "what the doctor found" 'location-first-start.*it holds 2 ranges' "$said"
    expect_text "the page's end" '^done$' "$(tail -n 2 <<<"$said")"
    expect_entra "after the loss" 198.18.1.2/32 198.18.1.3/32
    before=$(inside knocknoc-entra leases)
    expect_text "whose they are now" 'adopted' "$before"
    expect_text "the journal" 'carol|alice' "$(inside sh -c "cat $spool/journal/*.ndjson")"
    settle revoke office --user bob@example.com
    expect_entra "after a revoke by user" 198.18.1.2/32 198.18.1.3/32
    settle revoke office 198.18.1.2
    expect_entra "after a revoke by address" 198.18.1.3/32
}

# A grant that was revoked before the loss, put back: what restoring incoming/ and work/ would do.
try_old_request() {
    inside sh -c "cd $spool && cp -p \$(grep -l 198.18.1.1 done/*/*grant*) tmp/one.json && mv tmp/one.json incoming/"
    await "the old request" is_empty incoming work
    expect_entra "with a request that was revoked before the loss" 198.18.1.1/32 198.18.1.3/32
    settle revoke office 198.18.1.1
}

try_move() {
    carry_out backup.md "To another host" 1
    expect "the old host's worker" "inactive disabled" "$(unit ActiveState) $(unit UnitFileState)"
    lose_the_spool
    inside rm -r /etc/knocknoc-entra
    carry_out backup.md "To another host" 2
    expect "the new host's worker" "active enabled" "$(unit ActiveState) $(unit UnitFileState)"
    expect_text "the moved leases" '198.18.1.3/32' "$(inside knocknoc-entra leases)"
    expect_entra "after the move" 198.18.1.3/32
    expect_status "the moved spool" 0 inside knocknoc-entra doctor
}
