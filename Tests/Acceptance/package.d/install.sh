# install.md from the package to the first grant, and what each group may do.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2154 # sh -c, and what the parts share

spool=/var/spool/knocknoc-entra
config=/etc/knocknoc-entra/knocknoc-entra.json5

try_install() {
    local begin=$SECONDS
    echo "== install"
    inside apt-get -q update >/dev/null
    # What it depends on, an editor and two users are there before: then what it leaves behind is its own.
    dpkg-deb -f "$folder"/one/*.deb Depends | sed 's/([^)]*)//g; s/|[^,]*//g; s/,/ /g' |
        inside xargs apt-get -q -y install --no-install-recommends >"$folder/apt.log" 2>&1 ||
        { cat "$folder/apt.log"; exit 1; }
    inside useradd -m webapp
    inside useradd -m alice
    editing ''
    list_files >"$folder/before"
    cp "$folder"/one/*.deb "$root/root/"

    editing "s/^    tenantId: .*/    tenantId: \"$tenant\",/
        s/^    clientId: .*/    clientId: \"22222222-2222-4222-8222-222222222222\",/
        s/^      id: .*/      id: \"$location\",/
        s|^    cloud: .*|    authority: \"$entra/$tenant/\", graph: \"$entra\",|
        s/^    secondWriteAfter: .*/    secondWriteAfter: \"00:00:01\",/"
    begin=$SECONDS
    carry_out install.md "From the package to the first grant"
    printf '  from the package to the first grant: %d s\n' $((SECONDS - begin))
    ((SECONDS - begin < 600)) || fail "the first grant took more than ten minutes"
    expect_text "the start" "not started, for there is no $config" "$said"
    expect_text "the page's end" '^done$' "$(tail -n 2 <<<"$said")"
    expect_entra "the first grant" 203.0.113.7/32
    try_groups
}

# Everything of the machine that is not the work of others.
list_files() {
    inside find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /var/tmp \
        -o -path /root -o -path /var/log -o -path /var/cache -o -path /var/lib/apt -o -path /var/lib/systemd/timers \
        -o -path /var/lib/systemd/credential.secret -o -path /var/lib/systemd/random-seed \) -prune -o -print |
        grep -vE '^/etc/[.a-z-]+-$|^/var/lib/dpkg/[a-z]+-old$|^/etc/ld\.so\.cache' | LC_ALL=C sort
}

try_groups() {
    echo "== groups"
    carry_out install.md "Who may do what"
    expect_text "the leases" 'alice@example.com' "$said"

    as webapp 'printf "{\"action\":\"grant\",\"location\":\"office\",\"addresses\":[\"198.18.0.1\"]}\n" >tmp/one.json'
    as webapp 'mv -n tmp/one.json incoming/'
    as webapp 'printf "not JSON" >tmp/bad.json && mv tmp/bad.json incoming/'
    as webapp '(umask 077; printf "{}" >tmp/closed.json); mv tmp/closed.json incoming/'
    as webapp 'knocknoc-entra grant office 198.18.0.2' >/dev/null
    as webapp '/usr/share/knocknoc-entra/contrib/inject-grant -l office 198.18.0.3' >/dev/null
    # Longer than the settle time: CAP_LEASE shows the worker that somebody still writes.
    as webapp '(printf "{\"action\":\"grant\","; sleep 4; printf "\"addresses\":[\"198.18.0.4\"]}") >incoming/slow.json'
    await "the end of the six" is_empty incoming work
    expect_entra "what webapp may" 198.18.0.{1..4}/32 203.0.113.7/32
    expect "what failed" "SPOOL001 SPOOL007" "$(inside sh -c "cd $spool/failed && echo *")"
    expect_status "webapp in failed/" 2 as webapp 'ls failed'
    expect_status "webapp asking for a verdict" 77 as webapp 'knocknoc-entra grant office 198.18.0.1 --wait'
    expect_status "somebody in no group" 77 inside runuser -u nobody -- knocknoc-entra grant office 198.18.0.9
    expect_status "the secret, for an operator" 1 as alice 'cat /etc/knocknoc-entra/secrets/client-secret'
    expect_status "the ledger, for an operator" 0 as alice 'knocknoc-entra leases'
    expect_status "the ledger, for a producer" 2 as webapp 'ls ledger'

    # Mended by an operator: a new file in the place of the old one, then all of the code by one mv.
    as alice 'name=$(cd failed/SPOOL001 && ls *~bad.json) &&
        printf "%s" "{\"action\":\"grant\",\"addresses\":[\"198.18.0.5\"]}" >/tmp/mended &&
        mv -f /tmp/mended "failed/SPOOL001/$name" && mv failed/SPOOL001 incoming/'
    await "the mended one" is_empty incoming work
    expect_entra "what alice has mended" 198.18.0.{1..5}/32 203.0.113.7/32
    expect_status "an operator's status" 0 as alice 'knocknoc-entra status'
    expect_text "an operator's status" 'SPOOL007' "$said"
    expect_status "an operator's retry" 0 as alice 'knocknoc-entra retry SPOOL007'
    expect_status "an operator waiting" 0 as alice 'knocknoc-entra revoke office 198.18.0.5 --wait'
    expect_status "an operator's custom script" 0 \
        as alice '/usr/share/knocknoc-entra/contrib/knocknoc-script add office 198.18.0.8 &&
            /usr/share/knocknoc-entra/contrib/knocknoc-script del office 198.18.0.8'
    expect_status "an operator's why" 0 as alice 'knocknoc-entra why bad.json'
    # The worker makes a folder anew, and may not give it to a group.
    inside rmdir "$spool/hold"
    await "the folder that was removed" inside test -d "$spool/hold"
    carry_out install.md "Where everything lies"
    expect "the folder made anew" "2770 entra-ops" "$(inside stat -c '%a %G' "$spool/hold")"
    expect_text "the metrics, for everybody" '^knocknoc_entra_info' \
        "$(inside runuser -u nobody -- cat /var/lib/prometheus/node-exporter/knocknoc-entra.prom)"
}

# is_empty FOLDER…: of the spool
is_empty() {
    local place
    for place; do
        [[ -z $(inside find "$spool/$place" -type f ! -name '.*') ]] || return 1
    done
}
