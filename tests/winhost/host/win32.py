# SPDX-License-Identifier: GPL-3.0-or-later
"""What Windows says when it refuses: a number and its words."""

from __future__ import annotations

WORDS = {
    2: "The system cannot find the file specified.",
    5: "Access is denied.",
    112: "There is not enough space on the disk.",
    145: "The directory is not empty.",
    183: "Cannot create a file when that file already exists.",
    193: "%1 is not a valid Win32 application.",
    267: "The directory name is invalid.",
    1053: "The service did not respond to the start or control request in a timely fashion.",
    1058: (
        "The service cannot be started, either because it is disabled or because it has no enabled devices "
        "associated with it."
    ),
    1068: "The dependency service or group failed to start.",
    1075: "The dependency service does not exist or has been marked for deletion.",
}


class Win32Error(Exception):
    def __init__(self, number: int, words: str = "") -> None:
        self.number = number
        self.words = words or WORDS[number]
        super().__init__(f"{self.words} (Win32 error {number})")


class NotModelled(Exception):
    """The host was asked for something it has no model of. It refuses and never guesses."""

    def __init__(self, what: str) -> None:
        super().__init__(f"winhost: {what}")
