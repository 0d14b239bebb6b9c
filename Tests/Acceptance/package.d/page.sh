# The commands of a page, carried out in the machine as they stand.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2154 # sh -c, and what the parts share

# blocks PAGE HEADING: each block of commands below that heading, ended by a NUL.
blocks() {
    awk -v heading="$2" '
        /^##+ / { sub(/^#+ /, ""); wanted = $0 == heading; next }
        !wanted { next }
        /^    / { block = block substr($0, 5) "\n"; next }
        block != "" { printf "%s%c", block, 0; block = "" }
        END { if (block != "") printf "%s%c", block, 0 }
    ' "$1"
}

# carry_out PAGE HEADING [NUMBER]: all blocks, or that one; `said` holds what was printed. What a person would paste in
# is the secret.
carry_out() {
    local block list status=0
    mapfile -t -d '' list < <(blocks "contrib/docs/$1" "$2")
    [[ -z ${3:-} ]] || list=("${list[@]:$3 - 1:1}")
    said=''
    ((${#list[@]} > 0)) || { fail "$1 has no such commands below \"$2\""; return; }
    printf '  %s: %s\n' "$1" "$2${3:+, $3}"
    for block in "${list[@]}"; do
        said+=$(inside bash -euo pipefail -c "cd /root; $block" 2>&1 <<<"$secret") || status=$?
        said+=$'\n'
        ((status == 0)) || { fail "$1, \"$2\": status $status of"$'\n'"$block"; return; }
    done
}

# editing SCRIPT: what the next `editor` does to the file, in sed.
editing() {
    printf '#!/bin/sh\nsed -i '\''%s'\'' "$1"\n' "$1" >"$root/usr/local/bin/editor"
    chmod 0755 "$root/usr/local/bin/editor"
}
