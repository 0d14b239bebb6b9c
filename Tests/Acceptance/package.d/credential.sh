# The secret as a credential of systemd: plain, then encrypted.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2154 # sh -c, and what the parts share

try_credential() {
    local heading="The secret as a credential of systemd"
    echo "== credential"
    inside rm /etc/knocknoc-entra/secrets/client-secret
    editing 's|^    clientSecretFile: |    // &|'
    carry_out install.md "$heading" 1
    settle grant office 198.18.1.4 --user dave@example.com --for 1h
    carry_out install.md "$heading" 2
    expect_text "the doctor with the credential" '0 failed' "$said"
    carry_out install.md "$heading" 3
    settle grant office 198.18.1.5 --user erin@example.com --for 1h
    expect_entra "with the encrypted secret" 198.18.1.3/32 198.18.1.4/32 198.18.1.5/32
    expect_status "the plain one" 2 inside ls /etc/credstore/knocknoc-entra.client-secret
}
