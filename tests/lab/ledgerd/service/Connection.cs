// SPDX-License-Identifier: GPL-3.0-or-later
// One client's connection: requests are answered one after the other, in order.
using System;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

class Connection {
    const int LongestHead = 16384;
    static readonly Encoding Bytes = Encoding.GetEncoding("iso-8859-1");  // a character is a byte
    static readonly byte[] NotAllowed = Encoding.ASCII.GetBytes("HTTP/1.1 405 Method Not Allowed\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    readonly Socket socket;
    readonly NetworkStream stream;
    readonly Server server;
    readonly object state = new object();
    string received = "";
    bool answering, closed;

    public Connection(Socket socket, Server server) {
        this.socket = socket;
        this.server = server;
        socket.NoDelay = true;
        stream = new NetworkStream(socket);
    }

    public async Task Serve() {
        try {
            var more = true;
            while (more) {
                var request = await Next();
                more = request != null && await Answer(request);
            }
        } catch (IOException) {  // the client has gone
        } catch (ObjectDisposedException) {  // closed while it was idle
        } finally { Close(); }
    }

    public void CloseIfIdle() {
        lock (state) if (!closed && !answering && received == "" && socket.Available == 0) Close();
    }

    async Task<Request> Next() {
        int end;
        while ((end = received.IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
            if (received.Length > LongestHead || !await Receive()) return null;
        var request = new Request(received.Substring(0, end));
        lock (state) {
            answering = true;
            received = received.Substring(end + 4);
        }
        return request;
    }

    async Task<bool> Receive() {
        var buffer = new byte[4096];
        var count = await stream.ReadAsync(buffer, 0, buffer.Length);
        lock (state) received += Bytes.GetString(buffer, 0, count);
        return count > 0;
    }

    // Null where the client has gone before its end.
    async Task<byte[]> Body(int length) {
        while (received.Length < length) if (!await Receive()) return null;
        var body = Bytes.GetBytes(received.Substring(0, length));
        lock (state) received = received.Substring(length);
        return body;
    }

    // False where it was the last one.
    async Task<bool> AnswerOfARow(Request request) {
        var length = request.Method == "PUT" ? request.BodyLength : 0;
        var isThere = length >= 0 && length <= SayingAnswers.Longest;
        var body = isThere ? await Body(length) : null;
        if (isThere && body == null) return false;
        var last = true;
        var bytes = NotAllowed;
        if (request.IsRead || request.Method == "PUT") {
            var answer = await Task.Run(() => server.Answers.OfARow(request.Method, request.Path, body));
            last = !isThere || request.IsLast || server.IsStopping;  // nobody reads on to find the next request
            bytes = answer.Bytes(request.Method != "HEAD", last);
        }
        await stream.WriteAsync(bytes, 0, bytes.Length);
        lock (state) answering = false;
        return !last;
    }

    // False where it was the last one.
    async Task<bool> Answer(Request request) {
        if (server.Answers.IsOfARow(request.Path)) return await AnswerOfARow(request);
        var wait = server.Answers.WaitBefore(request.Path);
        if (wait > TimeSpan.Zero) await Task.Delay(wait);
        var last = !request.IsRead || request.IsLast || server.IsStopping;
        var bytes = request.IsRead ? server.Answers.To(request.Path).Bytes(request.Method == "GET", last) : NotAllowed;
        await stream.WriteAsync(bytes, 0, bytes.Length);
        lock (state) answering = false;
        return !last;
    }

    void Close() {
        lock (state) {
            if (closed) return;
            closed = true;
            try { socket.Shutdown(SocketShutdown.Both); } catch (SocketException) { }  // the client was faster
            socket.Close();
        }
    }
}
