//! Texts that may be HTML, as plain text with their paragraphs.

use std::borrow::Cow;

use alentour_model::Link;
use alentour_model::read::LINE;
use alentour_model::text::{clean, cleaned, cut};
use html5gum::emitters::ForwardingEmitter;
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Emitter, Token, Tokenizer};

use super::plain;
use super::simple_html::{self, Piece};
use crate::platform::Address;

/// Some publishers escape twice, and their software once more.
const ROUNDS: usize = 3;

/// The text of what may be HTML: an empty line between paragraphs, list items behind a `•`, the target of a
/// link in parentheses after its words. What is not HTML comes back as it is, cleaned.
pub(crate) fn to_text(source: &str) -> String {
    if is_html(source) { stripped(source) } else { clean(source) }
}

/// The same of a text that is to be [`clean`]ed first.
pub(crate) fn clean_text(source: &str) -> String {
    let text = clean(source);
    if is_html(&text) { stripped(&text) } else { text }
}

/// The text of HTML.
fn stripped(source: &str) -> String {
    let mut text = strip(source);
    for _ in 1..ROUNDS {
        if !is_html(&text) {
            break;
        }
        text = strip(&text);
    }
    let mut text = cleaned(text);
    text.shrink_to_fit();
    text
}

/// The same as one line, as long as a line may be.
pub(crate) fn to_line(source: &str) -> String {
    let mut line = one_line(source);
    cut(&mut line, LINE);
    line.shrink_to_fit();
    line
}

/// The same as one line, however long.
pub(crate) fn one_line(source: &str) -> String {
    if plain::is_line(source) {
        return source.to_owned();
    }
    to_text(source).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same of a text that is to be [`clean`]ed first.
pub(crate) fn clean_line(source: &str) -> String {
    if plain::is_line(source) { source.to_owned() } else { one_line(&clean(source)) }
}

/// A tag that is closed, or an entity. A lone `<` or `&` is text: "moins de 18 ans < 5 €", "Emmaüs & Cie".
fn is_html(text: &str) -> bool {
    // Looked for once: a text of nothing but `<a` must not be searched to its end from each.
    let last = text.rfind('>').unwrap_or_default();
    let has_tag = text.match_indices('<').take_while(|(at, _)| *at < last).any(|(at, _)| {
        let rest = text.get(at + 1..).unwrap_or_default();
        rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'))
    });
    let has_entity = || {
        text.split('&').skip(1).any(|rest| {
            // The longest name of an entity has 31 letters (WHATWG HTML, section 13.5).
            rest.split_once(';').is_some_and(|(name, _)| {
                (2..=32).contains(&name.len())
                    && name.strip_prefix('#').unwrap_or(name).bytes().all(|b| b.is_ascii_alphanumeric())
            })
        })
    };
    has_tag || has_entity()
}

/// A text with its entities (`&eacute;`, `&#233;`) as what they stand for; what is none stays.
pub(crate) fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    // An attribute's value is nothing but text.
    let tag = format!("<a b=\"{}\">", text.replace('"', "&quot;"));
    let value = tokens(&tag).find_map(|token| match token {
        Token::StartTag(tag) => {
            tag.attributes.values().next().map(|value| String::from_utf8_lossy(&value.value).into_owned())
        }
        _ => None,
    });
    value.unwrap_or_else(|| text.to_owned())
}

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

fn strip(source: &str) -> String {
    // A browser reads one feed: there, fewer bytes of code count for more.
    let pieces = if cfg!(target_family = "wasm") { None } else { simple_html::pieces(source) };
    match pieces {
        Some(pieces) => strip_simple(&pieces),
        None => strip_any(source),
    }
}

