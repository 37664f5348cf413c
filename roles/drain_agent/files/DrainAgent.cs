// SPDX-License-Identifier: GPL-3.0-or-later
// Tells HAProxy's agent checks whether this Windows member takes customers, and remembers which of them have heard it. The same
// words, rules and JSON as drain_agent.py beside this file. C# 5, for the csc.exe that is part of .NET Framework 4.5 and later.
//
//   DrainAgent.exe --service quotes drain|ready|status                                   for the member's operators; answers with JSON
//   DrainAgent.exe --service quotes --port 9777 --readers lb1/quotes,lb2/quotes service  started by Windows; "serve" in a console
//
// "ready" clears whatever holds a server out, an operator's maintenance too. So it is said only to a reader that was told "drain"
// before, until it has read it once; every other reader hears "up", which clears nothing. Whoever is no reader hears nothing at all.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.ServiceProcess;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;

class Reader { public string Address, Told = "up"; public int Read; }

// What is wanted since which change, and per reader what it was told and the last change that it has read. One file, a line each.
class Book {
    static readonly object InThisProcess = new object();
    public string Wanted = "ready";
    public int Change;
    public readonly SortedDictionary<string, Reader> Readers = new SortedDictionary<string, Reader>(StringComparer.Ordinal);

    string Text() {
        var lines = Readers.Select(one => one.Key + "\t" + one.Value.Address + "\t" + one.Value.Told + "\t" + one.Value.Read + "\n");
        return Wanted + "\t" + Change + "\n" + string.Concat(lines);
    }

    static Book Parse(string text) {
        var rows = text.Split(new[] { '\n' }, StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToList();
        var book = new Book { Wanted = rows[0][0], Change = int.Parse(rows[0][1]) };
        foreach (var row in rows.Skip(1))
            book.Readers[row[0]] = new Reader { Address = row[1], Told = row[2], Read = int.Parse(row[3]) };
        return book;
    }

    // Nothing in it needs escaping: a reader's name matches Program.Name, its address is written by the system.
    public string Json(bool changed) {
        var readers = Readers.Select(one => string.Format("\"{0}\": {{\"address\": \"{1}\", \"told\": \"{2}\", \"read\": {3}}}",
            one.Key, one.Value.Address, one.Value.Told, one.Value.Read));
        return string.Format("{{\"wanted\": \"{0}\", \"change\": {1}, \"readers\": {{{2}}}, \"changed\": {3}}}",
            Wanted, Change, string.Join(", ", readers), changed ? "true" : "false");
    }

    // Change what was read; it is written back whole, or not at all.
    public static T Alone<T>(string path, Func<Book, T> use) {
        lock (InThisProcess) using (Locked(path + ".lock")) {
            var isNew = !File.Exists(path);
            var book = isNew ? new Book() : Parse(File.ReadAllText(path));
            var before = book.Text();
            var result = use(book);
            if (book.Text() == before) return result;
            using (var file = new FileStream(path + ".new", FileMode.Create)) {
                file.Write(Encoding.ASCII.GetBytes(book.Text()), 0, book.Text().Length);
                file.Flush(true);
            }
            if (isNew) File.Move(path + ".new", path); else File.Replace(path + ".new", path, null);
            return result;
        }
    }

    static FileStream Locked(string path) {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        for (var watch = Stopwatch.StartNew(); ; Thread.Sleep(10)) {
            try { file.Lock(0, 1); return file; }
            catch (IOException) { if (watch.Elapsed.TotalSeconds > 10) { file.Dispose(); throw; } }
        }
    }
}

class Agent : ServiceBase {
    const int ForAName = 300, ToRead = 2000, LongestName = 200, MostAtOnce = 64;
    readonly string path;
    readonly HashSet<string> readers;
    readonly TcpListener listener;
    readonly Semaphore seats = new Semaphore(MostAtOnce, MostAtOnce);

    public Agent(string path, IEnumerable<string> named, int port) {
        this.path = path;
        // Who was told "drain" is answered also when it is no longer among the readers.
        var owed = Book.Alone(path, book => book.Readers.Where(one => one.Value.Told == "drain").Select(one => one.Key).ToList());
        readers = new HashSet<string>(named.Concat(owed));
        listener = TcpListener.Create(port);
    }

    protected override void OnStart(string[] arguments) {
        listener.Start(128);
        new Thread(Serve) { IsBackground = true }.Start();
    }
    public void InAConsole() { listener.Start(128); Serve(); }

