//! For tests: connections that can be numbered, reset, and left off in the middle of an answer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt as _;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Sleep, sleep};

/// A connection as the layers see it.
#[derive(Clone)]
pub(crate) struct Wire {
    number: u64,
    reset: Arc<AtomicBool>,
}

impl Wire {
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// From now on nothing is written; the next attempt ends the connection with a reset.
    pub(crate) fn reset(&self) {
        self.reset.store(true, Ordering::Release);
    }
}

impl Connected<IncomingStream<'_, TappedListener>> for Wire {
    fn connect_info(stream: IncomingStream<'_, TappedListener>) -> Self {
        stream.io().wire.clone()
    }
}

pub(crate) struct TappedListener {
    pub(crate) listener: TcpListener,
    pub(crate) accepted: u64,
}

impl Listener for TappedListener {
    type Io = TappedStream;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Without this an answer may wait for the client's delayed acknowledgement; failing only costs time.
        drop(stream.set_nodelay(true));
        self.accepted += 1;
        let wire = Wire { number: self.accepted, reset: Arc::default() };
        (TappedStream { stream, wire }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

pub(crate) struct TappedStream {
    stream: TcpStream,
    wire: Wire,
}

impl TappedStream {
    fn refuse_if_reset(&self) -> io::Result<()> {
        if !self.wire.reset.load(Ordering::Acquire) {
            return Ok(());
        }
        // Closing a socket that may not linger sends a reset instead of an orderly end.
        self.stream.set_zero_linger()?;
        Err(io::ErrorKind::ConnectionReset.into())
    }
}

impl AsyncRead for TappedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for TappedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.refuse_if_reset()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.refuse_if_reset()?;
        Pin::new(&mut self.stream).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Long enough for the first half to leave before the connection ends.
const BETWEEN_HALVES: Duration = Duration::from_millis(30);

/// Promises the whole body, sends half of it, and fails.
pub(crate) struct HalfBody {
    length: u64,
    half: Option<Bytes>,
    end: Pin<Box<Sleep>>,
}

impl HalfBody {
    pub(crate) fn new(whole: &Bytes) -> Self {
        let length = whole.len() as u64;
        let half = whole.slice(..whole.len() / 2);
        Self { length, half: Some(half), end: Box::pin(sleep(BETWEEN_HALVES)) }
    }

    pub(crate) fn into_body(self) -> axum::body::Body {
        axum::body::Body::new(self.map_err(axum::Error::new))
    }
}

impl HttpBody for HalfBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        ready!(self.end.as_mut().poll(context));
        Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
