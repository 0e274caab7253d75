#!/bin/sh
# Installs PostgreSQL's programs for `make test-postgres`; does nothing where they are already there. No server is started.
set -eu

find_server() {
    command -v initdb || ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null | tail -n 1 | grep .
}

if server=$(find_server); then
    echo "PostgreSQL found: $server"
    exit 0
fi

if ! command -v apt-get >/dev/null 2>&1; then
    echo "No PostgreSQL here, and no apt-get to install it." >&2
    echo "Please install PostgreSQL 14 or newer by the means of this system, then try again." >&2
    exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "PostgreSQL is missing, and only root can install it. Please say:" >&2
    echo "    sudo sh scripts/install-postgres.sh" >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# Debian would start a server of its own; ours is private and lives as long as the tests.
mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] ||
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
apt-get install -q -y --no-install-recommends postgresql

if server=$(find_server); then
    echo "PostgreSQL installed: $server"
    exit 0
fi
echo "apt-get finished, but there is still no PostgreSQL. Please install it by hand." >&2
exit 1
