"""Programs of an image, run as in a pod: on the image's files, which are read-only."""

import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SYSTEM = ("/dev", "/proc")


@dataclass(frozen=True)
class Volume:
    """A folder of this machine in a container."""

    source: Path
    target: str
    """The path in the container."""
    read_only: bool = False


@dataclass(frozen=True)
class Image:
    """A mounted image."""

    root: Path
    """Its files."""
    config: Mapping[str, Any]
    """Its configuration, as the OCI image specification names the fields: `Env`, `User`, `Entrypoint`, `Cmd`..."""

    @property
    def environment(self) -> dict[str, str]:
        """The variables that it gives to each container."""
        return dict(variable.split("=", 1) for variable in self.config["Env"])

    def command(self, arguments: Sequence[str], scratch: Path, volumes: Sequence[Volume] = ()) -> list[str]:
        """Return the command that runs a container, as the image's user; its environment is the caller's to set.

        It needs root, shares this machine's network and processes, and has no more than the volumes to write to.
        `arguments` take the place of the image's `Cmd`. `scratch` is a folder of this container's own, which stays
        empty.
        """
        root = scratch / "root"
        options = f"lowerdir={self.root},upperdir={scratch}/upper,workdir={scratch}/work"
        lines = [
            ["mount", "-t", "tmpfs", "tmpfs", scratch],
            ["mkdir", scratch / "upper", scratch / "work", root],
            ["mount", "-t", "overlay", "-o", options, "overlay", root],
        ]
        for volume in (*volumes, *(Volume(Path(path), path) for path in _SYSTEM)):
            target = f"{root}{volume.target}"
            lines += [["mkdir", "-p", target], ["mount", "--rbind", volume.source, target]]
            if volume.read_only:
                lines.append(["mount", "-o", "remount,bind,ro", target])
        user = self.config["User"]
        inside = ["env", f"--chdir={self.config['WorkingDir']}", *(self.config.get("Entrypoint") or []), *arguments]
        lines += [
            ["mount", "-o", "remount,ro", root],
            ["exec", "setpriv", "--no-new-privs", "chroot", f"--userspec={user}", "--groups=", root, *inside],
        ]
        script = "\n".join(shlex.join(map(str, line)) for line in lines)
        return ["unshare", "--mount", "sh", "-euc", script]

    def run(
        self,
        *arguments: str,
        scratch: Path,
        volumes: Sequence[Volume] = (),
        env: Mapping[str, str] | None = None,
        seconds: float = 60,
    ) -> subprocess.CompletedProcess[str]:
        """Run a container until it exits, with further variables, and return the result with any status."""
        return subprocess.run(
            self.command(arguments, scratch, volumes),
            check=False,
            capture_output=True,
            text=True,
            env=self.environment | dict(env or {}),
            timeout=seconds,
        )
