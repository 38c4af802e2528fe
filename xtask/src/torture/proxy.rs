//! Between widget and server, a proxy that delays, cuts requests, resets connections, and swallows answers after the commit.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::ensure;

use super::server::{Folder, Place, SETTINGS, Server, free_port};
use super::visitors::Crowd;

/// What happens to a connection, in turn.
#[derive(Clone, Copy, Debug)]
enum Mischief {
    None,
    Delay,
    CutRequest,
    SwallowAnswer,
    CutAnswer,
    Twice,
}

const IN_TURN: [Mischief; 7] = [
    Mischief::None,
    Mischief::SwallowAnswer,
    Mischief::CutRequest,
    Mischief::Delay,
    Mischief::CutAnswer,
    Mischief::SwallowAnswer,
    Mischief::Twice,
];

/// Lets people sign up through the proxy: each must be stored once.
///
/// # Errors
/// Says what did not hold.
pub fn run(binary: &Path) -> anyhow::Result<String> {
    let folder = Folder::new(SETTINGS)?;
    let database = folder.database(&Place::Sqlite);
    let server = Server::start(binary, &folder, &database, free_port()?)?;
    let target = server.address.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let (swallowed, end) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let (count, stop) = (swallowed.clone(), end.clone());
    thread::spawn(move || {
        for (number, client) in listener.incoming().map_while(Result::ok).enumerate() {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            let (target, count) = (target.clone(), count.clone());
            let mischief = IN_TURN[number % IN_TURN.len()];
            thread::spawn(move || pass(client, &target, mischief, &count));
        }
    });
    let crowd = Crowd::start(&format!("http://{address}"), 12, "p");
    crowd.wait_for(600)?;
    let shown = crowd.finish().compare(binary, &database)?;
    end.store(true, Ordering::Relaxed);
    let _ = TcpStream::connect(address);
    let swallowed = swallowed.load(Ordering::Relaxed);
    ensure!(swallowed > 50, "only {swallowed} answers were swallowed: nothing was tried");
    server.has_one_message_each()?;
    Ok(format!("{swallowed} answers swallowed after the commit. {shown}"))
}

/// One request through the proxy; the connection ends with it.
fn pass(mut client: TcpStream, target: &str, mischief: Mischief, swallowed: &AtomicU64) -> Option<()> {
    client.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let request = request(&mut client)?;
    match mischief {
        Mischief::Delay => thread::sleep(Duration::from_millis(300)),
        Mischief::CutRequest => {
            let mut server = TcpStream::connect(target).ok()?;
            server.write_all(&request[..request.len() - 20]).ok()?;
            return client.shutdown(Shutdown::Both).ok();
        }
        Mischief::Twice => drop(exchange(target, &request)),
        _ => {}
    }
    let answer = exchange(target, &request)?;
    match mischief {
        Mischief::SwallowAnswer => {
            swallowed.fetch_add(1, Ordering::Relaxed);
        }
        Mischief::CutAnswer => client.write_all(&answer[..answer.len().saturating_sub(5)]).ok()?,
        _ => client.write_all(&answer).ok()?,
    }
    client.shutdown(Shutdown::Both).ok()
}

fn exchange(target: &str, request: &[u8]) -> Option<Vec<u8>> {
    let mut server = TcpStream::connect(target).ok()?;
    server.write_all(request).ok()?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).ok()?;
    Some(answer)
}

/// A request as it came, asked to be the connection's last.
fn request(client: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let length = client.read(&mut buffer).ok().filter(|length| *length > 0)?;
        bytes.extend_from_slice(&buffer[..length]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        })?;
        if body.len() >= length {
            return Some(format!("{head}\r\nconnection: close\r\n\r\n{body}").into_bytes());
        }
    }
}
