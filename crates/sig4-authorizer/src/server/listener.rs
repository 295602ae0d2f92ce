//! The connections of proxies.

use super::phase::{Phase, Phases};
use super::tls::ServerTls;
use crate::config::Limits;
use crate::observe::{Traffic, TrafficEvent};
use axum::Router;
use axum::response::Response;
use core::convert::Infallible;
use core::future::pending;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
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
use tower::{Service, ServiceExt, service_fn};

/// The pause after the system gave no connection, because it has no file descriptor left for example.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);
/// How long a connection without a question is kept after the listener closed: one may be on its way. It is also the time between looks
/// whether there is one.
const QUESTION_PATIENCE: Duration = Duration::from_millis(250);

/// What all connections share.
#[derive(Debug)]
pub(super) struct Connections {
    pub(super) router: Router,
    pub(super) tls: Option<Arc<ServerTls>>,
    pub(super) limits: Limits,
    pub(super) phases: Phases,
    pub(super) open: Arc<Semaphore>,
    pub(super) traffic: Arc<Traffic>,
    pub(super) protocols: Protocols,
}

/// The protocols of a listener.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Protocols {
    /// HTTP/1 alone.
    Http1,
    /// HTTP/1 and HTTP/2.
    All,
}

/// The questions of a connection.
#[derive(Debug, Default)]
struct Questions {
    /// Whether there was one.
    begun: AtomicBool,
    /// Those that are not answered yet.
    in_flight: AtomicUsize,
}

/// A question, which is in flight until this is dropped.
struct Question(Arc<Questions>);

impl Questions {
    fn begin(self: &Arc<Self>) -> Question {
        self.begun.store(true, Ordering::Relaxed);
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        Question(Arc::clone(self))
    }

    fn have_begun(&self) -> bool {
        self.begun.load(Ordering::Relaxed)
    }

    /// Ends once there is no question for a moment.
    async fn over(&self) {
        loop {
            let was_silent = self.in_flight.load(Ordering::Relaxed) == 0;
            sleep(QUESTION_PATIENCE).await;
            if was_silent && self.in_flight.load(Ordering::Relaxed) == 0 {
                return;
            }
        }
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
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
        let _open = self.traffic.opened();
        // Checks are small: they must not wait for each other. A socket without the option is slower and works.
        let _slow = stream.set_nodelay(true);
        let Some(tls) = &self.tls else { return self.exchange(stream).await };
        match timeout(self.limits.handshake_timeout(), tls.acceptor().accept(stream)).await {
            Ok(Ok(stream)) => self.exchange(stream).await,
            _ => self.traffic.count(TrafficEvent::HandshakeFailed),
        }
    }

    async fn exchange(&self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let (builder, questions) = (self.builder(), Arc::new(Questions::default()));
        let connection = builder.serve_connection(TokioIo::new(stream), service(self.router.clone(), &questions));
        tokio::pin!(connection);
        tokio::select! {
            _ = &mut connection => return,
            () = self.silence(&questions) => return,
            () = self.closing(&questions) => connection.as_mut().graceful_shutdown(),
        }
        // A connection that ends with an error has no check in flight, and neither has one with half a head, which may never end. What has
        // come is read, and answers are written, before it counts as silent.
        tokio::select! {
            biased;
            _ = &mut connection => {}
            () = questions.over() => {}
        }
    }

    /// Ends if the connection has no request for the time of a head. Later, HTTP/1 has a limit of its own, and HTTP/2 has pings.
    async fn silence(&self, questions: &Questions) {
        sleep(self.limits.head_timeout()).await;
        if questions.have_begun() {
            pending::<()>().await;
        }
    }

    /// Ends when the connection has to. One that was just opened has a moment for its question, which is on its way.
    async fn closing(&self, questions: &Questions) {
        self.phases.reached(Phase::Closing).await;
        if !questions.have_begun() {
            sleep(QUESTION_PATIENCE).await;
        }
    }

    fn builder(&self) -> auto::Builder<TokioExecutor> {
        let limits = &self.limits;
        let head_len = u32::try_from(limits.head_bytes).unwrap_or(u32::MAX);
        let mut builder = auto::Builder::new(TokioExecutor::new());
        if self.protocols == Protocols::Http1 {
            builder = builder.http1_only();
        }
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

/// The checks of a connection.
fn service(
    router: Router,
    questions: &Arc<Questions>,
) -> TowerToHyperService<
    impl Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send> + Clone + Send + use<>,
> {
    let questions = Arc::clone(questions);
    TowerToHyperService::new(service_fn(move |request: Request<Incoming>| {
        let (question, answer) = (questions.begin(), router.clone().oneshot(request));
        async move {
            let answer = answer.await;
            drop(question);
            answer
        }
    }))
}

/// The least size of the buffer of HTTP/1 that hyper accepts.
const MIN_HTTP1_BUFFER: usize = 8192;