fn strip_simple(pieces: &[Piece]) -> String {
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

fn strip_any(source: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn entities_stand_for_their_characters_and_what_is_none_stays() {
        for (text, expected) in [
            ("Ch&acirc;teau &#8211; &#xC9;t&eacute;", "Château – Été"),
            ("Emmaüs & Cie \"oui\" &quot;non&quot; <a>", "Emmaüs & Cie \"oui\" \"non\" <a>"),
            ("?a=1&nothing;&copy=2", "?a=1&nothing;&copy=2"),
            ("", ""),
        ] {
            assert_eq!(unescape(text), expected);
        }
    }

    #[test]
    fn paragraphs_lists_and_breaks_are_kept() {
        let html = "<div><p>Un\n  <b>premier</b>&nbsp;paragraphe.</p>\r\n<p>Un second.<br>Sa suite.</p><ul><li><p>un</p></li>\
                    <li>deux</li></ul>fin</div>";
        assert_eq!(
            to_text(html),
            "Un premier\u{a0}paragraphe.\n\nUn second.\nSa suite.\n\n• un\n\n• deux\n\nfin"
        );
    }

    #[test]
    fn text_that_is_no_html_comes_back_as_it_is() {
        for text in
            ["Lundi\n  mardi", "moins de 5 < 6 & plus", "I <3 vous", "R&D; ou pas", "a <dangling", "x<y"]
        {
            assert_eq!(to_text(text), text);
        }
    }

    #[test]
    fn a_text_with_the_odd_link_keeps_its_own_lines() {
        let text = "Lundi\n\nMardi : <a href='https://example.org/a'>le programme</a>";
        assert_eq!(to_text(text), "Lundi\n\nMardi : le programme (https://example.org/a)");
    }

    #[test]
    fn targets_of_links_follow_their_words_unless_they_are_the_words_or_unsafe() {
        assert_eq!(to_text("<a href=\"https://example.org/\">example.org</a>"), "example.org");
        assert_eq!(to_text("<a href='mailto:a@example.org'>Écrire</a>"), "Écrire (a@example.org)");
        assert_eq!(to_text("<a href='javascript:alert(1)'>Ici</a>"), "Ici");
        assert_eq!(to_text("<a href='coucou'>Ici</a>"), "Ici");
    }

    #[test]
    fn a_host_that_looks_like_another_is_shown_as_what_it_is() {
        // Cyrillic letters, the last but one a palochka.
        let html = "<a href='https://\u{430}\u{440}\u{440}\u{4cf}\u{435}.example/a'>Don</a>";
        let text = to_text(html);
        assert!(text.starts_with("Don (https://xn--") && text.ends_with(".example/a)"), "{text}");
        let words = "<a href='https://\u{430}pple.example'>https://apple.example</a>";
        assert!(to_text(words).contains("(https://xn--"), "{}", to_text(words));
        assert_eq!(to_text("<a href='https://évian.example/é'>Don</a>"), "Don (https://évian.example/é)");
    }

    #[test]
    fn entities_are_read_also_where_they_were_escaped_twice() {
        assert_eq!(to_text("L&#039;&eacute;t&eacute; &amp; l’hiver"), "L'été & l’hiver");
        assert_eq!(to_text("&lt;p&gt;L&amp;eacute;t&amp;eacute;&lt;/p&gt;"), "Lété");
    }

    #[test]
    fn scripts_styles_and_comments_are_no_text() {
        assert_eq!(to_text("a<script>if (a < b) alert('<p>')</script><style>p{}</style><!-- x -->b"), "ab");
    }

    #[test]
    fn a_long_text_takes_no_longer_than_its_length() {
        let began = std::time::Instant::now();
        for piece in ["<a", "&", "&a;", "<a href=x>", "</a>", "<p", "<!--", "a<"] {
            let _ = to_text(&piece.repeat(200_000));
        }
        // Linear, this takes a second or two unoptimised; quadratic, hours.
        assert!(began.elapsed().as_secs() < 60);
    }

    proptest! {
        #[test]
        fn no_tag_survives_and_nothing_panics(html in "(<[a-z/!]{0,6}[ a-z='\"]{0,9}>?|&[#a-z0-9]{0,6};?|[a-zé \n<>]{0,8}){0,12}") {
            let text = to_text(&html);
            prop_assert!(!text.contains("<script>"));
        }

        #[test]
        fn simple_html_is_read_as_any_other_is(
            html in "(</?(p|br|li|ul|b|h2|div|x1)( ?/)?>|&(nbsp|amp|lt|#39|#039|eacute|rsquo|quot|gt|egrave|agrave|ecirc);|[a-zé’;&\u{a0}\u{7f} \n\t<>]{0,8}){0,16}",
        ) {
            if let Some(pieces) = simple_html::pieces(&html) {
                prop_assert_eq!(strip_simple(&pieces), strip_any(&html));
            }
        }

        #[test]
        fn what_is_a_line_already_is_read_as_it_is(text in "[a-zé’ <&;\n\u{85}\u{a0}\u{202e}\u{3000}\u{feff}]{0,9}") {
            let read = to_text(&clean(&text)).split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(clean_line(&text), read);
        }
    }
}
