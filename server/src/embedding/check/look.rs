//! Looks for the tag in a page, as a browser would come upon it. Scripts are not run: what they add is not seen.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};
use url::Url;

use super::report::{Finding, Findings};
use super::{attributes, policy};
use crate::feeds::Page;

/// What a page's text has at least that is not made by scripts: a menu and a title have more.
const LITTLE: usize = 200;
/// Tags and elements that are looked at; policies that are read.
const MOST: usize = 50;
/// What may stand in a head; anything else begins the body.
const OF_HEAD: [&str; 9] = ["html", "head", "title", "meta", "link", "script", "style", "base", "noscript"];
const TAG: &str = "/alentour.js";

/// A tag of ours.
struct Tag {
    src: String,
    is_in_head: bool,
    attributes: Vec<(String, String)>,
}

/// What was seen.
#[derive(Default)]
struct Seen {
    tags: Vec<Tag>,
    elements: Vec<Vec<(String, String)>>,
    policies: Vec<String>,
    ids: Vec<String>,
    is_in_body: bool,
    is_hidden: bool,
    has_links: bool,
    has_frame: bool,
    has_card: bool,
    has_plugin: bool,
    is_written: bool,
    asks_for_password: bool,
    scripts: usize,
    text: usize,
    base: Option<String>,
}

/// What of us is in a page. `server` is our own address.
pub fn look(page: &Page, server: &str) -> Findings {
    let html = String::from_utf8_lossy(&page.bytes);
    let mut emitter = DefaultEmitter::default();
    // What is within `<script>` is no HTML.
    emitter.naively_switch_states(true);
    let mut seen = Seen::default();
    for token in Tokenizer::new_with_emitter(&*html, emitter) {
        match token {
            Ok(Token::StartTag(tag)) => seen.open(&tag, server),
            Ok(Token::EndTag(tag)) => {
                seen.is_in_body |= &tag.name[..] == b"head";
                seen.is_hidden &= !is_hidden(&tag.name);
            }
            Ok(Token::String(text)) if !seen.is_hidden => {
                let text = String::from_utf8_lossy(&text);
                seen.text += text.bytes().filter(|b| !b.is_ascii_whitespace()).count();
                seen.is_written |= text.contains(TAG);
            }
            _ => {}
        }
    }
    seen.findings(page, server)
}

/// Elements whose text nobody reads.
fn is_hidden(name: &[u8]) -> bool {
    matches!(name, b"script" | b"style" | b"title" | b"noscript" | b"template")
}

