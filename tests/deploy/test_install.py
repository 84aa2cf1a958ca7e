"""Installing says how far it is, ends as pip ends, and shows what pip said only where pip failed."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow

SLOWLY = """
import runpy, sys, time
sys.path.insert(0, sys.argv[1])
import install
install.EVERY = 0.05
sys.exit(install.install([sys.executable, "-u", "-c", sys.argv[2]]))
"""
"""Installs by a program that stands for pip: what a slow network makes of it can be told in a second."""

FETCHING = """
import time
print("Collecting numpy==2.4.6 (from -r requirements.txt (line 12))")
print("  Downloading numpy-2.4.6-cp311-cp311-manylinux_2_28_x86_64.whl (16.9 MB)")
time.sleep(1)
print("Installing collected packages: numpy, click, jieba")
time.sleep(1)
"""


def slowly(program: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SLOWLY, str(ROOT / "deploy"), program]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_each_phase_is_told_of_while_it_lasts() -> None:
    done = slowly(FETCHING)
    assert "s  fetched: 1 packages; numpy, 16.9 MB\n" in done.stdout
    assert "s  put in place: 0 of 3 packages\n" in done.stdout
    assert done.stdout.endswith("s  done\n")
    assert "Collecting" not in done.stdout
    assert (done.returncode, done.stderr) == (0, "")


def test_where_pip_fails_all_that_it_said_is_shown_and_its_exit_code_is_kept() -> None:
    done = slowly("print('Collecting numpy==999'); import sys; print('no such version', file=sys.stderr); sys.exit(3)")
    assert done.returncode == 3
    assert "Collecting numpy==999" in done.stdout
    assert "no such version" in done.stderr
    assert "done" not in done.stdout


def wheel(folder: Path, name: str) -> Path:
    """Write a package of one module."""
    about = f"{name}-1.0.dist-info"
    written = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(f"{name}.py", "HERE = True\n")
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{about}/RECORD", f"{name}.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n{about}/RECORD,,\n")
    return written


def test_pip_itself_puts_what_is_listed_in_place(tmp_path: Path) -> None:
    wheel(tmp_path, "of_a_test")
    requirements, target = tmp_path / "requirements.txt", tmp_path / "target"
    requirements.write_text("of_a_test==1.0\n", encoding="utf-8")
    options = ["--no-index", "--find-links", str(tmp_path), "--target", str(target)]
    command = [sys.executable, str(ROOT / "deploy" / "install.py"), str(requirements), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == f"Installing the packages of {requirements}"
    assert (target / "of_a_test.py").exists()
