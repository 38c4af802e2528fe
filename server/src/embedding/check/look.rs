//! Looks for the tag in a page, as a browser would come upon it. Scripts are not run: what they add is not seen.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};
use url::Url;

use super::attributes::{self, get};
use super::frame::Frame;
use super::job::Server;
use super::missing::{code, has_tag, missing};
use super::report::{Finding, Findings};
use super::script::{Around, Tag, is_run, path};
use crate::feeds::Page;

/// Tags and elements that are looked at.
const MOST: usize = 50;
/// Policies that are read, once for each tag.
const POLICIES: usize = 10;
/// What may stand in a head; anything else begins the body.
const OF_HEAD: [&str; 9] = ["html", "head", "title", "meta", "link", "script", "style", "base", "noscript"];

/// What was seen.
#[derive(Default)]
pub struct Seen {
    tags: Vec<Tag>,
    /// Elements of ours, each with its name.
    pub elements: Vec<(String, Vec<(String, String)>)>,
    frames: Vec<Vec<(String, String)>>,
    policies: Vec<String>,
    ids: Vec<String>,
    language: String,
    base: Option<String>,
    is_in_body: bool,
    /// The element whose text nobody reads.
    hidden: Option<String>,
    /// Templates around what comes, and whether each lies there until a script takes it.
    templates: Vec<bool>,
    /// The page is this server's own.
    pub is_own: bool,
    /// There is a link to the list, or to an initiative.
    pub has_links: bool,
    /// There are the links of a tag.
    pub has_fallback: bool,
    /// There is what a tag elsewhere aims at.
    pub has_container: bool,
    has_plugin: bool,
    /// The tag is a text.
    pub is_written: bool,
    /// What a plugin was to replace.
    pub code: Option<String>,
    /// What a tag is in that no browser runs there.
    pub inert: Option<&'static str>,
    /// A script in the page names ours.
    pub is_named: bool,
    /// There is a field for a password.
    pub asks_for_password: bool,
    /// Scripts that run.
    pub scripts: usize,
    /// Bytes of text.
    pub text: usize,
}

/// What of us is in a page.
pub fn look(page: &Page, server: &Server) -> Findings {
    let html = String::from_utf8_lossy(&page.bytes);
    let mut emitter = DefaultEmitter::default();
    // What is within `<script>` is no HTML.
    emitter.naively_switch_states(true);
    let mut seen = Seen::default();
    for token in Tokenizer::new_with_emitter(&*html, emitter) {
        match token {
            Ok(Token::StartTag(tag)) => seen.open(&tag, &server.address),
            Ok(Token::EndTag(tag)) => seen.close(&tag.name),
            Ok(Token::String(text)) => seen.read(&String::from_utf8_lossy(&text)),
            Ok(Token::Comment(text)) if has_tag(&String::from_utf8_lossy(&text)) => {
                seen.inert.get_or_insert("<!-- -->");
            }
            _ => {}
        }
    }
    seen.findings(page, server)
}

/// Elements whose text nobody reads.
fn is_hidden(name: &[u8]) -> bool {
    matches!(name, b"script" | b"style" | b"title" | b"noscript")
}

