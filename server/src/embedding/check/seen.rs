//! What a page was seen to have, tag by tag.

use html5gum::StartTag;

use super::attributes::get;
use super::script::{Tag, is_run};
use super::written::{code, has_tag};

/// Tags and elements that are looked at.
const MOST: usize = 50;
/// Policies that are read, once for each tag.
pub const POLICIES: usize = 10;
/// What may stand in a head; anything else begins the body.
const OF_HEAD: [&str; 9] = ["html", "head", "title", "meta", "link", "script", "style", "base", "noscript"];

/// What was seen.
#[derive(Default)]
pub struct Seen {
    /// Tags of ours.
    pub tags: Vec<Tag>,
    /// Elements of ours, each with its name.
    pub elements: Vec<(String, Vec<(String, String)>)>,
    /// Frames, each with its attributes.
    pub frames: Vec<Vec<(String, String)>>,
    /// Policies.
    pub policies: Vec<String>,
    /// The names of elements.
    pub ids: Vec<String>,
    /// The language that the page says it is in.
    pub language: String,
    /// What relative addresses begin with.
    pub base: Option<String>,
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
    /// The script that our WordPress plugin writes is there.
    pub has_plugin: bool,
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

/// Elements whose text nobody reads.
fn is_hidden(name: &[u8]) -> bool {
    matches!(name, b"script" | b"style" | b"title" | b"noscript")
}

impl Seen {
    /// Takes in a start tag. `server`: our own address.
    pub fn open(&mut self, tag: &StartTag<()>, server: &str) {
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

    /// Takes in an end tag.
    pub fn close(&mut self, name: &[u8]) {
        self.is_in_body |= name == b"head";
        if name == b"template" {
            self.templates.pop();
        }
        if is_hidden(name) {
            self.hidden = None;
        }
    }

    /// Takes in a text.
    pub fn read(&mut self, text: &str) {
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

    /// Takes in a comment.
    pub fn pass(&mut self, comment: &str) {
        if has_tag(comment) {
            self.inert.get_or_insert("<!-- -->");
        }
    }
}
