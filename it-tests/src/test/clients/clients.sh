#!/bin/bash
# Real clients through ZeroCloud's proxy: each uploads, lists, downloads and deletes; those that can send a POST run a job. Prints a line for each.
#   clients.sh AUTH_URL COPIER [KEYSTONE_URL]
# COPIER: a guest that copies its input. A client that is not installed is named as skipped.
set -euo pipefail
auth=$1 copier=$(readlink -f "$2") keystone=${3:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME=$work LC_ALL=C.UTF-8
head -c 300000 /dev/urandom >sent
printf 'text for a job\n' >text
job() { # CONTAINER
    printf '[{"name":"copy","exec":{"path":"swift://~/%s/copier"},"devices":[{"name":"stdin","path":"swift://~/%s/text"},{"name":"stdout"}]}]' "$1" "$1" >job.json
}
same() { cmp "$1" "$2" || { echo "$1 and $2 differ" >&2; exit 1; }; }
gone() { if "$@" >/dev/null 2>&1; then echo "still there: $*" >&2; exit 1; fi; }

curl_works() {
    curl -sSf -D head -o /dev/null -H 'X-Auth-User: test:tester' -H 'X-Auth-Key: testing' "$auth"
    url=$(sed -n 's/^X-Storage-Url: *//Ip' head | tr -d '\r')
    token="X-Auth-Token: $(sed -n 's/^X-Auth-Token: *//Ip' head | tr -d '\r')"
    curl -sSf -X PUT -H "$token" "$url/by-curl"
    curl -sSf -o /dev/null -H "$token" -T sent "$url/by-curl/a%20name%20%C3%A4"
    curl -sSf -o /dev/null -H "$token" -T text "$url/by-curl/text"
    curl -sSf -o /dev/null -H "$token" -T "$copier" "$url/by-curl/copier"
    [ "$(curl -sSf -H "$token" "$url/by-curl")" = $'a name ä\ncopier\ntext' ]
    curl -sSf -H "$token" -o got "$url/by-curl/a%20name%20%C3%A4"
    same sent got
    curl -sSf -H "$token" -r 1000-1999 -o part "$url/by-curl/a%20name%20%C3%A4"
    tail -c +1001 sent | head -c 1000 >wanted
    same wanted part
    job by-curl
    curl -sSf -X POST -H "$token" -H 'X-Zerovm-Execute: 1.0' -H 'Content-Type: application/json' --data-binary @job.json -o answer "$url"
    same text answer
    curl -sSf -X DELETE -H "$token" "$url/by-curl/a%20name%20%C3%A4"
    gone curl -sSf -I -H "$token" "$url/by-curl/a%20name%20%C3%A4"
}

swift_works() { # CONTAINER; credentials are in the environment
    /usr/bin/swift -q upload "$1" sent text
    /usr/bin/swift -q upload --object-name copier "$1" "$copier"
    /usr/bin/swift -q upload -S 100000 --use-slo --object-name large "$1" sent
    [ "$(/usr/bin/swift list "$1" | tr '\n' ' ')" = "copier large sent text " ]
    /usr/bin/swift -q download "$1" large -o got
    same sent got
    job "$1"
    /usr/bin/swift auth >auth.sh
    (. ./auth.sh; /usr/bin/python3 - "$OS_STORAGE_URL" "$OS_AUTH_TOKEN" >answer <<'PY'
import sys
from swiftclient import client
headers, body = client.post_account(
    sys.argv[1], sys.argv[2], {"X-Zerovm-Execute": "1.0", "Content-Type": "application/json"},
    data=open("job.json", "rb").read())
sys.stdout.write(body.decode())
PY
    )
    same text answer
    /usr/bin/swift -q delete "$1" large sent
    gone /usr/bin/swift stat "$1" sent
}

openstack_works() {
    /usr/bin/openstack container create by-openstack >/dev/null
    /usr/bin/openstack object create by-openstack sent text >/dev/null
    [ "$(/usr/bin/openstack object list -f value by-openstack | tr '\n' ' ')" = "sent text " ]
    /usr/bin/openstack object save --file got by-openstack sent
    same sent got
    /usr/bin/openstack object delete by-openstack sent
    gone /usr/bin/openstack object show by-openstack sent
}

rclone_works() {
    export RCLONE_CONFIG=$work/rclone.conf
    printf '[zc]\ntype = swift\nuser = test:tester\nkey = testing\nauth = %s\n' "$auth" >rclone.conf
    mkdir -p tree/sub
    cp sent tree/a
    cp text tree/sub/b
    rclone -q mkdir zc:by-rclone
    rclone -q sync tree zc:by-rclone
    [ "$(rclone lsf -R zc:by-rclone | sort | tr '\n' ' ')" = "a sub/ sub/b " ]
    rclone -q check tree zc:by-rclone 2>/dev/null
    rclone -q copyto zc:by-rclone/a got
    same sent got
    rclone -q purge zc:by-rclone
    ! rclone lsf zc: | grep -q by-rclone
}

try() { # NAME PROGRAM FUNCTION [ARGUMENT]
    if [ ! -x "$2" ]; then echo "skipped $1: no $2"; return; fi
    ("${@:3}") || { echo "failed $1"; exit 1; }
    echo "ok $1"
}

try curl /usr/bin/curl curl_works
export ST_AUTH=$auth ST_USER=test:tester ST_KEY=testing
try 'swift, TempAuth' /usr/bin/swift swift_works by-swift
unset ST_AUTH ST_USER ST_KEY
try rclone /usr/bin/rclone rclone_works
[ -n "$keystone" ] || exit 0
export OS_AUTH_URL=$keystone OS_USERNAME=tester OS_PASSWORD=testing OS_PROJECT_NAME=test OS_USER_DOMAIN_NAME=Default OS_PROJECT_DOMAIN_NAME=Default OS_IDENTITY_API_VERSION=3
try 'swift, Keystone' /usr/bin/swift swift_works by-swift
try openstack /usr/bin/openstack openstack_works