    // Beyond MostAtOnce they wait in the socket's queue, each for as long as HAProxy's check waits.
    void Serve() {
        while (seats.WaitOne()) {
            try {
                var door = listener.AcceptSocket();
                new Thread(() => Take(door)) { IsBackground = true }.Start();
            } catch (SocketException error) {
                if (error.SocketErrorCode != SocketError.ConnectionReset) throw;
                seats.Release();
            }
        }
    }

    void Take(Socket door) {
        try { using (door) Answer(door); }
        catch (SocketException) { }
        catch (IOException error) { Console.Error.WriteLine("DrainAgent.exe: " + error.Message); }
        finally { seats.Release(); }
    }

    void Answer(Socket door) {
        var peer = ((IPEndPoint)door.RemoteEndPoint).Address;
        var address = (peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer).ToString();
        var name = NameOf(door, address);
        if (!readers.Contains(name) || HasGone(door)) return;
        var change = 0;
        // Noted before it is said: who may have heard "drain" will hear "ready".
        var words = Book.Alone(path, book => {
            Reader reader;
            if (!book.Readers.TryGetValue(name, out reader)) book.Readers[name] = reader = new Reader();
            reader.Address = address;
            change = book.Change;
            if (book.Wanted == "drain") return reader.Told = "drain";
            return reader.Told == "drain" ? "ready up" : "up";
        });
        if (HasGone(door)) return;
        door.Send(Encoding.ASCII.GetBytes(words + "\n"));
        if (WasRead(door)) Book.Alone(path, book => {
            if (book.Change != change || book.Readers[name].Read == change) return false;
            book.Readers[name].Read = change;
            if (book.Wanted == "ready") book.Readers[name].Told = "up";
            return true;
        });
    }

    // HAProxy does not wait for ever: a connection that lay there while no agent ran, has nobody at its other end.
    static bool HasGone(Socket door) { return door.Poll(0, SelectMode.SelectRead) && door.Available == 0; }

    // What HAProxy sends by itself (agent-send), or its address.
    static string NameOf(Socket door, string address) {
        var bytes = new byte[LongestName];
        door.ReceiveTimeout = ForAName;
        try {
            var said = Encoding.ASCII.GetString(bytes, 0, door.Receive(bytes)).Split('\n')[0].Trim();
            return Program.Name.IsMatch(said) ? said : address;
        } catch (SocketException) { return address; }
    }

    // HAProxy closes the connection once it has read the line, with a reset. One that does not in time has not read it.
    static bool WasRead(Socket door) {
        door.ReceiveTimeout = ToRead;
        var watch = Stopwatch.StartNew();
        try {
            while (door.Receive(new byte[LongestName]) > 0) if (watch.ElapsedMilliseconds > ToRead) return false;
            return true;
        } catch (SocketException error) { return error.SocketErrorCode == SocketError.ConnectionReset; }
    }
}

static class Program {
    public static readonly Regex Name = new Regex(@"\A[A-Za-z0-9:][A-Za-z0-9_.:/-]*\z");

    static int Main(string[] words) {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData);
        var options = new Dictionary<string, string> { { "--service", "" }, { "--port", "9777" }, { "--readers", "" },
            { "--state", Path.Combine(data, "hybrid.rollout", "drain_agent") } };
        for (var at = 0; at + 2 < words.Length; at += 2) options[words[at]] = words[at + 1];
        var what = words.Length % 2 == 1 && options.Count == 4 ? words.Last() : "";
        var serves = what == "serve" || what == "service";
        if (!serves && !new[] { "drain", "ready", "status" }.Contains(what))
            return Refuse("--service NAME [--state FOLDER] [--port PORT] [--readers NAME,...] drain|ready|status|serve|service");
        if (!Regex.IsMatch(options["--service"], @"\A[A-Za-z0-9][A-Za-z0-9_.-]*\z"))
            return Refuse("--service '" + options["--service"] + "': letters, digits and - _ . are allowed");
        if (!Directory.Exists(options["--state"])) return Refuse(options["--state"] + " is not there: is the agent installed?");
        var path = Path.Combine(options["--state"], options["--service"] + ".book");
        if (serves) {
            var readers = options["--readers"].Split(',');
            if (!readers.All(Name.IsMatch)) return Refuse(what + " needs --readers: whoever is not among them is not answered");
            var agent = new Agent(path, readers, int.Parse(options["--port"]));
            if (what == "service") ServiceBase.Run(agent); else agent.InAConsole();
            return 0;
        }
        Console.WriteLine(Book.Alone(path, book => {
            var changed = what != "status" && book.Wanted != what;
            if (changed) { book.Wanted = what; book.Change++; }
            return book.Json(changed);
        }));
        return 0;
    }

    static int Refuse(string why) { Console.Error.WriteLine("DrainAgent.exe: " + why); return 2; }
}
