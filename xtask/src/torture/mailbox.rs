//! A mail server that takes everything, so that a trial can open the links in it.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// How long a mail may be under way: the first attempt follows the sign-up at once, on a machine that may be busy.
const PATIENCE: Duration = Duration::from_secs(30);
/// Hex digits of a mailed link.
const TOKEN: usize = 64;

/// A mail.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The address of its recipient.
    pub to: String,
    /// Head and body as they came, without the line ends that quoted-printable has put in.
    pub text: String,
}

impl Mail {
    /// What follows `/confirm/` in it.
    pub fn token(&self) -> Option<&str> {
        self.token_behind("/confirm/")
    }

    /// The token of a link in it, by what stands before it.
    pub fn token_behind(&self, path: &str) -> Option<&str> {
        let (_, after) = self.text.split_once(path)?;
        after.get(..TOKEN).filter(|token| token.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }

    /// The value of a header that is one line of ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.text
            .lines()
            .take_while(|line| !line.is_empty())
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// The server.
pub struct Mailbox {
    /// `smtp://127.0.0.1:PORT`
    pub address: String,
    mails: Arc<Mutex<Vec<Mail>>>,
}

impl Mailbox {
    /// Starts it on a port of its own. It ends with this process.
    ///
    /// # Errors
    /// Where there is no port.
    pub fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("smtp://{}", listener.local_addr()?);
        let mails = Arc::<Mutex<Vec<Mail>>>::default();
        let kept = mails.clone();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let kept = kept.clone();
                // Who hangs up in the middle has sent nothing.
                thread::spawn(move || talk(client, &kept).ok());
            }
        });
        Ok(Self { address, mails })
    }

    /// All mails so far.
    pub fn all(&self) -> Vec<Mail> {
        self.mails.lock().map(|mails| mails.clone()).unwrap_or_default()
    }

    /// The mails to an address so far.
    pub fn to(&self, address: &str) -> Vec<Mail> {
        let mails =
            self.mails.lock().map(|mails| mails.iter().filter(|mail| mail.to == address).cloned().collect());
        mails.unwrap_or_default()
    }

    /// The first mail to an address that has a link to confirm by, and that link's token.
    ///
    /// # Errors
    /// When none comes.
    pub fn token(&self, address: &str) -> anyhow::Result<(Mail, String)> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            for mail in self.to(address) {
                if let Some(token) = mail.token().map(str::to_owned) {
                    return Ok((mail, token));
                }
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("no mail to {address} has a link, after {} s", PATIENCE.as_secs())
    }
}

fn talk(client: TcpStream, kept: &Mutex<Vec<Mail>>) -> anyhow::Result<()> {
    let mut writer = client.try_clone()?;
    let mut reader = BufReader::new(client);
    writer.write_all(b"220 mail.test ESMTP\r\n")?;
    let mut to = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let word = line.split([' ', '\r', ':']).next().unwrap_or_default().to_uppercase();
        match word.as_str() {
            "EHLO" => writer.write_all(b"250-mail.test\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")?,
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).context("a recipient without an address")?.to_owned();
                writer.write_all(b"250 ok\r\n")?;
            }
            "DATA" => {
                writer.write_all(b"354 go on\r\n")?;
                let text = data(&mut reader)?;
                if let Ok(mut kept) = kept.lock() {
                    kept.push(Mail { to: to.clone(), text });
                }
                writer.write_all(b"250 kept\r\n")?;
            }
            "QUIT" => return Ok(writer.write_all(b"221 bye\r\n")?),
            _ => writer.write_all(b"250 ok\r\n")?,
        }
    }
}

/// A mail up to its last line, a dot. A line of quoted-printable that ends with `=` goes on.
fn data(reader: &mut impl BufRead) -> anyhow::Result<String> {
    let mut raw = Vec::new();
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line)? == 0 {
            bail!("a mail is cut");
        }
        if line == b".\r\n" {
            break;
        }
        // RFC 5321, section 4.5.2.
        raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
    Ok(String::from_utf8_lossy(&raw).replace("=\r\n", ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_taken_and_its_link_found_across_a_broken_line() {
        let mailbox = Mailbox::start().unwrap();
        let token = "0123456789abcdef".repeat(4);
        let mut client = TcpStream::connect(mailbox.address.trim_start_matches("smtp://")).unwrap();
        let (first, second) = token.split_at(20);
        let said = format!(
            "EHLO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<zoe@example.org>\r\nDATA\r\nSubject: x\r\n\r\n..dot\r\n\
             https://agir.example.org/confirm/{first}=\r\n{second}\r\n.\r\nQUIT\r\n"
        );
        client.write_all(said.as_bytes()).unwrap();
        let (mail, found) = mailbox.token("zoe@example.org").unwrap();
        assert_eq!(found, token);
        assert!(mail.text.contains("\r\n.dot\r\n"), "{}", mail.text);
        assert!(mailbox.to("max@example.org").is_empty());
    }
}
