"""A service for measuring: answers as it is told, as fast as Python can, in a process of its own."""

import asyncio
import multiprocessing
import pathlib
import ssl
import subprocess

# Nothing listens on the discard port: whoever connects is refused.
NOBODY = "http://127.0.0.1:9"


class Exchange(asyncio.Protocol):
    """One connection: reads requests of HTTP/1.1, and answers every one alike."""

    def __init__(self, counts, answer, latency):
        self.counts, self.answer, self.latency = counts, answer, latency
        self.read = b""

    def connection_made(self, transport):
        self.transport = transport
        # Behind TLS this is called when the handshake is done.
        self.counts["connections"] += 1

    def data_received(self, data):
        self.read += data
        while (request := self.next_request()) is not None:
            self.counts["requests"] += 1
            if self.latency is not None:
                loop = asyncio.get_running_loop()
                loop.call_later(self.latency, self.write, self.answer(request), loop.time())

    def write(self, answer, since):
        """A timer is never early, and late on a busy machine: how long a request really waited is counted."""
        self.transport.write(answer)
        self.counts["seconds"] += asyncio.get_running_loop().time() - since

    def next_request(self):
        head, blank, rest = self.read.partition(b"\r\n\r\n")
        if not blank:
            return None
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if len(rest) < length:
            return None
        self.read = rest[length:]
        return head


def accepts(_request):
    """The answer to a memory that was taken."""
    body = b'{"id":"mem_bench"}'
    return b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)


def fails(_request):
    """The answer of a service that is broken."""
    return b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"


def certificates(directory):
    """An authority of our own and a certificate for localhost that it signed; answers both files' paths."""
    directory = pathlib.Path(directory)
    extension = directory / "extension"
    extension.write_text("subjectAltName=DNS:localhost\n")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    for words in [
        ["req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=measuring"],
        ["req", *key, "-keyout", "service.key", "-out", "service.csr", "-subj", "/CN=localhost"],
        ["x509", "-req", "-in", "service.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
         "-extfile", str(extension), "-out", "service.pem"],
    ]:
        subprocess.run(["openssl", *words], cwd=directory, check=True, capture_output=True)
    return directory / "ca.pem", (directory / "service.pem", directory / "service.key")


def serve(pipe, answer, latency, pair):
    """What the process does: serves, and says its counts when it is asked."""
    counts = {"connections": 0, "requests": 0, "seconds": 0.0}
    secure = None
    if pair:
        secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secure.load_cert_chain(*pair)

    async def forever():
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Exchange(counts, answer, latency), "127.0.0.1", 0, ssl=secure)
        pipe.send(server.sockets[0].getsockname()[1])

        def say():
            pipe.recv()
            pipe.send(dict(counts))

        loop.add_reader(pipe.fileno(), say)
        await server.serve_forever()

    asyncio.run(forever())


class Service:
    """A service that lives until it is stopped. `latency` in seconds; None: it never answers."""

    def __init__(self, answer=accepts, latency=0.0, pair=None):
        self.pipe, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=serve, args=(theirs, answer, latency, pair), daemon=True)
        self.process.start()
        port = self.pipe.recv()
        self.url = f"https://localhost:{port}" if pair else f"http://127.0.0.1:{port}"

    def counts(self):
        """How many connections (with TLS: handshakes) and requests there have been, and how long those waited here in all."""
        self.pipe.send("counts")
        return self.pipe.recv()

    def stop(self):
        self.process.terminate()
        self.process.join()