impl Seen {
    fn open(&mut self, tag: &StartTag<()>, server: &str) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let name = text(&tag.name);
        self.is_in_body |= !OF_HEAD.contains(&name.as_str());
        if is_hidden(&tag.name) {
            self.hidden = Some(name.clone());
        }
        let all: Vec<_> =
            tag.attributes.iter().take(MOST).map(|(name, value)| (text(name), text(&value.value))).collect();
        if name == "template" {
            // One with a mode is a shadow root, and alive.
            return self.templates.push(get(&all, "shadowrootmode").is_none());
        }
        if self.templates.contains(&true) {
            // A script that takes it out of there may bring what a tag aims at.
            self.ids.extend(get(&all, "id").filter(|_| self.ids.len() < 10_000).map(str::to_owned));
            if name == "script" && Tag::of(all, false, server).is_some() {
                self.inert.get_or_insert("<template>");
            }
            return;
        }
        self.note(&name, all, server);
    }

    fn note(&mut self, name: &str, all: Vec<(String, String)>, server: &str) {
        let of = |name: &str| get(&all, name).unwrap_or_default();
        if !of("id").is_empty() && self.ids.len() < 10_000 {
            self.has_plugin |= of("id") == "alentour-js";
            self.has_container |= of("id") == "alentour";
            self.ids.push(of("id").to_owned());
        }
        self.has_fallback |= of("class").contains("alentour-fallback");
        match name {
            "html" => of("lang").clone_into(&mut self.language),
            "base" if self.base.is_none() => self.base = get(&all, "href").map(str::to_owned),
            "script" => {
                self.scripts += usize::from(is_run(of("type")));
                if let Some(tag) = Tag::of(all, !self.is_in_body, server).filter(|_| self.tags.len() < MOST) {
                    self.tags.push(tag);
                }
            }
            "alentour-widget" | "alentour-action" if self.elements.len() < MOST => {
                self.elements.push((name.to_owned(), all));
            }
            "iframe" if self.frames.len() < MOST => self.frames.push(all),
            "a" => {
                let path = of("href").strip_prefix(server).unwrap_or_default();
                self.has_links |= path.starts_with("/near") || path.starts_with("/i/");
            }
            "input" => self.asks_for_password |= of("type").eq_ignore_ascii_case("password"),
            "meta"
                if self.policies.len() < POLICIES
                    && of("http-equiv").eq_ignore_ascii_case("content-security-policy") =>
            {
                self.policies.push(of("content").to_owned());
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &[u8]) {
        self.is_in_body |= name == b"head";
        if name == b"template" {
            self.templates.pop();
        }
        if is_hidden(name) {
            self.hidden = None;
        }
    }

    fn read(&mut self, text: &str) {
        match self.hidden.as_deref() {
            Some("script") => self.is_named |= has_tag(text),
            Some("noscript") if has_tag(text) => _ = self.inert.get_or_insert("<noscript>"),
            Some(_) => {}
            None => {
                self.text += text.bytes().filter(|b| !b.is_ascii_whitespace()).count();
                self.is_written |= has_tag(text);
                self.code = self.code.take().or_else(|| code(text));
            }
        }
    }

    fn findings(mut self, page: &Page, server: &Server) -> Findings {
        let mut findings = Findings::default();
        let Ok(address) = Url::parse(&page.address) else { return findings };
        let base = self.base.as_deref().and_then(|base| address.join(base).ok());
        let base = base.unwrap_or_else(|| address.clone());
        self.is_own = path(&address, &server.address).is_some();
        self.policies.extend(page.policies.iter().take(POLICIES).cloned());
        let around = Around {
            page: &address,
            base: &base,
            language: &self.language,
            policies: &self.policies,
            ids: &self.ids,
            has_element: !self.elements.is_empty(),
        };
        let frames: Vec<_> =
            self.frames.iter().filter_map(|frame| Frame::of(frame, &base, &server.address)).collect();
        self.count(&mut findings);
        self.tags.iter().for_each(|tag| tag.judge(&around, server, &mut findings));
        for (name, element) in &self.elements {
            attributes::of_element(element, around.language, &mut findings);
            let opened = get(element, "open").or_else(|| get(element, "data-open")).unwrap_or_default();
            if name == "alentour-action" && opened.trim().is_empty() {
                findings.add(Finding::of("action_alone"));
            }
        }
        frames.iter().for_each(|frame| frame.judge(&around, server, &mut findings));
        if self.tags.is_empty() && frames.is_empty() {
            let line = format!("<script async src=\"{}/v1/alentour.js\"></script>", server.address);
            findings.add(missing(&self, &line));
        }
        if address.scheme() == "http" && !self.tags.is_empty() {
            findings.add(Finding::of("insecure"));
        }
        findings
    }

    /// Says what is there.
    fn count(&self, findings: &mut Findings) {
        let running = self.tags.iter().filter(|tag| tag.held.is_none());
        findings.count("tag", "tags", running.count());
        for held in self.tags.iter().filter_map(|tag| tag.held.as_deref()) {
            findings.add(Finding::with("held", held));
        }
        let is_twice = |(at, tag): (usize, &Tag)| tag.is_own_list() && self.tags[..at].contains(tag);
        if self.tags.iter().enumerate().any(is_twice) {
            findings.add(Finding::of("twice"));
        }
        findings.count("element", "elements", self.elements.len());
        if self.has_plugin {
            findings.add(Finding::of("plugin"));
        }
    }
}

#[cfg(test)]
mod tests;
