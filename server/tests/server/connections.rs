//! Clients that hold connections: many of them, and such that do not read.

use std::time::Duration;

use alentour_server::http::body::Patience;
use alentour_server::http::listen::{self, ConnectionLimits};
use axum::routing::get;
use futures_util::StreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::app::{App, MAILING, key};

/// More than the buffers of both ends take (Linux: 6 MB to receive, 4 MB to send).
const LARGE: usize = 64 << 20;

fn port(app: &App) -> u16 {
    app.address.rsplit(':').next().unwrap().parse().unwrap()
}

/// A connection from that address of the machine's own.
async fn connect(from: &str, port: u16) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
    socket.connect(([127, 0, 0, 1], port).into()).await.unwrap()
}

/// The status of an answer on that connection, `None` where it was closed without one.
async fn status(stream: &mut TcpStream) -> Option<u16> {
    let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut head = [0; 12];
    let read = timeout(Duration::from_secs(5), stream.read_exact(&mut head))
        .await
        .expect("neither answered nor closed");
    read.ok()?;
    std::str::from_utf8(&head[9..]).unwrap().parse().ok()
}

#[tokio::test]
async fn an_address_has_so_many_connections_and_the_next_is_refused_until_one_ends() {
    let app = App::start_settled("[robots]\nconnections-per-address = 3").await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = connect("127.0.0.1", port(&app)).await;
        assert_eq!(status(&mut stream).await, Some(200));
        held.push(stream);
    }
    let refused = status(&mut connect("127.0.0.1", port(&app)).await).await;
    assert!(matches!(refused, None | Some(503)), "{refused:?}");
    assert_eq!(status(&mut connect("127.0.0.2", port(&app)).await).await, Some(200), "another address");
    held.pop();
    for _ in 0..100 {
        if status(&mut connect("127.0.0.1", port(&app)).await).await == Some(200) {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("a place that was given back is not taken again");
}

#[tokio::test]
async fn connections_of_a_trusted_proxy_are_not_counted() {
    let app = App::start_settled("[robots]\nconnections-per-address = 2\ntrusted-proxies = 1").await;
    let mut held = Vec::new();
    for _ in 0..10 {
        let mut stream = connect("127.0.0.1", port(&app)).await;
        assert_eq!(status(&mut stream).await, Some(200));
        held.push(stream);
    }
}

/// A server of one connection at a time, whose `/large` is larger than what a client's system takes without being read.
async fn serve(limits: ConnectionLimits) -> (u16, watch::Sender<()>) {
    let router = axum::Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/large", get(async || vec![b'x'; LARGE]));
    let listener = listen::bind(([127, 0, 0, 1], 0).into()).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (stop, stopping) = watch::channel(());
    tokio::spawn(listen::serve(listener, router, limits, stopping));
    (port, stop)
}

#[tokio::test]
async fn who_reads_nothing_of_an_answer_is_disconnected_and_others_are_served() {
    let limits =
        ConnectionLimits { connections: 1, write: Duration::from_millis(300), ..ConnectionLimits::default() };
    let (port, _stop) = serve(limits).await;
    let mut deaf = connect("127.0.0.1", port).await;
    deaf.write_all(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    // Taken before the next one comes, because there is one place only.
    sleep(Duration::from_millis(100)).await;
    assert_eq!(status(&mut connect("127.0.0.1", port).await).await, Some(200));
    drop(deaf);
}

#[tokio::test]
async fn who_reads_slowly_gets_all_of_an_answer() {
    let limits = ConnectionLimits { write: Duration::from_millis(300), ..ConnectionLimits::default() };
    let (port, _stop) = serve(limits).await;
    let mut slow = connect("127.0.0.1", port).await;
    slow.write_all(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let (mut total, mut buffer) = (0, vec![0; 4 << 20]);
    while total < LARGE {
        // Pauses shorter than the limit, all together much longer.
        sleep(Duration::from_millis(50)).await;
        match slow.read(&mut buffer).await.unwrap() {
            0 => break,
            read => total += read,
        }
    }
    assert!(total >= LARGE, "{total} of {LARGE} bytes came");
}

#[tokio::test]
async fn a_form_that_never_ends_is_given_up_and_its_client_disconnected() {
    let app = App::start_settled(MAILING).await;
    let limits =
        ConnectionLimits { body: Patience(Duration::from_millis(300)), ..ConnectionLimits::default() };
    let listener = listen::bind(([127, 0, 0, 1], 0).into()).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (_stop, stopping) = watch::channel(());
    tokio::spawn(listen::serve(listener, alentour_server::app(app.state.clone()), limits, stopping));
    let link = "0".repeat(64);
    let pages = [
        "/my-data".to_owned(),
        format!("/confirm/{link}"),
        format!("/me/{link}/withdraw"),
        format!("/me/{link}/erase"),
        "/check".to_owned(),
    ];
    let forms = pages.iter().map(|path| (path.as_str(), "application/x-www-form-urlencoded", "email=zoe%40"));
    for (path, kind, begun) in forms.chain([("/signups", "application/json", r#"{"initiative":"#)]) {
        let mut client = connect("127.0.0.1", port).await;
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: {kind}\r\nidempotency-key: {}\r\ncontent-length: 100\r\n\r\n{begun}",
            key("a")
        );
        client.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        timeout(Duration::from_secs(5), client.read_to_string(&mut answer))
            .await
            .unwrap_or_else(|_| panic!("{path}: neither answered nor closed"))
            .unwrap();
        assert!(answer.starts_with("HTTP/1.1 408 "), "{path}: {answer}");
    }
}

/// What is not read is kept by the system: 4,096 connections of its usual megabytes would be all of a small machine's memory.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_system_keeps_little_of_what_a_client_does_not_read() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    const PART: usize = 64 << 10;
    let written = Arc::new(AtomicUsize::new(0));
    let count = written.clone();
    // As many parts as the connection takes.
    let body = async move || {
        axum::body::Body::from_stream(futures_util::stream::iter(0..LARGE / PART).map(move |_| {
            count.fetch_add(PART, Ordering::Relaxed);
            Ok::<_, std::io::Error>(vec![b'x'; PART])
        }))
    };
    let router = axum::Router::new().route("/large", get(body));
    let listener = listen::bind(([127, 0, 0, 1], 0).into()).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (_stop, stopping) = watch::channel(());
    tokio::spawn(listen::serve(listener, router, ConnectionLimits::default(), stopping));
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut deaf = socket.connect(([127, 0, 0, 1], port).into()).await.unwrap();
    deaf.write_all(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut before = 0;
    while before == 0 || written.load(Ordering::Relaxed) > before {
        before = written.load(Ordering::Relaxed);
        sleep(Duration::from_millis(500)).await;
    }
    // The system counts its own book-keeping (256 KiB asked for are 512 KiB), and hyper has a buffer, too; without the bound it is 4 MB.
    assert!(before < 2 << 20, "{before} bytes are kept for a client that reads nothing");
}
