//! Clients that mean harm: the server says so, stays small, and goes on.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use super::server::{Folder, Place, SETTINGS, Server, agent, free_port};
use super::visitors::{form, post};

/// MiB that all of it together may add.
const MEMORY: f64 = 128.0;

const HEAD: &str = "POST /signups HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nidempotency-key: 0123456789abcdef0\r\n";

/// Sends it all, and looks at the memory.
///
/// # Errors
/// Says what did not hold.
pub fn run(binary: &Path) -> anyhow::Result<String> {
    let folder = Folder::new(SETTINGS)?;
    let server = Server::start(binary, &folder, &folder.database(&Place::Sqlite), free_port()?)?;
    let agent = agent();
    ensure!(post(&agent, &server.address, "first-0123456789", &form("first@example.org", false)).0 == 201);
    let before = server.memory();

    // A gigabyte, announced and not; nesting; text that is none; a bomb.
    let gigabyte = answer(&server, format!("{HEAD}content-length: 1073741824\r\n\r\n").as_bytes())?;
    ensure!(gigabyte == 413, "a gigabyte: {gigabyte}");
    ensure!(endless(&server)? == 413, "chunks without end are not refused");
    for (name, body, expected) in [
        ("nesting", b"[".repeat(60_000), 400),
        ("nested objects", br#"{"a":"#.repeat(10_000), 400),
        ("bad UTF-8", vec![0xff; 1000], 400),
        ("lone surrogate", br#"{"email":"\ud800"}"#.to_vec(), 400),
        ("NUL", b"{\"email\":\"\0\"}".to_vec(), 400),
        ("wrong types", br#"{"email":{"$gt":""},"partySize":"1"}"#.to_vec(), 400),
        ("number beyond", br#"{"partySize":1e999}"#.to_vec(), 400),
        ("another initiative", br#"{"initiative":"__proto__"}"#.to_vec(), 404),
    ] {
        let mut request = format!("{HEAD}content-length: {}\r\n\r\n", body.len()).into_bytes();
        request.extend(body);
        let status = answer(&server, &request)?;
        ensure!(status == expected, "{name}: {status}, expected {expected}");
    }
    let bomb = answer(
        &server,
        format!("{HEAD}content-encoding: gzip\r\ncontent-length: 10\r\n\r\n\x1f\u{8b}aaaaaaa").as_bytes(),
    )?;
    ensure!((400..500).contains(&bomb), "a compressed body: {bomb}");
    let head = answer(&server, format!("{HEAD}x: {}\r\n\r\n", "x".repeat(100_000)).as_bytes())?;
    ensure!((400..500).contains(&head), "a head of 100 KB: {head}");

    // A thousand who say nothing: others are served, and the silent ones are shown out.
    let silent: Vec<_> = (0..1000)
        .filter_map(|_| {
            let mut socket = TcpStream::connect(server.address.trim_start_matches("http://")).ok()?;
            socket.write_all(b"POST /signups HTTP/1.1\r\nhost: x\r\nx-slow: ").ok()?;
            Some(socket)
        })
        .collect();
    ensure!(silent.len() == 1000, "only {} connections were taken", silent.len());
    let start = Instant::now();
    ensure!(post(&agent, &server.address, "second-012345678", &form("second@example.org", false)).0 == 201);
    let waited = start.elapsed();
    let during = server.memory();
    let mut last = silent.into_iter().next_back().context("no connection")?;
    last.set_read_timeout(Some(Duration::from_secs(40)))?;
    let start = Instant::now();
    let shown_out = last.read(&mut [0; 100]).is_ok();
    ensure!(shown_out && start.elapsed() < Duration::from_secs(35), "who says nothing stays for ever");

    let grown = during.max(server.memory()) - before;
    ensure!(grown < MEMORY, "the server has grown by {grown:.0} MiB");
    Ok(format!(
        "refused with 4xx, no 5xx; beside 1,000 silent connections a sign-up took {} ms; memory {before:.0} MiB, {grown:.1} more at most",
        waited.as_millis()
    ))
}

fn answer(server: &Server, request: &[u8]) -> anyhow::Result<u16> {
    let mut socket = TcpStream::connect(server.address.trim_start_matches("http://"))?;
    socket.set_read_timeout(Some(Duration::from_secs(30)))?;
    // The answer may come before all was sent.
    let _ = socket.write_all(request);
    status(&mut socket)
}

fn endless(server: &Server) -> anyhow::Result<u16> {
    let mut socket = TcpStream::connect(server.address.trim_start_matches("http://"))?;
    socket.set_read_timeout(Some(Duration::from_secs(30)))?;
    socket.write_all(format!("{HEAD}transfer-encoding: chunked\r\n\r\n").as_bytes())?;
    let chunk = format!("4000\r\n{}\r\n", " ".repeat(0x4000));
    for _ in 0..100 {
        if socket.write_all(chunk.as_bytes()).is_err() {
            break;
        }
        thread::sleep(Duration::from_millis(1));
    }
    status(&mut socket)
}

fn status(socket: &mut TcpStream) -> anyhow::Result<u16> {
    let mut line = [0; 12];
    socket.read_exact(&mut line).context("no answer")?;
    Ok(String::from_utf8_lossy(&line[9..]).parse()?)
}
