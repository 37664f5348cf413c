// SPDX-License-Identifier: GPL-3.0-or-later
// Serves until it is told to stop; then it takes nothing new, finishes what is in flight, and closes who asks for nothing.
using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading;

class Server {
    const int Backlog = 1024;
    static readonly TimeSpan IdleGrace = TimeSpan.FromSeconds(0.1), StopLimit = TimeSpan.FromSeconds(10), Pause = TimeSpan.FromSeconds(0.01);
    readonly TcpListener listener;
    readonly ConcurrentDictionary<Connection, bool> connections = new ConcurrentDictionary<Connection, bool>();
    volatile bool stopping;
    public readonly Answers Answers;

    public Server(IPAddress address, int port, Answers answers) {
        listener = new TcpListener(address, port);
        Answers = answers;
    }

    public bool IsStopping { get { return stopping; } }

    public void Start() {
        listener.Start(Backlog);
        Accept();
    }

    public void Stop() {
        stopping = true;
        listener.Stop();
        Thread.Sleep(IdleGrace);
        for (var watch = Stopwatch.StartNew(); !connections.IsEmpty && watch.Elapsed < StopLimit; Thread.Sleep(Pause))
            foreach (var connection in connections.Keys) connection.CloseIfIdle();
    }

    async void Accept() {
        while (!stopping) {
            try { Take(await listener.AcceptSocketAsync()); }
            catch (SocketException) { }  // a client that has gone already
            catch (ObjectDisposedException) { }  // the listener has been stopped
        }
    }

    async void Take(Socket socket) {
        var connection = new Connection(socket, this);
        connections[connection] = true;
        await connection.Serve();
        bool known;
        connections.TryRemove(connection, out known);
    }
}
