//! The text within HTML: its tokens, and what is written of them.

use std::borrow::Cow;

use alentour_model::Link;
use html5gum::emitters::ForwardingEmitter;
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Emitter, Token, Tokenizer};

use super::plain;
use super::simple_html::{self, Piece};
use crate::platform::Address;

/// Lines that a tag puts between what is before it and what is after it: 2 for a paragraph.
fn lines(tag: &[u8]) -> usize {
    match tag {
        b"p" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"ul" | b"ol" | b"dl" | b"table"
        | b"blockquote" | b"pre" | b"hr" => 2,
        b"div" | b"li" | b"tr" | b"dt" | b"dd" | b"section" | b"article" | b"header" | b"footer"
        | b"figure" | b"address" => 1,
        _ => 0,
    }
}

/// Whether a tag makes lines.
fn is_block(tag: &[u8]) -> bool {
    lines(tag) > 0 || tag == b"br"
}

/// Elements whose content nobody reads.
fn is_hidden(tag: &[u8]) -> bool {
    matches!(tag, b"script" | b"style" | b"head" | b"title" | b"template" | b"noscript" | b"iframe" | b"svg")
}

/// The text of HTML, read once.
pub(super) fn strip(source: &str) -> String {
    // A browser reads one feed: there, fewer bytes of code count for more.
    let pieces = if cfg!(target_family = "wasm") { None } else { simple_html::pieces(source) };
    match pieces {
        Some(pieces) => strip_simple(&pieces),
        None => strip_any(source),
    }
}

pub(super) fn strip_simple(pieces: &[Piece]) -> String {
    let has_blocks =
        pieces.iter().any(|piece| matches!(piece, Piece::Start(tag) if is_block(tag.as_bytes())));
    let mut text = Text { has_blocks, ..Text::default() };
    for piece in pieces {
        match piece {
            Piece::Start(tag) => text.open(tag.as_bytes()),
            Piece::End(tag) => text.line(lines(tag.as_bytes())),
            Piece::Words(words) => text.words(words),
        }
    }
    text.out
}

pub(super) fn strip_any(source: &str) -> String {
    // Where blocks make the lines, line ends are spaces. Text with the odd link or entity keeps its own.
    let has_blocks = tokens(source).any(|token| match token {
        Token::StartTag(tag) => is_block(&tag.name),
        _ => false,
    });
    let mut text = Text { has_blocks, ..Text::default() };
    let mut hidden: Option<Vec<u8>> = None;
    for token in tokens(source) {
        match token {
            Token::StartTag(tag) if hidden.is_none() => {
                if is_hidden(&tag.name) {
                    hidden = (!tag.self_closing).then(|| tag.name.to_vec());
                    continue;
                }
                text.open(&tag.name);
                if &tag.name[..] == b"a" {
                    let target = tag.attributes.iter().find(|(name, _)| &name[..] == b"href");
                    text.link = target.map(|(_, target)| {
                        (text.out.len(), String::from_utf8_lossy(&target.value).into_owned())
                    });
                }
            }
            Token::EndTag(tag) => match &hidden {
                Some(name) if name[..] == tag.name[..] => hidden = None,
                Some(_) => {}
                None if &tag.name[..] == b"a" => text.close_link(),
                None => text.line(lines(&tag.name)),
            },
            Token::String(words) if hidden.is_none() => text.words(&String::from_utf8_lossy(&words)),
            _ => {}
        }
    }
    text.close_link();
    text.out
}

/// The tokens of HTML, whatever it is. All that reads HTML takes them from here: the tokenizer is there once for each sort of
/// emitter, and is a fortieth of the reader's WebAssembly.
pub(crate) fn tokens(html: &str) -> impl Iterator<Item = Token> {
    let mut emitter = Forgiving::default();
    emitter.0.naively_switch_states(true);
    Tokenizer::new_with_emitter(html, emitter).map(|token| match token {
        Ok(token) => token,
        Err(never) => match never {},
    })
}

/// Gives the tokens of HTML and not what is wrong with it, which takes as long to find out as all the rest.
#[derive(Default)]
struct Forgiving(DefaultEmitter);

impl ForwardingEmitter for Forgiving {
    type Token = Token;

    fn inner(&mut self) -> &mut impl Emitter<Token = Token> {
        &mut self.0
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }
}

/// Text being written: white space is only written once it is known that something follows.
#[derive(Default)]
struct Text {
    out: String,
    has_blocks: bool,
    lines: usize,
    space: bool,
    /// Where an open link begins, and where it leads.
    link: Option<(usize, String)>,
}

impl Text {
    /// The tag that opens an element.
    fn open(&mut self, tag: &[u8]) {
        self.line(lines(tag));
        match tag {
            b"br" => self.lines = (self.lines + 1).min(2),
            b"li" => self.item(),
            _ => {}
        }
    }

    fn line(&mut self, lines: usize) {
        self.lines = self.lines.max(lines);
    }

    fn item(&mut self) {
        self.word_break();
        self.out.push('•');
        self.space = true;
    }

    fn word_break(&mut self) {
        if !self.out.is_empty() {
            match self.lines {
                0 if self.space => self.out.push(' '),
                0 => {}
                // A bullet keeps what is behind it on its line.
                _ if self.out.ends_with('•') => self.out.push(' '),
                lines => self.out.extend(std::iter::repeat_n('\n', lines)),
            }
        }
        (self.lines, self.space) = (0, false);
    }

    fn words(&mut self, words: &str) {
        let mut rest = words;
        loop {
            let (line, behind) = rest.split_at(plain::line(rest));
            if !line.is_empty() {
                self.word_break();
                self.out.push_str(line);
            }
            let mut characters = behind.chars();
            match characters.next() {
                None => return,
                Some('\n') if !self.has_blocks => self.lines = (self.lines + 1).min(2),
                Some(c) if c.is_whitespace() && c != '\u{a0}' && c != '\u{202f}' => self.space = true,
                // Nothing that breaks a word, for all that it is no plain text.
                Some(c) => {
                    self.word_break();
                    self.out.push(c);
                }
            }
            rest = characters.as_str();
        }
    }

    fn close_link(&mut self) {
        let Some((start, target)) = self.link.take() else { return };
        let words = self.out.get(start..).unwrap_or_default().trim();
        let Some(link) = Link::parse(&target).filter(|_| !words.is_empty()) else { return };
        let shown = undisguised(link.as_str());
        let shown = shown.trim_start_matches("mailto:").trim_start_matches("tel:");
        // Words that are the address already need it no second time.
        let bare = shown.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
        if !words.contains(bare) {
            let shown = format!(" ({shown})");
            self.out.push_str(&shown);
        }
    }
}

/// A link as it may be shown: a host in letters that could be taken for others is written as browsers write such a one,
/// `xn--…` (Unicode TS 39, section 4). The accents of French are no disguise.
fn undisguised(link: &str) -> Cow<'_, str> {
    let is_plain =
        |c: char| c.is_ascii() || matches!(c, 'à'..='ö' | 'ø'..='ÿ' | 'À'..='Ö' | 'Ø'..='Þ' | 'œ' | 'Œ');
    let host = link.split_once("//").map_or(link, |(_, rest)| rest).split(['/', '?', '#']).next();
    if host.is_none_or(|host| host.chars().all(is_plain)) {
        return link.into();
    }
    match Address::parse(link) {
        Some(address) => address.whole().into(),
        None => link.chars().filter(char::is_ascii).collect::<String>().into(),
    }
}
