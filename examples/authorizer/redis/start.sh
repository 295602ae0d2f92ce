#!/usr/bin/env bash
# Starts a store of used signatures on this machine, in the foreground:
#
#   bash examples/authorizer/redis/start.sh FOLDER [PORT [ADDRESS]]
#
# FOLDER keeps the data, a new password, and redis.url, which `url_file` of the authorizer's configuration names. A second start
# takes what is there. Without redis-server and valkey-server it installs Debian's redis-server, which needs the rights of root.
set -euo pipefail
umask 077
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?the folder of the data}
port=${2:-6379}
address=${3:-127.0.0.1}

server=$(command -v valkey-server || command -v redis-server || true)
if [[ -z $server ]]; then
    apt-get -qq update
    # Its own service would take the port.
    RUNLEVEL=1 apt-get -qq install --no-install-recommends -y redis-server
    server=$(command -v redis-server)
fi

mkdir -p "$folder"
cd "$folder"
if [[ ! -e users.acl ]]; then
    password=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
    hash=$(printf %s "$password" | sha256sum | cut -d' ' -f1)
    rights='resetchannels -@all +set +get +incr +decr +del +eval +time +info +config|get +cluster|slots +client|setinfo'
    # Redis 7.0 does not know `client|setinfo`, and refuses a rule with an unknown command.
    "$server" --version | grep -q 'v=7\.0\|v=6' && rights=${rights/ +client|setinfo/}
    # The default user cannot log in. It keeps its rights because Redis 7.0 reads its own log with them: without, it would skip
    # every change of several keys.
    printf 'user default off ~* &* +@all\nuser replay on #%s ~{sig4:* %s\n' "$hash" "$rights" >users.acl
    printf 'redis://replay:%s@%s:%s/\n' "$password" "$address" "$port" >redis.url
fi
exec "$server" "$here/redis.conf" --dir "$PWD" --aclfile "$PWD/users.acl" --bind "$address" --port "$port"
