// SPDX-License-Identifier: GPL-3.0-or-later
// Who said something: rows of a table in PostgreSQL, in the columns that the release knows, by what .NET Framework brings along: ODBC.
using System;
using System.Collections.Concurrent;
using System.Data.Odbc;
using System.Diagnostics;
using System.Linq;
using System.Threading;

class Sayings {
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(8), Pause = TimeSpan.FromSeconds(0.1);  // a migration waits 5 s for its lock
    static readonly string[] Gone = { "08", "57P", "HY000" };  // what begins the states of a connection that was lost, or is none yet
    static readonly string[] TooLate = { "57014", "HYT00" };
    readonly SemaphoreSlim free = new SemaphoreSlim(8);
    readonly ConcurrentBag<OdbcConnection> idle = new ConcurrentBag<OdbcConnection>();
    readonly string connect, keep, read;
    readonly int places;

    public Sayings(string connect, string[] columns) {
        this.connect = connect;
        places = columns.Length;
        var changes = string.Join(", ", columns.Select(column => column + " = EXCLUDED." + column));
        keep = string.Format("INSERT INTO sayings (id, {0}) VALUES (?, {1}) ON CONFLICT (id) DO UPDATE SET {2}",
            string.Join(", ", columns), string.Join(", ", columns.Select(column => "?")), changes);
        read = string.Format("SELECT COALESCE({0}) FROM sayings WHERE id = ?", string.Join(", ", columns.Reverse()));
    }

    // Returns once the row is committed.
    public void Keep(string id, string text) {
        Ask(keep, command => command.ExecuteNonQuery(), new[] { id }.Concat(Enumerable.Repeat(text, places)).ToArray());
    }

    // Null where there is no such row.
    public string Read(string id) { return Ask(read, command => command.ExecuteScalar(), id) as string; }

    // Asks again on another connection where one was lost. TimeoutException after 8 seconds, OdbcException where the database says no.
    object Ask(string statement, Func<OdbcCommand, object> execute, params string[] values) {
        var watch = Stopwatch.StartNew();
        if (!free.Wait(Limit)) throw new TimeoutException();
        try {
            for (;; Thread.Sleep(Pause)) {
                var left = Limit - watch.Elapsed;
                if (left <= TimeSpan.Zero) throw new TimeoutException();
                OdbcConnection connection = null;
                try {
                    connection = Take();
                    using (var command = connection.CreateCommand()) {
                        command.CommandText = statement;
                        command.CommandTimeout = (int)Math.Ceiling(left.TotalSeconds);
                        foreach (var value in values) command.Parameters.Add("", OdbcType.NVarChar).Value = value;
                        var found = execute(command);
                        idle.Add(connection);
                        return found;
                    }
                } catch (InvalidOperationException) {  // it was found to be lost, and has been disabled
                    if (connection != null) connection.Dispose();
                } catch (OdbcException error) {
                    if (connection != null) connection.Dispose();
                    var state = error.Errors.Count > 0 ? error.Errors[0].SQLState : "HY000";
                    if (TooLate.Contains(state)) throw new TimeoutException();
                    if (!Gone.Any(beginning => state.StartsWith(beginning, StringComparison.Ordinal))) throw;
                }
            }
        } finally { free.Release(); }
    }

    OdbcConnection Take() {
        OdbcConnection connection;
        if (idle.TryTake(out connection)) return connection;
        connection = new OdbcConnection(connect);
        try { connection.Open(); } catch { connection.Dispose(); throw; }
        return connection;
    }
}
