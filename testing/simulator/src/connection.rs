//! Client connections that the simulator can break on purpose.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Breaks the TCP connection a request came over.
#[derive(Clone, Debug)]
pub struct Connection {
    broken: CancellationToken,
}

impl Connection {
    /// Closes the connection with a reset and never returns: no answer leaves.
    pub async fn reset(&self) -> ! {
        self.broken.cancel();
        std::future::pending().await
    }
}

/// A TCP listener whose connections can be reset.
pub struct BreakableListener(pub TcpListener);

/// One accepted connection.
pub struct BreakableStream {
    stream: TcpStream,
    broken: CancellationToken,
    waiting: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl BreakableStream {
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if self.waiting.as_mut().poll(cx).is_ready() {
            // Zero linger turns the close into a TCP reset; a plain close would do as well.
            let _ = self.stream.set_zero_linger();
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

impl Listener for BreakableListener {
    type Io = BreakableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, from) = Listener::accept(&mut self.0).await;
        // Answers are small; a failure only costs latency.
        let _ = stream.set_nodelay(true);
        let broken = CancellationToken::new();
        let waiting = Box::pin(broken.clone().cancelled_owned());
        (
            BreakableStream {
                stream,
                broken,
                waiting,
            },
            from,
        )
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, BreakableListener>> for Connection {
    fn connect_info(stream: IncomingStream<'_, BreakableListener>) -> Self {
        Self {
            broken: stream.io().broken.clone(),
        }
    }
}

impl AsyncRead for BreakableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(cx)?;
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for BreakableStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check(cx)?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check(cx)?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
