//! Accepting connections: so many at once, so many of them from one address, and none that stays without reading or saying
//! anything.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
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
use metrics::{counter, gauge};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;
use tracing::{debug, warn};

use super::body::Patience;
use super::visitor::Visitor;
use crate::settings::Robots;

/// The longest head of a request, in bytes: ours are below one kilobyte, cookies of other software on the host included.
const HEAD: usize = 32 << 10;
/// Bytes of an answer that the system keeps until the client takes them; connections inherit it. Linux lets it grow to 4 MB
/// otherwise, which makes 16 GB of all connections. Every file of a first load is smaller than this, and a network of 100 ms gets 2.5 MB a
/// second through it.
const SEND_BUFFER: u32 = 256 << 10;
/// Connections that wait to be accepted, as `TcpListener::bind` has it.
const BACKLOG: u32 = 1024;
/// How long accepting rests when the system has no more file descriptors.
const REST: Duration = Duration::from_millis(100);
/// How long requests in flight may take once the server has been asked to stop. systemd kills after 90 s.
const FAREWELL: Duration = Duration::from_secs(30);
/// What a client is told whose address has all the connections that it may have.
const REFUSAL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// What connections may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Connections at once. Each costs some ten kilobytes; more than a small server can answer anyhow.
    pub connections: usize,
    /// Connections at once from one address (IPv6: /56); `None` sets no limit.
    pub per_address: Option<usize>,
    /// How long a client may take to send a request's head, and an idle connection stays open.
    pub read: Duration,
    /// How long a client may take none of what is sent to it. Any progress starts it anew: slow networks are served.
    pub write: Duration,
    /// How long a form may take to arrive.
    pub body: Patience,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections: 4096,
            per_address: None,
            read: Duration::from_secs(15),
            write: Duration::from_secs(20),
            body: Patience::default(),
        }
    }
}

impl ConnectionLimits {
    /// Those of the public listener. Behind a trusted proxy all connections are the proxy's, which has to limit its clients
    /// itself: whose they are is not known before the head is read.
    pub fn public(robots: &Robots) -> Self {
        let most = (robots.trusted_proxies == 0).then_some(robots.connections_per_address as usize);
        Self { per_address: most.filter(|most| *most > 0), ..Self::default() }
    }
}

/// Listens at an address. What a client does not read waits in the system's memory, so a connection has little room there.
///
/// # Errors
/// The system's.
pub fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // As `TcpListener::bind` does it: a server that was restarted must not wait for its old connections.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Lets this process have as many files open as it may: what systems begin with (1,024) is fewer than the connections.
#[cfg(target_os = "linux")]
pub fn raise_open_files() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        warn!(%error, "the limit of open files stays as it is");
    }
}

/// Elsewhere the limit is the system's business.
#[cfg(not(target_os = "linux"))]
pub fn raise_open_files() {}

/// Serves until told to stop; requests in flight are finished first.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    limits: ConnectionLimits,
    mut stop: watch::Receiver<()>,
) {
    let all = Arc::new(Semaphore::new(limits.connections));
    let by_address = ByAddress::default();
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.read).max_buf_size(HEAD);
    loop {
        // Before accepting, so that those who must wait do so in the system's queue.
        let permit = tokio::select! {
            _ = stop.changed() => break,
            permit = all.clone().acquire_owned() => match permit {
                Ok(permit) => permit,
                Err(_) => break,
            },
        };
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
        let Some(slot) = ConnectionSlot::take(permit, &by_address, address, limits.per_address) else {
            counter!("alentour_connections_refused_total").increment(1);
            // As far as the system's buffer takes it: nothing is kept for who is refused.
            let _ = stream.try_write(REFUSAL);
            continue;
        };
        let app = TowerToHyperService::new(app.clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo::<SocketAddr>(address));
            request.extensions_mut().insert(limits.body);
            app.call(request)
        });
        let connection = http.serve_connection(TokioIo::new(timed(stream, limits.write)), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // What goes wrong between a client and us concerns them: no address, no content.
            if let Err(error) = connection.await {
                debug!(error = ?error.is_timeout(), "connection ended early");
            }
            drop(slot);
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(FAREWELL) => warn!("some requests took too long and were cut off"),
    }
}

/// The stream, which fails where the client takes nothing for that long.
fn timed(stream: TcpStream, write: Duration) -> std::pin::Pin<Box<TimeoutStream<TcpStream>>> {
    // A small answer must not wait for the acknowledgement of the one before it.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(write));
    Box::pin(stream)
}

/// How many connections each address has.
type ByAddress = Arc<Mutex<HashMap<Visitor, usize>>>;

/// The slot of a connection among all and among those of its address; given back when dropped.
struct ConnectionSlot {
    _permit: OwnedSemaphorePermit,
    by_address: Option<(ByAddress, Visitor)>,
}

impl ConnectionSlot {
    /// `None` where the address has `most` connections already.
    fn take(
        permit: OwnedSemaphorePermit,
        by_address: &ByAddress,
        address: SocketAddr,
        most: Option<usize>,
    ) -> Option<Self> {
        let by_address = match most {
            None => None,
            Some(most) => {
                let visitor = Visitor::at(address.ip());
                let mut counts = by_address.lock().unwrap_or_else(PoisonError::into_inner);
                let count = counts.entry(visitor).or_default();
                if *count >= most {
                    return None;
                }
                *count += 1;
                Some((by_address.clone(), visitor))
            }
        };
        gauge!("alentour_connections").increment(1.0);
        Some(Self { _permit: permit, by_address })
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        gauge!("alentour_connections").decrement(1.0);
        let Some((by_address, visitor)) = &self.by_address else { return };
        let mut counts = by_address.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(visitor) {
            *count -= 1;
            if *count == 0 {
                counts.remove(visitor);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trusted_proxy_is_not_limited_and_neither_is_anybody_where_the_operator_says_so() {
        let per_address = |robots: Robots| ConnectionLimits::public(&robots).per_address;
        assert_eq!(per_address(Robots::default()), Some(256));
        assert_eq!(per_address(Robots { connections_per_address: 0, ..Robots::default() }), None);
        assert_eq!(per_address(Robots { trusted_proxies: 1, ..Robots::default() }), None);
    }

    #[test]
    fn a_household_is_one_address_and_slots_are_given_back() {
        let all = Arc::new(Semaphore::new(10));
        let by_address = ByAddress::default();
        let take = |address: &str| {
            let permit = all.clone().try_acquire_owned().unwrap();
            ConnectionSlot::take(permit, &by_address, address.parse().unwrap(), Some(1))
        };
        let first = take("[2001:db8:aa:bb00::1]:1000").unwrap();
        assert!(take("[2001:db8:aa:bbff::2]:2000").is_none());
        assert!(take("[2001:db8:aa:bc00::2]:2000").is_some());
        drop(first);
        assert!(take("[2001:db8:aa:bbff::2]:2000").is_some());
        assert_eq!((by_address.lock().unwrap().len(), all.available_permits()), (0, 10));
    }
}
