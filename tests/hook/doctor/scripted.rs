//! Sockets on this machine that answer what a test wants: a fixed text, nothing at all, or a TLS handshake with a
//! certificate that is wrong in one way.

use std::io::{BufRead as _, BufReader, Read as _, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A socket that lives as long as the test's process.
pub struct Scripted {
    pub port: u16,
    /// How many connections came.
    pub connections: Arc<AtomicUsize>,
}

impl Scripted {
    fn serve(answer: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        std::thread::spawn(move || {
            let answer = Arc::new(answer);
            for stream in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                let answer = answer.clone();
                std::thread::spawn(move || answer(stream));
            }
        });
        Self { port, connections }
    }

    /// Answers every request with this.
    pub fn answering(status: &'static str, headers: &'static str, body: &'static str) -> Self {
        Self::serve(move |mut stream| reply(&mut stream, status, headers, body))
    }

    /// Answers the first line of a request with nothing, and stays.
    pub fn silent() -> Self {
        Self::serve(|mut stream| drop(stream.read_to_end(&mut Vec::new())))
    }

    /// Says something that is no HTTP.
    pub fn garbled() -> Self {
        Self::serve(|mut stream| drop(stream.write_all(b"220 mail.example.com ESMTP\r\n")))
    }

    /// Speaks TLS as it is told, and answers every request with an empty object.
    pub fn tls(config: Arc<ServerConfig>) -> Self {
        Self::serve(move |stream| {
            let connection = ServerConnection::new(config.clone()).unwrap();
            reply(
                &mut StreamOwned::new(connection, stream),
                "200 OK",
                "content-type: application/json\r\n",
                "{}",
            );
        })
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// A client that goes away early is no failure of the test.
fn reply(stream: &mut (impl std::io::Read + Write), status: &str, headers: &str, body: &str) {
    loop {
        let mut reader = BufReader::new(&mut *stream);
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            if !matches!(reader.read_line(&mut line), Ok(1..)) {
                return;
            }
        }
        let length = body.len();
        let answer = format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{body}");
        if stream.write_all(answer.as_bytes()).is_err() || stream.flush().is_err() {
            return;
        }
    }
}
