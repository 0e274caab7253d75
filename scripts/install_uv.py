"""Put uv, the tool that installs everything else, into a folder: install_uv.py FOLDER.

Needs Python 3.11 or newer and nothing more. Which files of uv may be installed stands in ``uv.txt`` beside this one,
with their SHA-256: whatever an index answers, nothing else is run. Debian's bare python3 has neither pip nor what venv
needs to bring it; then pip is fetched from the index, checked against its SHA-256 below, and run as it is.
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
PIP_SHA256 = "4e8486d821d814b77319acb7b9e8bf5a4ee7590a643e7cb21029f209be8573c1"
WANTED = Path(__file__).resolve().parent / "uv.txt"
CHECKED = ("--require-hashes", "--only-binary", ":all:", "--no-deps", "--requirement", str(WANTED))
"""How pip installs: what stands in the list, and only as it stands there."""
TIMEOUT_SECONDS = 60


def main(folder: Path) -> int:
    """Install and tell. 0: done; 1: could not, with one sentence on what to do."""
    try:
        refuse_open_indexes(os.environ)
        if importlib.util.find_spec("ensurepip"):
            run(sys.executable, "-m", "venv", "--clear", str(folder))
            run(str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *CHECKED)
        elif importlib.util.find_spec("pip"):
            run(
                sys.executable,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--upgrade",
                "--target",
                str(folder),
                *CHECKED,
            )
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
                    *CHECKED,
                )
    except (subprocess.CalledProcessError, OSError, LookupError, ValueError) as error:
        print(f"Could not install uv: {error}", file=sys.stderr)
        print(
            "Check the network and the free space, then try again; or install uv yourself "
            "(https://docs.astral.sh/uv/) and say: make UV=/path/to/uv",
            file=sys.stderr,
        )
        return 1
    return 0


def run(*command: str) -> None:
    subprocess.run(command, check=True)


def refuse_open_indexes(environment: Mapping[str, str]) -> None:
    """Raises ValueError for an index that anybody on the way could answer for."""
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        for url in environment.get(name, "").split():
            scheme = urllib.parse.urlsplit(url).scheme
            if scheme not in {"https", "file"}:
                raise ValueError(f"{name} must begin with https://")


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
    if hashlib.sha256(content).hexdigest() != PIP_SHA256:
        raise ValueError(f"{wanted} is not the file that was checked when this was written")
    path = folder / wanted
    path.write_bytes(content)
    return path


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
