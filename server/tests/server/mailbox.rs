//! A mail server that behaves as the tests tell it to.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with one mail.
#[derive(Clone, Debug)]
pub enum Mood {
    /// Takes it.
    Take,
    /// Says this to the recipient's address: `451 4.7.1 come back`.
    Say(&'static str),
    /// Closes the connection once it has the text, without keeping it.
    Lose,
    /// Keeps it, and closes the connection without a word: the sender cannot know.
    TakeAndHangUp,
    /// Keeps it, and takes so long to say so.
    Slow(Duration),
}

/// A mail that it has taken.
#[derive(Clone, Debug)]
pub struct Taken {
    pub to: String,
    pub raw: Vec<u8>,
}

impl Taken {
    pub fn parsed(&self) -> mail_parser::Message<'_> {
        mail_parser::MessageParser::default().parse(&self.raw).unwrap()
    }

    /// The lines before the first empty one.
    pub fn head(&self) -> String {
        String::from_utf8(self.raw.clone()).unwrap().split("\r\n\r\n").next().unwrap().to_owned()
    }

    pub fn id(&self) -> String {
        self.parsed().message_id().unwrap().to_owned()
    }

    pub fn text(&self) -> String {
        self.parsed().body_text(0).unwrap().replace("\r\n", "\n")
    }

    pub fn html(&self) -> String {
        self.parsed().body_html(0).unwrap().into_owned()
    }

    /// The link in it that has this in its path.
    pub fn link(&self, path: &str) -> Option<String> {
        self.text().split_whitespace().find(|word| word.contains(path)).map(str::to_owned)
    }
}

/// A mail server. It takes everything unless told otherwise.
pub struct MailServer {
    pub address: SocketAddr,
    taken: Arc<Mutex<Vec<Taken>>>,
    moods: Arc<Mutex<VecDeque<Mood>>>,
}

impl MailServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (taken, moods) = (Arc::<Mutex<Vec<Taken>>>::default(), Arc::<Mutex<VecDeque<Mood>>>::default());
        let (kept, asked) = (taken.clone(), moods.clone());
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(talk(socket, kept.clone(), asked.clone()));
            }
        });
        Self { address, taken, moods }
    }

    /// What to do with the next mails, one after the other.
    pub fn then(&self, moods: impl IntoIterator<Item = Mood>) {
        self.moods.lock().unwrap().extend(moods);
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    /// How many that are.
    pub fn count(&self) -> usize {
        self.taken.lock().unwrap().len()
    }

    /// Those to one address.
    pub fn to(&self, address: &str) -> Vec<Taken> {
        self.taken().into_iter().filter(|taken| taken.to == address).collect()
    }
}

async fn talk(
    socket: TcpStream,
    taken: Arc<Mutex<Vec<Taken>>>,
    moods: Arc<Mutex<VecDeque<Mood>>>,
) -> Option<()> {
    let (read, mut write) = socket.into_split();
    let mut read = BufReader::new(read);
    write.write_all(b"220 mail.test ESMTP\r\n").await.ok()?;
    let (mut to, mut mood) = (String::new(), Mood::Take);
    loop {
        let mut line = String::new();
        if read.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let word = line.split([' ', '\r', ':']).next().unwrap_or_default().to_uppercase();
        let answer = match word.as_str() {
            "EHLO" => "250-mail.test\r\n250-8BITMIME\r\n250 SMTPUTF8",
            "MAIL" => {
                mood = moods.lock().unwrap().pop_front().unwrap_or(Mood::Take);
                "250 ok"
            }
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                match &mood {
                    Mood::Say(words) => words,
                    _ => "250 ok",
                }
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.ok()?;
                let mut raw = Vec::new();
                loop {
                    let mut line = Vec::new();
                    read.read_until(b'\n', &mut line).await.ok()?;
                    if line == b".\r\n" || line.is_empty() {
                        break;
                    }
                    raw.extend(if line.starts_with(b".") { &line[1..] } else { &line[..] });
                }
                if !matches!(mood, Mood::Lose) {
                    taken.lock().unwrap().push(Taken { to: to.clone(), raw });
                }
                match &mood {
                    Mood::Lose | Mood::TakeAndHangUp => return None,
                    Mood::Slow(time) => tokio::time::sleep(*time).await,
                    _ => {}
                }
                "250 taken"
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await.ok()?;
                return None;
            }
            _ => "250 ok",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
}
