#!/bin/bash
# The Debian package beside a Swift: installed, set up as docs/guides/operators.md says, its units' commands started as systemd would, upgraded,
# removed, purged. For a fresh Debian 12 with Swift's packages, as root. Prints a line for each.
#   debian.sh PACKAGE SWIFT_CLUSTER COPIER
# SWIFT_CLUSTER: deploy/swift-cluster/swift-cluster, which starts that Swift. COPIER: a guest that copies its input.
set -euo pipefail
deb=$(readlink -f "$1") cluster=$2 copier=$(readlink -f "$3")
work=$(mktemp -d)
swift=/dev/shm/swift
declare -A pids
finish() {
    code=$?
    # What did not end well is told by the services' own words.
    if [ $code != 0 ]; then tail -n 20 "$work"/*.log >&2 || true; fi
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    "$cluster" down $swift
    exit $code
}
trap finish EXIT
fail() { echo "failed: $*" >&2; exit 1; }
is() { [ "$2" = "$3" ] || fail "$1: '$2' in place of '$3'"; } # WHAT FOUND WANTED
gone() { for path in "$@"; do [ ! -e "$path" ] || fail "$path is still there"; done; }
there() { for path in "$@"; do [ -e "$path" ] || fail "$path is missing"; done; }
until_ok() { # SECONDS COMMAND...
    end=$((SECONDS + $1)); shift
    until "$@"; do [ $SECONDS -lt $end ] || fail "did not come true: $*"; sleep 0.2; done
}

# A unit's command as systemd starts it, as far as that needs no systemd: user, groups, folders, no new rights.
setting() { sed -n "s/^$2=//p" "/lib/systemd/system/zerocloud-$1.service"; } # UNIT KEY
start() { # UNIT
    user=$(setting "$1" User)
    for folder in $(setting "$1" RuntimeDirectory); do install -d -m "$(setting "$1" RuntimeDirectoryMode)" "/run/$folder"; done
    for folder in $(setting "$1" StateDirectory); do
        # Of zerocloud/node the parent is root's.
        mkdir -p "/var/lib/$folder"
        install -d -o "$user" -g "$(setting "$1" Group)" -m "$(setting "$1" StateDirectoryMode)" "/var/lib/$folder"
    done
    command=(/bin/bash -c "exec $(setting "$1" ExecStart)")
    if [ -n "$user" ]; then
        command=(setpriv --reuid="$user" --regid="$(setting "$1" Group)" --groups="$(setting "$1" Group),$(setting "$1" SupplementaryGroups)"
            --no-new-privs --inh-caps=-all --bounding-set=-all "${command[@]}")
    fi
    "${command[@]}" >"$work/$1.log" 2>&1 </dev/null &
    pids[$1]=$!
    until_ok 120 answers "$1"
}
answers() { kill -0 "${pids[$1]}" || fail "zerocloud-$1 has ended"; grep -q '^ready' "$work/$1.log"; }
stop() { # UNIT
    kill "${pids[$1]}"
    code=0
    wait "${pids[$1]}" || code=$?
    unset "pids[$1]"
    is "exit code of zerocloud-$1" $code 0
}

install_package() { DEBIAN_FRONTEND=noninteractive dpkg -i "$1" >"$work/dpkg.log" 2>&1 || fail "$(cat "$work/dpkg.log")"; }

installed() {
    install_package "$deb"
    is 'what it tells of itself' "$(zerocloud --version)" "zerocloud $(dpkg-query -W -f '${Version}' zerocloud | sed 's/~snapshot/-SNAPSHOT/')"
    is 'the same for an ordinary user' "$(setpriv --reuid=nobody --clear-groups zerocloud --version)" "$(zerocloud --version)"
    is 'whose keys are' "$(stat -c '%U:%G %a' /etc/zerocloud)" 'root:zerocloud 750'
    is 'files of others than root' "$(find /usr/lib/zerocloud /usr/share/doc/zerocloud ! -user root -o ! -group root)" ''
    is 'files that others may write' "$(find /usr/lib/zerocloud /usr/share/doc/zerocloud -perm /022 ! -type l)" ''
    is 'files with rights of their own' "$(find /usr/lib/zerocloud -perm /6000)" ''
    is 'what dpkg knows to be damaged' "$(dpkg -V zerocloud)" ''
    there /usr/lib/zerocloud/zerocloud.aot /usr/share/doc/zerocloud/{copyright,node.yaml,proxy.yaml}
    getent passwd zerocloud >/dev/null || fail 'there is no user zerocloud'
}

configured() {
    "$cluster" up $swift --nodes 1 --replicas 1 --no-ec >"$work/swift.log"
    address=$(sed -n 's|^auth http://\([^/]*\)/.*|\1|p' "$work/swift.log")
    node=$(sed -n 's|^node \([^:]*\):.*|\1|p' "$work/swift.log")
    rm -r /etc/swift
    ln -s $swift/etc /etc/swift
    chown root:swift $swift/etc/swift.conf
    chmod 640 $swift/etc/swift.conf

    zerocloud cluster-ca /root/zerocloud-ca --agent "storage1=$node" >/dev/null
    (cd /root/zerocloud-ca && install -o root -g zerocloud -m 0640 cluster.key ca.pem storage1.pem storage1.key /etc/zerocloud/)
    sed -e "s|http://proxy.example:8080|http://$address|" -e "s|10.0.0.11:6300|$node:6300|" -e "s|devices: .*|devices: [$swift/srv/1/d1]|" \
        /usr/share/doc/zerocloud/node.yaml >/etc/zerocloud/node.yaml
    sed -e "s|http://127.0.0.1:8080|http://$address|" -e 's|0.0.0.0:8088|127.0.0.1:8088|' -e "s|storage1.example|$node|" -e "s|10.0.0.11|$node|" \
        -e '/storage2/,$d' /usr/share/doc/zerocloud/proxy.yaml >/etc/zerocloud/proxy.yaml
}

served() {
    for unit in sandbox node proxy; do start $unit; done
    is 'the sandbox runs as' "$(stat -c %U "/proc/${pids[sandbox]}")" root
    is 'the agent runs as' "$(stat -c %U "/proc/${pids[node]}")" swift
    is 'the proxy runs as' "$(stat -c %U "/proc/${pids[proxy]}")" zerocloud
    until_ok 60 job_answers
    curl -sSf http://127.0.0.1:8088/info | grep -q '"zerocloud"' || fail '/info does not tell of ZeroCloud'
    is '/healthcheck' "$(curl -sSf http://127.0.0.1:8088/healthcheck)" OK
    is "the agent's /healthcheck" "$(curl -sSf --cacert /etc/zerocloud/ca.pem "https://$node:6300/healthcheck")" OK
    is 'an unsigned request to the agent' "$(curl -s -o /dev/null -w '%{http_code}' --cacert /etc/zerocloud/ca.pem "https://$node:6300/v1/status")" 401
    grep -q 'Agent storage1 is up' "$work/proxy.log" || fail 'the log does not tell that the agent is up'
}

login() {
    curl -sSf -D "$work/head" -o /dev/null -H 'X-Auth-User: test:tester' -H 'X-Auth-Key: testing' "http://$1/auth/v1.0"
    url=$(sed -n 's/^X-Storage-Url: *//Ip' "$work/head" | tr -d '\r')
    token="X-Auth-Token: $(sed -n 's/^X-Auth-Token: *//Ip' "$work/head" | tr -d '\r')"
}
job_answers() {
    login 127.0.0.1:8088
    curl -sSf -o /dev/null -X PUT -H "$token" "$url/c"
    curl -sSf -o /dev/null -H "$token" -T "$copier" "$url/c/copy"
    printf 'kept in Swift' | curl -sSf -o /dev/null -H "$token" -T - "$url/c/text"
    printf '[{"name":"n","exec":{"path":"swift://~/c/copy"},"devices":[{"name":"stdin","path":"swift://~/c/text"},{"name":"stdout"}]}]' >"$work/job"
    answer=$(curl -sS -X POST -H "$token" -H 'X-Zerovm-Execute: 1.0' -H 'Content-Type: application/json' --data-binary "@$work/job" "$url")
    [ "$answer" = 'kept in Swift' ] || { echo "the job answered: $answer" >>"$work/job.log"; return 1; }
    curl -sSf -X POST -H "$token" -H 'X-Zerovm-Execute: 1.0' -H 'X-Zerovm-Report: 1' -H 'Content-Type: application/json' \
        --data-binary "@$work/job" "$url" | grep -q '"data" *: *"local"' || fail 'the job did not run beside its data'
}

