//! PostgreSQL with a synchronous standby: the primary dies, or the standby is away.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::ensure;

use super::server::{Folder, SETTINGS, Server, agent, free_port};
use super::visitors::{Crowd, form, post};
use crate::postgres::Cluster;

/// A commit is one when the standby has it, too.
const SYNCHRONOUS: &str =
    "wal_level = replica\nmax_wal_senders = 5\nsynchronous_standby_names = 'second'\nwal_keep_size = '64MB'";

/// The address that stays when the primary changes, as a load balancer or a moving address gives it.
struct Switch {
    port: u16,
    target: Arc<AtomicU16>,
    closed: Arc<AtomicBool>,
}

impl Switch {
    fn start(target: u16) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let (target, closed) = (Arc::new(AtomicU16::new(target)), Arc::new(AtomicBool::new(false)));
        let (to, end) = (target.clone(), closed.clone());
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if end.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(server) = TcpStream::connect(("127.0.0.1", to.load(Ordering::Relaxed))) else {
                    continue;
                };
                let (Ok(client2), Ok(server2)) = (client.try_clone(), server.try_clone()) else { continue };
                thread::spawn(move || pour(client, server));
                thread::spawn(move || pour(server2, client2));
            }
        });
        Ok(Self { port, target, closed })
    }
}

impl Drop for Switch {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn pour(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = [0; 16 << 10];
    while let Ok(length) = from.read(&mut buffer) {
        if length == 0 || to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

/// Kills the primary under load and promotes the standby.
///
/// # Errors
/// Says what did not hold.
pub fn promoted(binary: &Path) -> anyhow::Result<String> {
    let mut primary = Cluster::start(SYNCHRONOUS)?;
    let standby = primary.standby("second", "hot_standby = on")?;
    let switch = Switch::start(primary.port())?;
    let folder = Folder::new(SETTINGS)?;
    let database = format!("postgres://alentour@127.0.0.1:{}/postgres", switch.port);
    let server = Server::start(binary, &folder, &database, free_port()?)?;
    let crowd = Crowd::start(&server.address, 16, "f");
    crowd.wait_for(600)?;
    primary.kill();
    standby.promote()?;
    switch.target.store(standby.port(), Ordering::Relaxed);
    crowd.wait_for(400)?;
    let shown = crowd.finish().compare(binary, &standby.url("postgres"))?;
    server.has_one_message_each()?;
    Ok(format!("primary killed, standby promoted, no restart of ours. {shown}"))
}

/// Takes the standby away, and gives it back.
///
/// # Errors
/// Says what did not hold.
pub fn standby_away(binary: &Path) -> anyhow::Result<String> {
    let primary = Cluster::start(SYNCHRONOUS)?;
    let mut standby = primary.standby("second", "hot_standby = on")?;
    let folder = Folder::new(SETTINGS)?;
    let database = primary.url("postgres");
    let server = Server::start(binary, &folder, &database, free_port()?)?;
    let agent = agent();
    let send = |name: &str| {
        let key = format!("{name}-0123456789abcdef");
        post(&agent, &server.address, &key, &form(&format!("{name}@example.org"), false)).0
    };
    ensure!(send("before") == 201, "the standby is there, and nothing goes");
    standby.kill();
    let (first, second) = (send("during"), send("during"));
    ensure!(first == 503 && second == 503, "the standby is away, and the answers are {first} and {second}");
    standby.run()?;
    let mut again = 0;
    for _ in 0..60 {
        again = send("during");
        if again == 201 {
            break;
        }
        thread::sleep(Duration::from_millis(500));
    }
    ensure!(again == 201, "the standby is back, and the answer is {again}");
    let stored = super::server::export(binary, &database, "petition")?;
    ensure!(stored.len() == 2, "{} stored instead of 2", stored.len());
    Ok("standby away: 503 after 15 s, twice, nothing acknowledged; back: 201 with the same key, stored once"
        .into())
}
