# SPDX-License-Identifier: GPL-3.0-or-later
"""community.windows.win_unzip: entry by entry, so that what stops it in the middle leaves what came before."""

from __future__ import annotations

import ntpath
import zipfile
from typing import Any

from ..host.host import Host
from ..host.win32 import NotModelled, Win32Error
from .call import Call, ModuleFailed
from .model import Model
from .unhandled import unhandled_is_told


@unhandled_is_told
def carry_out(host: Host, call: Call) -> dict[str, Any]:
    src, dest, creates = call.arguments["src"], call.arguments["dest"], call.get("creates")
    result: dict[str, Any] = {"changed": False, "removed": False, "src": src, "dest": dest}
    if creates and host.drives.real(creates).exists():
        return {**result, "skipped": True, "msg": f"The file or directory '{creates}' already exists."}
    archive = host.drives.real(src)
    if not archive.exists():
        raise ModuleFailed(f"File '{src}' does not exist.", result)
    if archive.suffix != ".zip":
        raise NotModelled("win_unzip of anything but .zip is not modelled")
    try:
        _unpack(host, call, result)
    except (Win32Error, zipfile.BadZipFile) as error:
        reason = error.words if isinstance(error, Win32Error) else "End of Central Directory record could not be found."
        words = f"Error unzipping '{src}' to '{dest}'!. Method: System.IO.Compression.ZipFile, Exception: {reason}"
        raise ModuleFailed(words, result) from error
    if call.get("delete_archive"):
        try:
            if not call.check:
                host.files.remove(archive)
        except Win32Error as error:
            raise ModuleFailed(f"failed to delete archive at '{src}': {error.words}", result) from error
        result["removed"] = True
    return result


def _unpack(host: Host, call: Call, result: dict[str, Any]) -> None:
    src, dest = call.arguments["src"], call.arguments["dest"]
    top = host.drives.full(dest)
    with zipfile.ZipFile(host.drives.real(src)) as archive:
        if not call.check:
            host.files.make_folder(host.drives.real(dest))
        for entry in archive.infolist():
            target = host.drives.full(ntpath.join(top, entry.filename.replace("/", "\\")))
            if target != top and not target.startswith(top.rstrip("\\") + "\\"):
                words = (
                    f"Error unzipping '{src}' to '{dest}'! Filename contains relative paths which would extract "
                    f"outside the destination: {ntpath.join(dest, entry.filename)}"
                )
                raise ModuleFailed(words, result)
            result["changed"] = True
            if not call.check:
                _write(host, target, entry, archive)


def _write(host: Host, target: str, entry: zipfile.ZipInfo, archive: zipfile.ZipFile) -> None:
    if entry.is_dir():
        host.files.make_folder(host.drives.real(target))
    else:
        host.files.make_folder(host.drives.real(ntpath.dirname(target)))
        host.files.write(host.drives.real(target), archive.read(entry))


MODEL = Model(
    module="community.windows.win_unzip",
    honours=frozenset({"src", "dest", "creates", "delete_archive"}),
    script_sha256={
        "38e9febc3e910631bc358a73cb08957f5695333cd96986e409dd0e86f5d54e3b": "3.1.0",
        "747b099ace87d68be645a8c04a7cb93305c1930f12e9aca4b4d74f529e6e0fef": "3.3.0",
    },
    differences=("only .zip, without recurse and password",),
    carry_out=carry_out,
)
