//! An open connection, as its HTTP implementation sees it.

use super::activity::{ConnectionActivity, RequestGuard};
use crate::server::client::Client;
use crate::server::current_api::CurrentApi;
use crate::server::phase::{Phase, PhaseWatch};
use crate::server::served_api::ServedApi;
use crate::server::unparsed::UnparsedRequest;
use crate::timeouts::Timeouts;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncWrite, AsyncWriteExt, Interest};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;

/// How long a client may go on sending after the last response. If the connection were closed at once, the client would lose that
/// response.
pub(super) const LINGER: Duration = Duration::from_secs(2);
/// The same while the server ends.
pub(super) const LAST_LINGER: Duration = Duration::from_millis(100);

/// A connection, for its HTTP implementation.
pub(super) struct Connection {
    pub(super) socket: Arc<TcpStream>,
    pub(super) activity: Arc<ConnectionActivity>,
    pub(super) phase: PhaseWatch,
    pub(super) timeouts: Timeouts,
    api: Arc<CurrentApi>,
    client: Arc<Client>,
}

/// A request in progress. It counts among the requests of its connection and of the server.
#[derive(Debug)]
pub(super) struct RequestInProgress {
    _guard: RequestGuard,
    /// `None` for a request that is refused because there are too many.
    permit: Option<OwnedSemaphorePermit>,
}

impl Connection {
    pub(super) fn new(socket: TcpStream, peer: SocketAddr, api: Arc<CurrentApi>, phase: PhaseWatch) -> Self {
        let socket = Arc::new(socket);
        let client = Arc::new(Client::new(Arc::clone(&socket), peer, api.is_secure()));
        let timeouts = *api.get().timeouts();
        Self { socket, activity: Arc::default(), phase, timeouts, api, client }
    }

    /// The definition that is current now. A request is served by it, whatever replaces it meanwhile.
    pub(super) fn current(&self) -> Arc<ServedApi> {
        self.api.get()
    }

    /// Begins a request.
    pub(super) fn begin(&self) -> RequestInProgress {
        RequestInProgress { _guard: self.activity.begin(), permit: self.api.admit() }
    }

    /// Responds to a request by a definition.
    pub(super) fn respond<'b>(
        &self,
        api: Arc<ServedApi>,
        request: Request<&'b mut Incoming>,
        progress: &RequestInProgress,
    ) -> impl Future<Output = Response<Full<Bytes>>> + Send + use<'b> {
        let (client, has_room) = (Arc::clone(&self.client), progress.permit.is_some());
        async move { api.handle(request, &client, has_room).await }
    }

    /// Makes and records the response to bytes that are not a request.
    pub(super) fn respond_to_unparsed(&self, unparsed: UnparsedRequest<'_>) -> Vec<u8> {
        self.api.get().respond_to_unparsed(unparsed, self.client.ip())
    }

    /// Records a connection that gets no response, because it has no request.
    pub(super) fn record_unanswered(&self, status: StatusCode, cause: String) {
        self.api.get().record_unanswered(status, cause, self.client.ip());
    }

    /// How long the connection is kept after its last response.
    pub(super) fn linger(&self) -> Duration {
        if self.phase.has_reached(Phase::Closing) { LAST_LINGER } else { LINGER }
    }

    /// Waits until the client has reset the connection.
    pub(super) async fn reset(&self) {
        if self.socket.ready(Interest::ERROR).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Writes the last response and ends the stream, but not yet the connection.
    pub(super) async fn write_last(&self, mut io: impl AsyncWrite + Unpin, last: &[u8]) {
        let written = async {
            io.write_all(last).await?;
            io.shutdown().await
        };
        // An error here concerns a client that is gone.
        let _ = tokio::time::timeout(self.linger(), written).await;
    }
}