impl Seen {
    fn open(&mut self, tag: &StartTag<()>, server: &str) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        self.is_in_body |= !OF_HEAD.contains(&name.as_str());
        self.is_hidden |= is_hidden(&tag.name) && !tag.self_closing;
        let get = |wanted: &str| {
            let found = tag.attributes.iter().find(|(name, _)| &name[..] == wanted.as_bytes());
            found.map(|(_, value)| String::from_utf8_lossy(&value.value).into_owned())
        };
        let all = || {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let pairs = tag.attributes.iter().map(|(name, value)| (text(name), text(&value.value)));
            pairs.take(MOST).collect::<Vec<_>>()
        };
        if let Some(id) = get("id").filter(|_| self.ids.len() < 10_000) {
            self.has_plugin |= id == "alentour-js";
            self.ids.push(id);
        }
        self.has_links |= get("class").is_some_and(|class| class.contains("alentour-fallback"));
        match name.as_str() {
            "base" if self.base.is_none() => self.base = get("href"),
            "script" => {
                self.scripts += 1;
                let attributes = all();
                // Managers of consent keep it elsewhere until it may run.
                let src =
                    attributes.iter().find(|(_, value)| value.contains(TAG)).map(|(_, value)| value.clone());
                if let Some(src) = src.filter(|_| self.tags.len() < MOST) {
                    self.tags.push(Tag { src, is_in_head: !self.is_in_body, attributes });
                }
            }
            "alentour-widget" | "alentour-action" if self.elements.len() < MOST => self.elements.push(all()),
            "iframe" => {
                let src = get("src").filter(|src| src.starts_with(server)).unwrap_or_default();
                let is_frame = src[server.len().min(src.len())..].starts_with("/frame");
                self.has_frame |= is_frame;
                self.has_card |= !src.is_empty() && !is_frame;
            }
            "a" => {
                let own = get("href").filter(|href| href.starts_with(server));
                let path = own.as_deref().map(|href| &href[server.len()..]).unwrap_or_default();
                self.has_links |= path.starts_with("/near") || path.starts_with("/i/");
            }
            "input" => {
                self.asks_for_password |=
                    get("type").is_some_and(|kind| kind.eq_ignore_ascii_case("password"))
            }
            "meta" if self.policies.len() < MOST => {
                let is_policy =
                    get("http-equiv").is_some_and(|it| it.eq_ignore_ascii_case("content-security-policy"));
                self.policies.extend(get("content").filter(|_| is_policy));
            }
            _ => {}
        }
    }

    fn findings(mut self, page: &Page, server: &str) -> Findings {
        let mut findings = Findings::default();
        findings.count("tag", "tags", self.tags.len());
        findings.count("element", "elements", self.elements.len());
        let said = [(self.has_frame, "frame"), (self.has_card, "card"), (self.has_plugin, "plugin")];
        said.iter().filter(|(is_there, _)| *is_there).for_each(|(_, key)| findings.add(Finding::of(key)));
        let address = Url::parse(&page.address).ok();
        let base = address.as_ref().map(|address| {
            self.base.as_deref().and_then(|base| address.join(base).ok()).unwrap_or_else(|| address.clone())
        });
        self.policies.extend(page.policies.iter().take(MOST).cloned());
        if let (Some(address), Some(base)) = (&address, &base) {
            for tag in &self.tags {
                self.judge(tag, address, base, server, &mut findings);
            }
        }
        self.elements.iter().for_each(|element| attributes::look(false, element, &mut findings));
        self.missing(&mut findings);
        if address.is_some_and(|address| address.scheme() == "http") && !self.tags.is_empty() {
            findings.add(Finding::of("insecure"));
        }
        findings
    }

    /// What is wrong with a tag.
    fn judge(&self, tag: &Tag, page: &Url, base: &Url, server: &str, findings: &mut Findings) {
        let Ok(src) = base.join(tag.src.trim()) else {
            return findings.add(Finding::with("value", &tag.src));
        };
        let said: Vec<(String, String)> =
            src.query_pairs().map(|(name, value)| (name.into(), value.into())).collect();
        if !src.as_str().starts_with(&format!("{server}/")) && !is_same(&src, server) {
            findings.add(Finding::with("other_server", &src.origin().ascii_serialization()));
        }
        if page.scheme() == "https" && src.scheme() == "http" {
            findings.add(Finding::of("mixed"));
        }
        if said.iter().any(|(name, _)| name.starts_with("amp;")) {
            findings.add(Finding::of("amp"));
        }
        let has = |name: &str| {
            tag.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
        };
        if has("integrity").is_some() && !said.is_empty() {
            findings.add(Finding::of("integrity"));
        }
        let folder = src.path().rsplit('/').nth(1).unwrap_or_default();
        let version = folder.strip_prefix('v').filter(|version| version.contains('.'));
        if let Some(version) = version.filter(|version| *version != env!("CARGO_PKG_VERSION")) {
            findings.add(Finding::with("version", version).instead(env!("CARGO_PKG_VERSION")));
        }
        let in_address = said.iter().find(|(name, _)| name == "target").map(|(_, value)| value.as_str());
        match has("data-target").or(in_address) {
            None if tag.is_in_head && self.elements.is_empty() => findings.add(Finding::of("head")),
            // Only of a plain name it is certain.
            Some(target) if is_missing(target, &self.ids) => findings.add(Finding::with("target", target)),
            _ => {}
        }
        attributes::look(true, &tag.attributes, findings);
        let named: Vec<_> = said.into_iter().map(|(name, value)| (format!("data-{name}"), value)).collect();
        attributes::look(true, &named, findings);
        let policies = self.policies.iter().map(String::as_str);
        let forbidden = policy::forbidden(policies, page, &src, has("nonce").is_some());
        // What lets the script in says the rest with it.
        let said = [
            (forbidden.script, "policy_script"),
            (forbidden.wasm && !forbidden.script, "policy_wasm"),
            (forbidden.connect && !forbidden.script, "policy_connect"),
        ];
        for (_, key) in said.into_iter().filter(|(is_so, _)| *is_so) {
            findings.add(Finding::of(key));
        }
    }

    /// What is not there, and why.
    fn missing(&self, findings: &mut Findings) {
        if !self.tags.is_empty() || self.has_frame || self.has_card {
            return;
        }
        if !self.elements.is_empty() {
            return findings.add(Finding::of("element_alone"));
        }
        let key = match self {
            Self { is_written: true, .. } => "written",
            Self { has_links: true, .. } => "links_only",
            Self { asks_for_password: true, .. } => "sign_in",
            Self { text, scripts: 1.., .. } if *text < LITTLE => "scripts",
            _ => "nothing",
        };
        findings.add(Finding::of(key));
    }
}

/// Whether an address is at that server, however its scheme is written: that is said by itself.
fn is_same(src: &Url, server: &str) -> bool {
    Url::parse(server).is_ok_and(|server| {
        server.host_str() == src.host_str()
            && src.path().starts_with(server.path().trim_end_matches('/'))
            && (server.port() == src.port())
    })
}

