//! Visitors who sign people up as fast as they are answered, each on a connection of their own. They share the machine with what is
//! measured, so they do little: a thread each, no HTTP library.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use crate::torture::visitors::form;

/// A thread of a visitor's needs little; the usual 8 MB would be 8 GB of address space.
const STACK: usize = 256 << 10;

/// What they were told.
pub struct Heard<C> {
    /// Answers a second, of those that came while it was measured.
    pub rate: f64,
    /// Milliseconds of each of those.
    pub times: Vec<f64>,
    /// How many were stored in all, before and after included.
    pub stored: usize,
    /// How many were told to come back later.
    pub refused: usize,
    /// What `probe` gave at the beginning and at the end of the measurement.
    pub before: C,
    pub after: C,
}

/// Lets so many visitors at once sign people up; measures for `time`, once `warm_up` has passed.
///
/// # Errors
/// When an answer is neither 201 nor 503, or `probe` fails.
pub fn run<C>(
    address: &str,
    visitors: usize,
    warm_up: Duration,
    time: Duration,
    probe: impl Fn() -> anyhow::Result<C>,
) -> anyhow::Result<Heard<C>> {
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let stop = &stop;
        // Whatever happens here, nobody goes on for ever.
        let _end = Stop(stop);
        let threads: Vec<_> = (0..visitors)
            .map(|visitor| {
                let visit = move || visit(address, visitor, stop);
                thread::Builder::new().stack_size(STACK).spawn_scoped(scope, visit)
            })
            .collect::<Result<_, _>>()
            .context("a thread could not be started")?;
        thread::sleep(warm_up);
        let (start, before) = (Instant::now(), probe()?);
        thread::sleep(time);
        let (end, after) = (Instant::now(), probe()?);
        stop.store(true, Ordering::Relaxed);
        let (mut times, mut stored, mut refused) = (Vec::new(), 0, 0);
        for thread in threads {
            let told = thread.join().map_err(|_| anyhow::anyhow!("a visitor panicked"))??;
            stored += told.answers.len();
            refused += told.refused;
            let measured = told.answers.into_iter().filter(|(at, _)| (start..end).contains(at));
            times.extend(measured.map(|(_, time)| time.as_secs_f64() * 1000.0));
        }
        let rate = times.len() as f64 / (end - start).as_secs_f64();
        Ok(Heard { rate, times, stored, refused, before, after })
    })
}

/// Says that it is over when it goes.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What one visitor was told.
#[derive(Default)]
struct Told {
    /// When each answer came, and how long it took.
    answers: Vec<(Instant, Duration)>,
    refused: usize,
}

fn visit(address: &str, visitor: usize, stop: &AtomicBool) -> anyhow::Result<Told> {
    let mut connection = Connection::open(address)?;
    let mut told = Told::default();
    // Made once: what visitors do is taken from the processor that is measured.
    let form = form("EMAIL", false).to_string();
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let name = format!("v{visitor}-{number}");
        let body = form.replace("EMAIL", &format!("{name}@example.org"));
        let start = Instant::now();
        match connection.post(&format!("{name}-0123456789abcdef"), &body)? {
            (201, _) => told.answers.push((Instant::now(), start.elapsed())),
            // More than it can keep up with.
            (503, _) => {
                told.refused += 1;
                thread::sleep(Duration::from_secs(1));
            }
            (status, answer) => bail!("a sign-up was refused: {status} {answer}"),
        }
    }
    Ok(told)
}

/// A connection that stays open.
pub struct Connection {
    host: String,
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Opens one.
    ///
    /// # Errors
    /// Where nobody takes it.
    pub fn open(address: &str) -> anyhow::Result<Self> {
        let host = address.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host).context("the server takes no connection")?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self { host, stream: BufReader::new(stream) })
    }

    /// Sends a form; the status and the body of the answer.
    ///
    /// # Errors
    /// Where none comes.
    pub fn post(&mut self, key: &str, body: &str) -> anyhow::Result<(u16, String)> {
        let request = format!(
            "POST /signups HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\nidempotency-key: {key}\r\ncontent-length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        );
        self.ask(&request)
    }

    /// Asks for what is at a path; the status and the body of the answer.
    ///
    /// # Errors
    /// Where none comes.
    pub fn get(&mut self, path: &str) -> anyhow::Result<(u16, String)> {
        self.ask(&format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", self.host))
    }

    fn ask(&mut self, request: &str) -> anyhow::Result<(u16, String)> {
        self.stream.get_mut().write_all(request.as_bytes()).context("the connection was closed")?;
        let (mut status, mut length) = (None, 0);
        loop {
            let mut line = String::new();
            ensure!(self.stream.read_line(&mut line).context("no answer")? > 0, "no answer");
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            match line.split_once(':') {
                Some(("content-length", value)) => length = value.trim().parse()?,
                _ => status = status.or_else(|| line.split(' ').nth(1)?.parse().ok()),
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).context("the answer is cut")?;
        Ok((status.context("an answer without a status")?, String::from_utf8_lossy(&body).into_owned()))
    }
}

/// Makes sure that so many connections may be open.
///
/// # Errors
/// Where they may not; it says how to change that.
pub fn ensure_files(visitors: usize) -> anyhow::Result<()> {
    // Some for everything else.
    let needed = visitors + 200;
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    match files(&limits) {
        Some(allowed) if allowed < needed => {
            bail!(
                "{allowed} files may be open, and {visitors} visitors need {needed}: run `ulimit -n 4096` first"
            )
        }
        _ => Ok(()),
    }
}

/// The soft limit of open files; none where there is none.
fn files(limits: &str) -> Option<usize> {
    limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files")?.split_whitespace().next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn answers_are_read_one_after_the_other_on_the_same_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            let mut requests = Vec::new();
            for answer in [
                "HTTP/1.1 201 Created\r\nContent-Length: 4\r\nx: y\r\n\r\nkept",
                "HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n",
            ] {
                let mut head = String::new();
                while !head.ends_with("\r\n\r\n") {
                    stream.read_line(&mut head).unwrap();
                }
                let mut body = [0; 2];
                stream.read_exact(&mut body).unwrap();
                requests.push((head, body));
                stream.get_mut().write_all(answer.as_bytes()).unwrap();
            }
            requests
        });
        let mut connection = Connection::open(&address).unwrap();
        assert_eq!(connection.post("key", "{}").unwrap(), (201, "kept".to_owned()));
        assert_eq!(connection.post("key", "[]").unwrap(), (503, String::new()));
        assert!(connection.post("key", "[]").is_err());
        let requests = server.join().unwrap();
        assert!(requests[0].0.contains("idempotency-key: key\r\n"), "{requests:?}");
        let bodies: Vec<_> = requests.iter().map(|(_, body)| body).collect();
        assert_eq!(bodies, [b"{}", b"[]"]);
    }

    #[test]
    fn the_limit_of_open_files_is_the_soft_one() {
        let limits = "Limit                     Soft Limit           Hard Limit           Units     \n\
                      Max processes             96000                96000                processes \n\
                      Max open files            1024                 524288               files     \n";
        assert_eq!(files(limits), Some(1024));
        assert_eq!(files("Max open files            unlimited            unlimited            files"), None);
    }
}
