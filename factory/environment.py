"""Where a run took place: interpreter, machine, threads, and the revision of the analysis around it."""

from __future__ import annotations

import platform
import shutil
import subprocess

__all__ = ["environment", "git_revision"]

PATIENCE = 5.0
"""Git is not waited for any longer, in seconds."""


def environment(n_threads: int) -> dict[str, str]:
    """Return what is known of the machine that numbers may hang on, and the threads that each method had."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "threads": f"{n_threads} for each method",
    }


def git_revision() -> str:
    """Return the commit of the working directory, with a remark if tracked files differ from it; empty without git.

    Examples
    --------
    >>> isinstance(git_revision(), str)
    True
    """
    git = shutil.which("git")
    if git is None:
        return ""
    commands = ([git, "rev-parse", "--short=12", "HEAD"], [git, "status", "--porcelain", "--untracked-files=no"])
    try:
        found = [
            subprocess.run(each, capture_output=True, text=True, timeout=PATIENCE, check=True).stdout.strip()
            for each in commands
        ]
    except (OSError, subprocess.SubprocessError):
        return ""
    return f"{found[0]} with changes" if found[1] else found[0]