fn is_missing(target: &str, ids: &[String]) -> bool {
    let name = target.trim().strip_prefix('#').unwrap_or_default();
    let is_plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    is_plain && !ids.iter().any(|id| id == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: &str = "https://agir.example.org";

    fn found_at(address: &str, html: &str, policies: &[&str]) -> String {
        let page = Page {
            bytes: html.into(),
            address: address.to_owned(),
            policies: policies.iter().map(|policy| (*policy).to_owned()).collect(),
            is_html: true,
        };
        let keys: Vec<_> = look(&page, SERVER).all.into_iter().map(|finding| finding.key).collect();
        keys.join(" ")
    }

    fn found(html: &str) -> String {
        found_at("https://example.org/agir", html, &[])
    }

    #[test]
    fn what_a_page_has_of_us_is_seen() {
        let tag = "<script async src='https://agir.example.org/v1/alentour.js' data-place='69007'></script>";
        let element = "<alentour-widget place='69007'></alentour-widget>";
        for (html, expected) in [
            (tag.to_owned(), "head"),
            (format!("<body>{tag}"), "tag"),
            (format!("<p>a</p>{tag}{tag}"), "tags"),
            (format!("<head></head>{tag}"), "tag"),
            (format!("<head>{tag}</head><body>{element}"), "tag element"),
            (format!("<body>{element}"), "element element_alone"),
            ("<head><script src='https://agir.example.org/v1/alentour.js?target=%23a&amp;place=Lyon'></script></head><div id=a>".into(), "tag"),
            ("<head><script src='https://agir.example.org/v1/alentour.js' data-target='#a'></script></head><div id=b>".into(), "tag target"),
            ("<body><iframe src='https://agir.example.org/frame?lang=fr'></iframe>".into(), "frame"),
            ("<body><iframe src='https://agir.example.org/i/a/embed'></iframe>".into(), "card"),
            ("<body><script type=text/plain data-src='https://agir.example.org/v1/alentour.js'></script>".into(), "tag"),
            (format!("<body><!-- {tag} --><p>{}", "texte ".repeat(60)), "nothing"),
            ("<body><p>&lt;script async src=\"https://agir.example.org/v1/alentour.js\"&gt;".into(), "written"),
            ("<body><p class=alentour-fallback><a href='https://agir.example.org/near?lang=fr'>a</a>".into(), "links_only"),
            ("<body><div id=root></div><script src=/app.js></script>".into(), "scripts"),
            ("<body><form><input type=password></form>".into(), "sign_in"),
            ("<body><script>var a = '<script src=\"/v1/alentour.js\">'</script>".into(), "scripts"),
            ("<body><script src='https://agir.example.org/v0.0.1/alentour.js'></script>".into(), "tag version"),
            ("<body><script src='https://agir.example.org/v1/alentour.js?place=1&amp;amp;lang=fr'></script>".into(), "tag amp"),
            ("<body><script integrity=a src='https://agir.example.org/v1/alentour.js?lang=fr'></script>".into(), "tag integrity"),
            ("<body><script src='http://agir.example.org/v1/alentour.js'></script>".into(), "tag mixed"),
            ("<body><script src='https://other.example/v1/alentour.js'></script>".into(), "tag other_server"),
            ("<body><script src='https://agir.example.org/v1/alentour.js' data-raduis=1 data-radius=loin></script>".into(), "tag value misspelt"),
        ] {
            let expected = if expected == "head" { "tag head" } else { expected };
            assert_eq!(found(&html), expected, "{html}");
        }
    }

    #[test]
    fn a_policy_counts_in_the_header_and_in_the_page() {
        let tag = "<body><script src='https://agir.example.org/v1/alentour.js'></script>";
        let at = |policies: &[&str], before: &str| {
            found_at("https://example.org/", &format!("{before}{tag}"), policies)
        };
        assert_eq!(at(&["script-src 'self'"], ""), "tag policy_script");
        assert_eq!(at(&["script-src https:; connect-src 'self'"], ""), "tag policy_wasm policy_connect");
        assert_eq!(
            at(&[], "<meta http-equiv=Content-Security-Policy content=\"default-src 'self'\">"),
            "tag policy_script"
        );
        assert_eq!(found_at("http://example.org/", tag, &[]), "tag insecure");
    }

    #[test]
    fn whatever_a_page_has_is_looked_at_within_bounds() {
        let tags =
            "<script src=/v1/alentour.js data-radius=loin data-kinds=x></script><alentour-widget raduis=1>"
                .repeat(5000);
        let findings = look(
            &Page {
                bytes: tags.into(),
                address: "https://example.org/".into(),
                policies: Vec::new(),
                is_html: true,
            },
            SERVER,
        );
        assert!(findings.all.len() < 31 && findings.places.len() < 11);
        for odd in [
            "",
            "<",
            "<a",
            "<script",
            "</",
            "<!--",
            "\u{0}",
            "<alentour-widget",
            "<iframe src=https://agir.example.org>",
        ] {
            found(odd);
        }
    }
}
