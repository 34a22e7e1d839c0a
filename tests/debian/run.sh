#!/usr/bin/env bash
# Installs the Debian package in a clean root, runs passes, updates over an edited env file, removes and purges it.
# tests/debian/run.sh PACKAGE MOCK_API: as root on Debian with debootstrap.
set -euo pipefail
package=$(realpath "$1")
mock_api=$(realpath "$2")
work=$(mktemp -d)
root=$work/root
api=
finish() {
    [ -z "$api" ] || kill "$api" 2>/dev/null || true
    umount "$root/proc" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
fail() { echo "debian: $1" >&2; exit 1; }

debootstrap --variant=minbase --include=ca-certificates,cron,logrotate "$(. /etc/os-release; echo "$VERSION_CODENAME")" "$root" >"$work/debootstrap.log" 2>&1 || { tail -5 "$work/debootstrap.log" >&2; fail 'debootstrap failed'; }
mount -t proc proc "$root/proc"
cp "$package" "$root/examsync.deb"
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }
as_examsync() { inside runuser -u examsync -- examsync --env-file /etc/examsync/env "$@"; }
install_it() { inside dpkg -i /examsync.deb 2>&1; }

said=$(install_it) || fail "it can't be installed: $said"
grep -q 'put the settings into /etc/examsync/env' <<<"$said" || fail "the first installation does not say what is next: $said"
[ "$(inside stat -c '%a %U' /etc/examsync/env)" = '600 examsync' ] || fail 'others may read the env file'
[ -z "$(inside grep -v '^#' /etc/cron.d/examsync | grep examsync)" ] || fail 'a line of cron runs before a person took its sign out'
for page in man1/examsync.1.gz man7/examsync-recovery.7.gz; do
    inside test -s "/usr/share/man/$page" || echo "(man pages are left out of this root: $page)"
done
inside dpkg-query -L examsync | grep -q '/usr/share/man/man7/examsync-recovery.7.gz' || fail 'the manual is not in it'
inside logrotate --debug /etc/logrotate.d/examsync >/dev/null 2>&1 || fail 'logrotate does not take its file'

"$mock_api" --port 0 >"$work/api.log" 2>&1 &
api=$!
for _ in $(seq 100); do grep -q '^http' "$work/api.log" && break; sleep 0.1; done
read -r url token <"$work/api.log"
printf '%s\n' "EXTERNAL_HALL_API_URL=$url" "EXTERNAL_HALL_API_TOKEN=$token" SYNC_TIMEZONE=Asia/Baku >>"$root/etc/examsync/env"
edited=$(sha256sum <"$root/etc/examsync/env")
as_examsync migrate
as_examsync halls
as_examsync halls -v | grep -q ' unchanged' || fail 'the second pass changed something'

# Over an edited file, with nothing to migrate; then with tables that are older than the program.
said=$(install_it)
grep -q migrate <<<"$said" && fail "an update with current tables speaks of migrations: $said"
[ "$(sha256sum <"$root/etc/examsync/env")" = "$edited" ] || fail 'an update changed the env file'
as_examsync migrate --revert --yes >/dev/null
said=$(install_it)
grep -q 'sudo -u examsync examsync --env-file /etc/examsync/env migrate$' <<<"$said" || fail "an update does not name the line that migrates: $said"
code=0; as_examsync migrate --check >/dev/null 2>&1 || code=$?
[ "$code" = 1 ] || fail 'an update migrated by itself'

inside dpkg --remove examsync >/dev/null 2>&1
[ ! -e "$root/usr/bin/examsync" ] && [ -e "$root/etc/examsync/env" ] || fail 'removing takes the program and keeps the settings'
said=$(inside dpkg --purge examsync 2>&1)
[ ! -e "$root/etc/examsync" ] && [ ! -e "$root/etc/cron.d/examsync" ] || fail 'purging leaves settings'
[ -d "$root/var/lib/examsync" ] || fail 'purging takes the database'
grep -q 'is kept' <<<"$said" || fail "purging does not say that the database is kept: $said"
echo 'the package was installed, used, updated, removed and purged'