upgraded() {
    dpkg-deb -R "$deb" "$work/next"
    sed -i 's/^Version: .*/Version: 999/' "$work/next/DEBIAN/control"
    printf 'new in this version\n' >"$work/next/usr/share/doc/zerocloud/NEWS"
    rm "$work/next/usr/share/doc/zerocloud/README.md"
    dpkg-deb -Zgzip -z1 -b "$work/next" "$work/next.deb" >/dev/null
    echo '# mine' >>/etc/zerocloud/node.yaml
    before=$(stat -c %i /usr/lib/zerocloud/zerocloud.aot)
    install_package "$work/next.deb"
    is version "$(dpkg-query -W -f '${Version}' zerocloud)" 999
    there /usr/share/doc/zerocloud/NEWS
    gone /usr/share/doc/zerocloud/README.md
    [ "$before" != "$(stat -c %i /usr/lib/zerocloud/zerocloud.aot)" ] || fail 'the class archive is that of the old version'
    grep -q '# mine' /etc/zerocloud/node.yaml || fail 'the configuration was replaced'
    # As the package lets systemd do it.
    for unit in proxy node; do stop $unit; done
    stop sandbox
    for unit in sandbox node proxy; do start $unit; done
    until_ok 60 job_answers
}

removed() {
    for unit in proxy node; do stop $unit; done
    stop sandbox
    dpkg -r zerocloud >/dev/null
    gone /usr/lib/zerocloud /usr/bin/zerocloud /usr/share/doc/zerocloud /lib/systemd/system/zerocloud-*.service
    there /etc/zerocloud/{cluster.key,node.yaml} /var/lib/zerocloud
    dpkg -P zerocloud >/dev/null
    gone /etc/zerocloud /var/lib/zerocloud
    ! getent passwd zerocloud >/dev/null || fail 'the user zerocloud is still there'
    login "$address"
    is 'what the job read' "$(curl -sSf -H "$token" "$url/c/text")" 'kept in Swift'
}

for step in installed configured served upgraded removed; do
    $step
    echo "ok $step"
done
