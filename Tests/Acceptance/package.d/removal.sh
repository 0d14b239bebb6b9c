# What removal says and keeps, and what purge leaves.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2154 # sh -c, and what the parts share

try_removal() {
    local heading="Take it out of service"
    echo "== removal"
    expect_status "the removal" 0 inside apt-get -q -y remove knocknoc-entra
    expect_text "what it says" 'Who is let in stays let in' "$said"
    expect "the worker" inactive "$(inside systemctl is-active knocknoc-entra || true)"
    expect_entra "who is let in" 198.18.1.3/32 198.18.1.4/32 198.18.1.5/32
    inside test -s "$config" || fail "the removal took the configuration"

    expect_status "installing again" 0 inside sh -c 'apt-get -q -y install /root/older/*.deb'
    expect "a worker after that" "inactive enabled" "$(unit ActiveState) $(unit UnitFileState)"
    inside systemctl start knocknoc-entra
    carry_out install.md "$heading" 1
    expect_entra "after the flush" 192.0.2.0/32
    carry_out install.md "$heading" 2
    expect_text "what the purge says" "$spool stays" "$said"
    inside test -s "$spool/ledger/ledger.sqlite" || fail "the purge took the spool"
    carry_out install.md "$heading" 3
    list_files >"$folder/after"
    # Made by somebody else, by the pages' own commands.
    local others='^> (/etc/credstore|/etc/systemd/system/knocknoc-entra\.service\.d|/var/lib/prometheus)'
    said=$(diff "$folder/before" "$folder/after" | grep '^[<>]' | grep -vE "$others" || true)
    [[ -z $said ]] || fail "the purge leaves, or takes away, other files"
}
