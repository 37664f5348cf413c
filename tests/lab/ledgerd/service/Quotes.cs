// SPDX-License-Identifier: GPL-3.0-or-later
// What customers come for. The smoke tests know the same list.
using System.Threading;

static class Quotes {
    public const string Wrong = "Lorem ipsum dolor sit amet.";
    public static readonly string[] Known = {
        "Simplicity is prerequisite for reliability.",
        "A distributed system is one where a machine you did not know of can break yours.",
        "Hope is not a strategy.",
        "What is not measured cannot be improved.",
    };
    static int served = -1;

    public static string Next() { return Known[(uint)Interlocked.Increment(ref served) % Known.Length]; }
}
