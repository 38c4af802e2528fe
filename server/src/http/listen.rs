//! Accepting connections: so many and no more, and none that says nothing for ever.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use metrics::gauge;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tracing::{debug, warn};

/// Connections at once. Each costs some ten kilobytes; more than a small server can answer anyhow.
const CONNECTIONS: usize = 4096;
/// How long a client may take to say what it wants, and an idle connection stays open.
const HEADERS: Duration = Duration::from_secs(15);
/// The longest head of a request, in bytes: ours are below one kilobyte, cookies of other software on the host included.
const HEAD: usize = 32 << 10;
/// How long accepting rests when the system has no more file descriptors.
const REST: Duration = Duration::from_millis(100);
/// How long requests in flight may take once the server has been asked to stop. systemd kills after 90 s.
const FAREWELL: Duration = Duration::from_secs(30);

/// Serves until told to stop; requests in flight are finished first.
pub async fn serve(listener: TcpListener, app: Router, mut stop: watch::Receiver<()>) {
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADERS).max_buf_size(HEAD);
    loop {
        // Before accepting, so that those who must wait do so in the system's queue.
        let Ok(place) = connections.clone().acquire_owned().await else { break };
        let (stream, address) = tokio::select! {
            _ = stop.changed() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    warn!(%error, "no connection could be accepted");
                    tokio::time::sleep(REST).await;
                    continue;
                }
            },
        };
        // A small answer must not wait for the acknowledgement of the one before it.
        let _ = stream.set_nodelay(true);
        gauge!("alentour_connections").increment(1.0);
        let app = TowerToHyperService::new(app.clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo::<SocketAddr>(address));
            app.call(request)
        });
        let connection = http.serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // What goes wrong between a client and us concerns them: no address, no content.
            if let Err(error) = connection.await {
                debug!(error = ?error.is_timeout(), "connection ended early");
            }
            gauge!("alentour_connections").decrement(1.0);
            drop(place);
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(FAREWELL) => warn!("some requests took too long and were cut off"),
    }
}
