# The unit at work under systemd: ready, reloading, refused, hung, stopped.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2154 # sh -c, and what the parts share

unit() { inside systemctl show knocknoc-entra --property="$1" --value; }
log_of_unit() { inside journalctl -u knocknoc-entra --no-pager -o cat -n "${1:-20}"; }

try_service() {
    local pid drop=/etc/systemd/system/knocknoc-entra.service.d
    echo "== service"
    expect "the service" "active enabled" "$(unit ActiveState) $(unit UnitFileState)"
    expect_text "its status line" 'leases' "$(unit StatusText)"
    pid=$(unit MainPID)
    expect "its capabilities" "$((1 << 28))" "$((16#$(inside sed -n 's/^CapEff:\t//p' "/proc/$pid/status")))"
    expect "its seccomp mode" 2 "$(inside sed -n 's/^Seccomp:\t//p' "/proc/$pid/status")"
    expect_text "the core file that it may leave" '^Max core file size +0 ' "$(inside cat "/proc/$pid/limits")"
    expect_status "writing outside of the spool" 1 inside nsenter --target "$pid" --mount touch /etc/escaped

    echo "HTTPS_PROXY=http://proxy.example.com:8080" >"$root/etc/default/knocknoc-entra"
    inside systemctl restart knocknoc-entra
    pid=$(unit MainPID)
    expect_text "its environment" 'HTTPS_PROXY=http://proxy' "$(inside cat "/proc/$pid/environ" | tr '\0' '\n')"

    inside systemctl reload knocknoc-entra
    await "the reload" reload_is accepted
    expect "the process after a reload" "$pid" "$(unit MainPID)"
    inside cp -p "$config" /root/good
    inside sed -i 's/^  retry: {/  retri: {/' "$config"
    inside systemctl reload knocknoc-entra
    await "the refused reload" reload_is refused
    expect "the service after it" active "$(unit ActiveState)"
    expect_status "a start with that" 1 inside systemctl restart knocknoc-entra
    expect "what systemd makes of it" "failed 64 0" "$(unit ActiveState) $(unit ExecMainStatus) $(unit NRestarts)"
    inside cp -p /root/good "$config"

    # Stopped, it cannot say that it lives.
    inside mkdir -p "$drop"
    printf '%s\n' '[Service]' WatchdogSec=4s TimeoutAbortSec=2s RestartSec=1s >"$root$drop/watchdog.conf"
    inside systemctl daemon-reload
    inside systemctl restart knocknoc-entra
    pid=$(unit MainPID)
    inside systemctl kill --signal=STOP knocknoc-entra
    await "the restart by the watchdog" was_restarted "$pid"
    expect_text "why" "Watchdog timeout" "$(log_of_unit 40)"
    inside rm -r "$drop"
    inside systemctl daemon-reload
    inside systemctl restart knocknoc-entra
    expect_status "a second worker" 75 inside runuser -u knocknoc-entra -- knocknoc-entra run

    inside systemctl stop knocknoc-entra
    expect "a stop" "inactive success" "$(unit ActiveState) $(unit Result)"
    expect_text "the last line of the log" 'event=stopped' "$(log_of_unit)"
    inside mv "$spool/.spool" /root/
    expect_status "a start on a disk that is not mounted" 1 inside systemctl start knocknoc-entra
    expect "what systemd makes of it" "66 0" "$(unit ExecMainStatus) $(unit NRestarts)"
    inside mv /root/.spool "$spool/"
    inside systemctl start knocknoc-entra
}

reload_is() { log_of_unit | grep -q "event=reload.$1"; }
was_restarted() { [[ $(unit NRestarts) == 1 && $(unit MainPID) != "$1" && $(unit ActiveState) == active ]]; }
