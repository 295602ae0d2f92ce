//! The connections of proxies.

use super::phase::{Phase, Phases};
use super::tls::ServerTls;
use crate::config::Limits;
use crate::observe::{Traffic, TrafficEvent};
use axum::Router;
use core::future::pending;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tower::ServiceExt;
use tower::util::MapRequest;

/// The pause after the system gave no connection, because it has no file descriptor left for example.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);
/// How long a connection without a question is kept after the listener closed.
const FIRST_QUESTION_PATIENCE: Duration = Duration::from_millis(250);

/// What all connections share.
#[derive(Debug)]
pub(super) struct Connections {
    pub(super) router: Router,
    pub(super) tls: Option<Arc<ServerTls>>,
    pub(super) limits: Limits,
    pub(super) phases: Phases,
    pub(super) open: Arc<Semaphore>,
    pub(super) traffic: Arc<Traffic>,
}

impl Connections {
    /// Accepts connections until the server closes.
    pub(super) async fn accept(self: Arc<Self>, listener: TcpListener) {
        let closing = self.phases.reached(Phase::Closing);
        tokio::pin!(closing);
        loop {
            tokio::select! {
                () = &mut closing => break,
                () = self.accept_one(&listener) => {}
            }
        }
        // Connections in the backlog would be reset, and their questions lost.
        for _ in 0..self.limits.connections {
            match timeout(Duration::ZERO, self.accept_one(&listener)).await {
                Ok(()) => {}
                Err(_) => return,
            }
        }
    }

    async fn accept_one(self: &Arc<Self>, listener: &TcpListener) {
        let Ok(permit) = Arc::clone(&self.open).acquire_owned().await else { return sleep(ACCEPT_PAUSE).await };
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(Arc::clone(self).serve(stream, permit));
            }
            Err(_) => sleep(ACCEPT_PAUSE).await,
        }
    }

    /// Serves a connection. The permit is held until the connection ends.
    async fn serve(self: Arc<Self>, stream: TcpStream, _permit: OwnedSemaphorePermit) {
        // Checks are small: they must not wait for each other. A socket without the option is slower and works.
        let _slow = stream.set_nodelay(true);
        let Some(tls) = &self.tls else { return self.exchange(stream).await };
        match timeout(self.limits.handshake_timeout(), tls.acceptor().accept(stream)).await {
            Ok(Ok(stream)) => self.exchange(stream).await,
            _ => self.traffic.count(TrafficEvent::HandshakeFailed),
        }
    }

    async fn exchange(&self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let (builder, begun) = (self.builder(), Arc::new(AtomicBool::new(false)));
        let connection = builder.serve_connection(TokioIo::new(stream), self.service(&begun));
        tokio::pin!(connection);
        tokio::select! {
            _ = &mut connection => return,
            () = self.silence(&begun) => return,
            () = self.closing(&begun) => connection.as_mut().graceful_shutdown(),
        }
        // A connection that ends with an error has no check in flight.
        let _ended = connection.await;
    }

    /// The checks of a connection. `begun` tells that there was one.
    fn service(
        &self,
        begun: &Arc<AtomicBool>,
    ) -> TowerToHyperService<
        MapRequest<Router, impl FnMut(Request<Incoming>) -> Request<Incoming> + Clone + Send + 'static>,
    > {
        let begun = Arc::clone(begun);
        TowerToHyperService::new(self.router.clone().map_request(move |request| {
            begun.store(true, Ordering::Relaxed);
            request
        }))
    }

    /// Ends if the connection has no request for the time of a head. Later, HTTP/1 has a limit of its own, and HTTP/2 has pings.
    async fn silence(&self, begun: &AtomicBool) {
        sleep(self.limits.head_timeout()).await;
        if begun.load(Ordering::Relaxed) {
            pending::<()>().await;
        }
    }

    /// Ends when the connection has to. One that was just opened has a moment for its question, which is on its way.
    async fn closing(&self, begun: &AtomicBool) {
        self.phases.reached(Phase::Closing).await;
        if !begun.load(Ordering::Relaxed) {
            sleep(FIRST_QUESTION_PATIENCE).await;
        }
    }

    fn builder(&self) -> auto::Builder<TokioExecutor> {
        let limits = &self.limits;
        let head_len = u32::try_from(limits.head_bytes).unwrap_or(u32::MAX);
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_timeout())
            .max_buf_size(limits.head_bytes.max(MIN_HTTP1_BUFFER));
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(limits.streams)
            .max_header_list_size(head_len)
            .keep_alive_interval(limits.ping_interval())
            .keep_alive_timeout(limits.ping_timeout());
        builder
    }
}

/// The least size of the buffer of HTTP/1 that hyper accepts.
const MIN_HTTP1_BUFFER: usize = 8192;
