//! Somebody who listens where nothing of ours should come: writes down every byte, in clear or behind TLS.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What a listener got so far.
#[derive(Default)]
struct Heard {
    connections: usize,
    /// As it came over the wire.
    raw: Vec<u8>,
    /// What TLS made of it, where there is TLS.
    plain: Vec<u8>,
}

/// A port of this machine that takes everything down.
pub struct Attacker {
    port: u16,
    heard: Arc<Mutex<Heard>>,
}

/// How it treats who comes.
#[derive(Clone)]
pub enum Manner {
    /// Answers every request with 201.
    Http,
    /// The same behind TLS, with this certificate.
    Tls(Arc<ServerConfig>),
    /// A proxy that says yes to `CONNECT` and plays the server behind it itself, with this certificate.
    Proxy(Arc<ServerConfig>),
}

const TAKEN: &[u8] = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\ncontent-type: application/json\r\n\r\n{}";
/// How somebody begins who takes us for a server with TLS.
const TLS_HANDSHAKE: u8 = 0x16;
/// Nobody who speaks to a listener pauses for so long; the thread ends after it.
const SILENCE: Duration = Duration::from_secs(5);

impl Attacker {
    pub fn new(manner: Manner) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Heard::default()));
        let (notebook, manner) = (Arc::clone(&heard), manner);
        // Ends with the process: it serves whoever comes, as long as the test lives.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                notebook.lock().unwrap().connections += 1;
                let (notebook, manner) = (Arc::clone(&notebook), manner.clone());
                std::thread::spawn(move || attend(stream, &manner, &notebook));
            }
        });
        Self { port, heard }
    }

    /// `scheme://host:port` of this listener.
    pub fn url(&self, scheme: &str, host: &str) -> String {
        format!("{scheme}://{host}:{}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn connections(&self) -> usize {
        self.heard.lock().unwrap().connections
    }

    /// Everything it read, raw and deciphered.
    pub fn everything(&self) -> Vec<u8> {
        let heard = self.heard.lock().unwrap();
        [heard.raw.as_slice(), b"\n", heard.plain.as_slice()].concat()
    }

    /// Whether it read this.
    pub fn heard(&self, text: &str) -> bool {
        holds(&self.everything(), text)
    }

    /// Neither the key, nor a part of it, nor any of these texts came here.
    #[track_caller]
    pub fn learned_nothing(&self, key: &str, texts: &[&str]) {
        let everything = self.everything();
        let shown = String::from_utf8_lossy(&everything);
        // A third of the key is as bad as all of it.
        let parts = [key, &key[..14], &key[key.len() - 14..]];
        for secret in parts.iter().chain(texts).chain(&["authorization", "x-api-key", "Bearer"]) {
            assert!(
                !holds(&everything.to_ascii_lowercase(), &secret.to_ascii_lowercase()),
                "{secret}: {shown}"
            );
        }
    }
}

pub fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn attend(mut stream: TcpStream, manner: &Manner, notebook: &Mutex<Heard>) {
    drop(stream.set_read_timeout(Some(SILENCE)));
    match manner {
        Manner::Http => converse(&mut stream, |bytes| notebook.lock().unwrap().raw.extend(bytes)),
        Manner::Tls(config) => behind_tls(stream, config, notebook),
        Manner::Proxy(config) => {
            let mut line = Vec::new();
            while !line.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                match stream.read(&mut byte) {
                    Ok(1) => line.push(byte[0]),
                    _ => break,
                }
            }
            let is_tunnel = line.starts_with(b"CONNECT ");
            notebook.lock().unwrap().raw.extend(&line);
            if is_tunnel && stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").is_ok() {
                behind_tls(stream, config, notebook);
            }
        }
    }
}

/// What is deciphered is noted; the ciphertext says nothing.
fn behind_tls(stream: TcpStream, config: &Arc<ServerConfig>, notebook: &Mutex<Heard>) {
    let connection = ServerConnection::new(Arc::clone(config)).unwrap();
    let mut stream = StreamOwned::new(connection, stream);
    converse(&mut stream, |bytes| notebook.lock().unwrap().plain.extend(bytes));
}

/// Reads requests to the end of their bodies as far as that can be told, and answers each with 201.
fn converse(stream: &mut (impl std::io::Read + std::io::Write), mut note: impl FnMut(&[u8])) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(count) = stream.read(&mut buffer) {
        if count == 0 {
            break;
        }
        note(&buffer[..count]);
        request.extend(&buffer[..count]);
        if request.starts_with(&[TLS_HANDSHAKE]) {
            drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"));
            break;
        }
        if is_whole(&request) {
            request.clear();
            if stream.write_all(TAKEN).and_then(|()| stream.flush()).is_err() {
                break;
            }
        }
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    body.len() >= length.map_or(0, |length| length.trim().parse().unwrap())
}
