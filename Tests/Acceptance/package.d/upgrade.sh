# upgrade.md: forward, back, and what an older version does not know.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2154 # sh -c, and what the parts share

package_version() { inside dpkg-query -f '${Version}' -W knocknoc-entra; }

try_upgrade() {
    local pid sum
    echo "== upgrade"
    inside sed -i '1i // Ours.' "$config"
    sum=$(inside sha256sum "$config")
    pid=$(unit MainPID)
    inside sh -c 'mkdir /root/older && mv /root/*.deb /root/older/'
    cp "$folder"/next/*.deb "$root/root/"
    carry_out upgrade.md "What an upgrade does"
    expect_text "the version" '-2$' "$(package_version)"
    expect "the configuration" "$sum" "$(inside sha256sum "$config")"
    expect "the service" active "$(unit ActiveState)"
    [[ $(unit MainPID) != "$pid" ]] || fail "the upgrade did not restart the worker"
    expect_text "the worker's stop" 'event=stopped.*waiting=0' "$(log_of_unit)"
    expect_entra "who is let in" 198.18.0.{1..4}/32 203.0.113.7/32

    inside systemctl stop knocknoc-entra
    carry_out upgrade.md "Back to an older version"
    expect_text "the version" '-1$' "$(package_version)"
    expect "a worker that was stopped" inactive "$(unit ActiveState)"

    change_ledger "PRAGMA user_version = 2"
    inside systemctl start knocknoc-entra
    inside knocknoc-entra grant office 198.18.0.6 >/dev/null
    await "the location's pause" is_paused
    expect_entra "who is let in" 198.18.0.{1..4}/32 203.0.113.7/32
    inside systemctl stop knocknoc-entra
    change_ledger "PRAGMA user_version = 1"
    inside systemctl start knocknoc-entra
    await "the grant that waited" is_empty incoming work
    expect_entra "who is let in" 198.18.0.{1..4}/32 198.18.0.6/32 203.0.113.7/32
}

change_ledger() { PYTHONPATH=Tests/Kit/python python3 -c 'import sys, kit; kit.ledger(*sys.argv[1:], writes=True)' "$root$spool" "$1"; }

is_paused() { [[ $(unit StatusText) == *paused:*office* ]]; }
