#!/bin/sh
# Installs Chromium for the browser tests and the screenshots; does nothing where a browser is already there.
set -eu

find_browser() {
    for browser in /usr/bin/chromium chromium chromium-browser google-chrome; do
        command -v "$browser" && return 0
    done
    return 1
}

if browser=$(find_browser); then
    echo "Browser found: $browser"
    exit 0
fi

if ! command -v apt-get >/dev/null 2>&1; then
    echo "No Chromium or Chrome here, and no apt-get to install one." >&2
    echo "Please install Chromium or Google Chrome by the means of this system, then try again." >&2
    exit 1
fi

if [ "$(id -u)" -ne 0 ]; then
    echo "Chromium is missing, and only root can install it. Please say:" >&2
    echo "    sudo sh scripts/install-chromium.sh" >&2
    exit 1
fi

install() {
    env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

apt-get update -q
# Debian's package is "chromium", Ubuntu's "chromium-browser".
install chromium || install chromium-browser
# Without an emoji font the bot's buttons show empty boxes.
install fonts-noto-color-emoji fonts-roboto-unhinted || echo "Fonts were not installed: emoji may be missing on screenshots."

if browser=$(find_browser); then
    echo "Browser installed: $browser"
    exit 0
fi
echo "apt-get finished, but there is still no browser. Please install Chromium by hand." >&2
exit 1
