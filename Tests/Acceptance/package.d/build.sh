# The package itself: the same bytes wherever it is built, and nothing that lintian objects to.
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2154 # sh -c, and what the parts share

try_build() {
    local copy=$folder/copy git
    git=$(git -c safe.directory='*' rev-parse --absolute-git-dir)
    echo "== build, twice"
    build_package "$folder/one"
    # Other place, umask, time zone and language: what of them got into the package would show.
    mkdir "$copy"
    git -c safe.directory='*' ls-files -z --cached --others --exclude-standard |
        xargs -0 sh -c 'for path; do [ ! -e "$path" ] || printf "%s\0" "$path"; done' sh |
        (umask 077 && tar -cf - --null -T - | tar -xf - --no-same-permissions -C "$copy")
    (cd "$copy" && umask 077 && GIT_DIR=$git GIT_WORK_TREE=$copy TZ=Asia/Tokyo LC_ALL=C \
        contrib/package --bin "$programs" --out "$folder/two" >"$folder/two.log" 2>&1) ||
        { cat "$folder/two.log"; exit 1; }
    cmp "$folder"/one/*.deb "$folder"/two/*.deb || fail "two builds of the same commit differ"
    build_package "$folder/next" --revision 2
    said=$(lintian --fail-on error,warning --allow-root "$folder"/one/*.deb 2>&1) || fail "lintian objects"
    expect_contents
}

build_package() {
    contrib/package --bin "$programs" --out "$@" >"$folder/build.log" 2>&1 || { cat "$folder/build.log"; exit 1; }
}

expect_contents() {
    local file unpacked=$folder/unpacked
    dpkg-deb -x "$folder"/one/*.deb "$unpacked"
    for file in usr/bin/knocknoc-entra usr/share/man/man8/knocknoc-entra.8.gz \
        usr/share/bash-completion/completions/knocknoc-entra usr/share/zsh/vendor-completions/_knocknoc-entra \
        usr/share/knocknoc-entra/knocknoc-entra.json5 usr/share/knocknoc-entra/contrib/inject-grant \
        usr/share/doc/knocknoc-entra/README.md usr/share/doc/knocknoc-entra/contrib/docs/install.md; do
        [[ -s $unpacked/$file ]] || fail "the package has no $file"
    done
    expect "the version" "$("$programs/knocknoc-entra" --version | sed 's/.* //')-1" \
        "$(dpkg-deb -f "$folder"/one/*.deb Version)"
    expect_text "what it depends on" '(^| )libcurl4.*libssl3' "$(dpkg-deb -f "$folder"/one/*.deb Depends)"
    expect_status "the template" 64 \
        "$programs/knocknoc-entra" check --config "$unpacked/usr/share/knocknoc-entra/knocknoc-entra.json5"
    expect_text "the template" 'placeholder' "$said"
    if ldd "$unpacked/usr/bin/knocknoc-entra" | grep -E 'libswift|libFoundation|not found'; then
        fail "the program needs libraries of Swift"
    fi
}
