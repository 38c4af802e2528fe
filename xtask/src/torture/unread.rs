//! Clients that ask and never read: they are shown out, and keep nobody else from being served.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use rustix::process::{Resource, getrlimit, setrlimit};
use serde_json::json;
use socket2::{Domain, Socket, Type};

use super::server::{Folder, Place, SETTINGS, Server, free_port};

/// As many connections as the server takes.
const CONNECTIONS: usize = 4096;
/// Requests that one of them sends at once: some megabytes of answers, more than the system keeps for it.
const REQUESTS: usize = 4;
/// Bytes that the system of such a client takes without being read. With its usual room of megabytes, 4,096 of them would fill
/// this machine's memory instead of the server's time.
const ROOM: usize = 4096;
/// How long a connection may be unread, and some more.
const SHOWN_OUT: Duration = Duration::from_secs(45);
/// MiB that all of it together may add.
const MEMORY: f64 = 256.0;

/// Takes all connections without reading, from one address and where that is not limited.
///
/// # Errors
/// Says what did not hold.
pub fn run(binary: &Path) -> anyhow::Result<String> {
    more_files()?;
    let limited = from_one_address(binary)?;
    let unlimited = without_a_limit(binary)?;
    Ok(format!("{limited}\n{unlimited}"))
}

/// A feed of two megabytes: an answer that does not fit into what the system keeps.
fn folder(settings: &str) -> anyhow::Result<Folder> {
    let folder = Folder::new(settings)?;
    let text = "x".repeat(10_000);
    let item = |number: u32| json!({ "id": number, "name": "a", "description": text });
    let feed = json!({ "initiatives": (0..200).map(item).collect::<Vec<_>>() });
    fs::write(folder.0.join("feed.json"), feed.to_string())?;
    Ok(folder)
}

fn from_one_address(binary: &Path) -> anyhow::Result<String> {
    let folder = folder(SETTINGS)?;
    let server = Server::start(binary, &folder, &folder.database(&Place::Sqlite), free_port()?)?;
    let held = hold(&server)?;
    let start = Instant::now();
    ensure!(status("127.0.0.2", &server, Duration::from_secs(5))? == 200, "another address is not served");
    let waited = start.elapsed();
    drop(held);
    Ok(format!(
        "{CONNECTIONS} unread connections from one address: another one was served after {} ms",
        waited.as_millis()
    ))
}

fn without_a_limit(binary: &Path) -> anyhow::Result<String> {
    let folder = folder(&SETTINGS.replace("[robots]", "[robots]\nconnections-per-address = 0"))?;
    let server = Server::start(binary, &folder, &folder.database(&Place::Sqlite), free_port()?)?;
    ensure!(status("127.0.0.2", &server, Duration::from_secs(5))? == 200, "the server does not answer");
    let before = server.memory();
    let held = hold(&server)?;
    let start = Instant::now();
    let served = status("127.0.0.2", &server, SHOWN_OUT).context("who reads nothing is not shown out")?;
    ensure!(served == 200, "after the unread connections: {served}");
    let waited = start.elapsed();
    let grown = server.memory() - before;
    ensure!(grown < MEMORY, "the server has grown by {grown:.0} MiB");
    drop(held);
    Ok(format!(
        "{CONNECTIONS} of them where no address is limited: the next one was served after {:.1} s; memory {grown:.1} MiB more",
        waited.as_secs_f64()
    ))
}

/// Opens all connections, asks, and reads nothing. Those that are refused are held, too.
fn hold(server: &Server) -> anyhow::Result<Vec<TcpStream>> {
    let requests = "GET /v1/feed.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(REQUESTS);
    let mut held = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut stream = connect("127.0.0.1", server)?;
        stream.set_nonblocking(true)?;
        // What does not fit is not sent: the answers to what fits are enough.
        let _ = stream.write(requests.as_bytes());
        held.push(stream);
    }
    Ok(held)
}

/// The status of an answer to a client at that address.
fn status(from: &str, server: &Server, patience: Duration) -> anyhow::Result<u16> {
    let mut stream = connect(from, server)?;
    stream.set_read_timeout(Some(patience))?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n")?;
    let mut line = [0; 12];
    stream.read_exact(&mut line).context("no answer")?;
    Ok(String::from_utf8_lossy(&line[9..]).parse()?)
}

fn connect(from: &str, server: &Server) -> anyhow::Result<TcpStream> {
    let to: SocketAddr = server.address.trim_start_matches("http://").parse()?;
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_recv_buffer_size(ROOM)?;
    socket.bind(&SocketAddr::new(from.parse()?, 0).into())?;
    socket.connect(&to.into()).context("a connection is not taken")?;
    Ok(socket.into())
}

/// Lets this process hold that many connections.
fn more_files() -> anyhow::Result<()> {
    let mut limit = getrlimit(Resource::Nofile);
    let needed = CONNECTIONS as u64 + 500;
    ensure!(
        limit.maximum.is_none_or(|most| most >= needed),
        "the system allows too few open files: ulimit -Hn"
    );
    limit.current = limit.current.map(|current| current.max(needed));
    Ok(setrlimit(Resource::Nofile, limit)?)
}
