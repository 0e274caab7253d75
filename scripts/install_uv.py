"""Put uv, the tool that installs everything else, into a folder: install_uv.py FOLDER VERSION.

Needs Python 3.11 or newer and nothing more. Debian's bare python3 has neither pip nor what venv needs to
bring it; then pip is fetched from the index, checked against its SHA-256, and run as it is.
"""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path

JSON_INDEX = "application/vnd.pypi.simple.v1+json"
PIP_VERSION = "26.1"
TIMEOUT_SECONDS = 60


def main(folder: Path, version: str) -> int:
    """Install and tell. 0: done; 1: could not, with one sentence on what to do."""
    uv = f"uv=={version}"
    try:
        if importlib.util.find_spec("ensurepip"):
            run(sys.executable, "-m", "venv", "--clear", str(folder))
            run(str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", uv)
        elif importlib.util.find_spec("pip"):
            run(sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--target", str(folder), uv)
        else:
            with tempfile.TemporaryDirectory() as download:
                pip = fetch_pip(Path(download), os.environ)
                run(
                    sys.executable,
                    str(pip / "pip"),
                    "install",
                    "--quiet",
                    "--upgrade",
                    "--target",
                    str(folder),
                    uv,
                )
    except (subprocess.CalledProcessError, OSError, LookupError, ValueError) as error:
        print(f"Could not install uv {version}: {error}", file=sys.stderr)
        print(
            "Check the network and the free space, then try again; or install uv yourself "
            "(https://docs.astral.sh/uv/) and say: make UV=/path/to/uv",
            file=sys.stderr,
        )
        return 1
    return 0


def run(*command: str) -> None:
    subprocess.run(command, check=True)


def fetch_pip(folder: Path, environment: Mapping[str, str]) -> Path:
    """Download pip's wheel from the index that pip itself would ask; Python can run it as it is."""
    index = environment.get("PIP_INDEX_URL") or "https://pypi.org/simple"
    page = f"{index.rstrip('/')}/pip/"
    request = urllib.request.Request(page, headers={"Accept": JSON_INDEX})
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
        files = json.load(answer)["files"]
    wanted = f"pip-{PIP_VERSION}-py3-none-any.whl"
    wheel = next((file for file in files if file["filename"] == wanted), None)
    if wheel is None:
        raise LookupError(f"{page} does not have {wanted}")
    with urllib.request.urlopen(urllib.parse.urljoin(page, wheel["url"]), timeout=TIMEOUT_SECONDS) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != wheel["hashes"]["sha256"]:
        raise ValueError(f"{wanted} is not the file that its index describes")
    path = folder / wanted
    path.write_bytes(content)
    return path


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
