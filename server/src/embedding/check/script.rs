//! A tag of ours in a page, and what is wrong with it.

use url::Url;

use super::attributes::{self, Pairs, get};
use super::names::is_near;
use super::policy;
use super::report::{Finding, Findings};
use super::server::Server;
use crate::bundle::pinned;

/// The file's name in an address.
pub const TAG: &str = "/alentour.js";
/// Types that browsers run.
const RUN: [&str; 7] = [
    "",
    "module",
    "text/javascript",
    "application/javascript",
    "application/x-javascript",
    "text/ecmascript",
    "application/ecmascript",
];

/// A tag of ours.
#[derive(Debug, PartialEq)]
pub struct Tag {
    src: String,
    is_in_head: bool,
    attributes: Vec<(String, String)>,
    /// What keeps it from running until a tool of the page's lets it: `type="text/plain"`, `data-src`.
    pub held: Option<String>,
}

/// What the page says that a tag stands in.
pub struct Around<'a> {
    /// Its address.
    pub page: &'a Url,
    /// What its relative addresses begin with.
    pub base: &'a Url,
    /// Its language.
    pub language: &'a str,
    /// Its policies.
    pub policies: &'a [String],
    /// The names of its elements.
    pub ids: &'a [String],
    /// Whether it has an element of ours.
    pub has_element: bool,
}

/// Whether browsers run a script of that type. A proxy that runs them itself, at once, writes something before it.
pub fn is_run(kind: &str) -> bool {
    let kind = kind.trim().to_ascii_lowercase();
    let proxied = kind.split_once('-').map(|(_, kind)| kind).unwrap_or_default();
    RUN.contains(&kind.as_str()) || (!proxied.is_empty() && RUN.contains(&proxied))
}

impl Tag {
    /// Reads a script's attributes; `None` where it is nothing of ours.
    pub fn of(attributes: Vec<(String, String)>, is_in_head: bool, server: &str) -> Option<Self> {
        let mut ours = attributes.iter().filter(|(_, value)| is_ours(value, server));
        let (name, src) = ours.clone().find(|(name, _)| name == "src").or_else(|| ours.next())?;
        let kind = get(&attributes, "type").unwrap_or_default();
        let held = match name.as_str() {
            _ if !is_run(kind) => Some(format!("type=\"{kind}\"")),
            "src" => None,
            name => Some(name.to_owned()),
        };
        Some(Self { src: src.clone(), is_in_head, held, attributes })
    }

    fn get(&self, name: &str) -> Option<&str> {
        get(&self.attributes, name)
    }

    /// Whether such a tag, twice, shows two lists: one without a place of its own gives way, and into one element only one goes.
    pub fn is_own_list(&self) -> bool {
        let says = |name: &str| {
            self.get(&format!("data-{name}")).is_some() || self.src.contains(&format!("{name}="))
        };
        (says("place") || says("feed")) && !says("target") && self.held.is_none() && !self.is_in_head
    }

    /// What is wrong with it.
    pub fn judge(&self, around: &Around<'_>, server: &Server, findings: &mut Findings) {
        if attributes::is_curly(&self.src) {
            return findings.add(Finding::with("quotes", &format!("src={}", self.src)));
        }
        let own = server.address.as_str();
        let Ok(src) = around.base.join(self.src.trim()) else {
            return findings.add(Finding::with("value", &self.src).instead(format!("{own}/v1/alentour.js")));
        };
        let said: Vec<(String, String)> =
            src.query_pairs().map(|(name, value)| (name.into(), value.into())).collect();
        match path(&src, own) {
            None => findings.add(Finding::with("other_server", &src.origin().ascii_serialization())),
            Some(path) => self.judge_version(&path, &said, server, findings),
        }
        if around.page.scheme() == "https" && src.scheme() == "http" {
            findings.add(Finding::of("mixed"));
        }
        if said.iter().any(|(name, _)| name.starts_with("amp;")) {
            findings.add(Finding::of("amp"));
        }
        let is_foreign = src.origin() != around.page.origin() && self.get("type") != Some("module");
        if self.get("integrity").is_some() && self.get("crossorigin").is_none() && is_foreign {
            findings.add(Finding::of("integrity_cors").line("crossorigin=\"anonymous\""));
        }
        match self.get("data-target").or(get(&said, "target")) {
            None if self.is_in_head && !around.has_element => {
                let line = "<div id=\"alentour\"></div>";
                findings.add(Finding::with("head", line).line("data-target=\"#alentour\""));
            }
            // Only of a plain name it is certain.
            Some(target) if is_missing(target, around.ids) => findings.add(Finding::with("target", target)),
            _ => {}
        }
        attributes::of_tag(&self.attributes, &said, around.language, findings);
        self.judge_policies(&src, around, own, findings);
    }

    /// Whether the file is there, and is the one that the page wants.
    fn judge_version(&self, path: &str, said: &Pairs, server: &Server, findings: &mut Findings) {
        let version = pinned::version(path);
        let is_current = version.is_none_or(|version| version == pinned::VERSION);
        match version {
            None if path != crate::bundle::TAG => {
                let address = format!("{}/{}", server.address, crate::bundle::TAG);
                return findings.add(Finding::with("address", &self.src).line(address));
            }
            Some(version) if !is_current => {
                let is_kept = server.versions.iter().any(|kept| kept == version);
                let key = if is_kept { "version" } else { "version_gone" };
                findings.add(Finding::with(key, version).instead(pinned::VERSION));
            }
            _ => {}
        }
        let hash = server.hash.as_deref().unwrap_or_default();
        let wanted = self.get("integrity").unwrap_or_default();
        let key = match wanted {
            "" => return,
            _ if !said.is_empty() => return findings.add(Finding::of("integrity")),
            _ if is_current && is_other(wanted, hash) => "integrity_wrong",
            _ if version.is_none() => "integrity_unpinned",
            _ => return,
        };
        let address = format!("{}/{}", server.address, pinned::path());
        let line = format!("src=\"{address}\" integrity=\"{hash}\" crossorigin=\"anonymous\"");
        findings.add(Finding::of(key).line(line));
    }

    fn judge_policies(&self, src: &Url, around: &Around<'_>, own: &str, findings: &mut Findings) {
        let policies = around.policies.iter().map(String::as_str);
        let forbidden = policy::forbidden(policies, around.page, src, self.get("nonce").is_some());
        // What lets the script in says the rest with it.
        let said = [
            (
                forbidden.script,
                "policy_script",
                format!("script-src {own} 'wasm-unsafe-eval'; connect-src {own}"),
            ),
            (forbidden.wasm && !forbidden.script, "policy_wasm", "'wasm-unsafe-eval'".to_owned()),
            (forbidden.connect && !forbidden.script, "policy_connect", own.to_owned()),
        ];
        for (_, key, line) in said.into_iter().filter(|(is_so, ..)| *is_so) {
            findings.add(Finding::of(key).line(line));
        }
    }
}

/// Whether an address names our file, or, at our own server, one that is called almost so.
fn is_ours(address: &str, server: &str) -> bool {
    if address.contains(TAG) {
        return true;
    }
    let address = address.trim().split(['?', '#']).next().unwrap_or_default();
    let file = address.strip_prefix(server).and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    file.contains("alentour") || is_near(file, "alentour.js")
}

/// The path of an address below that server's, without the slash before it, however its scheme is written: that is said by itself.
pub fn path(address: &Url, server: &str) -> Option<String> {
    let server = Url::parse(server).ok()?;
    let is_same = server.host_str() == address.host_str() && server.port() == address.port();
    let path = address.path().strip_prefix(server.path().trim_end_matches('/'))?;
    path.strip_prefix('/').filter(|_| is_same).map(str::to_owned)
}

/// Whether a browser refuses what has that hash (SRI, section 3.3: the strongest of the algorithms counts). What is not SHA-384 is not known here.
fn is_other(wanted: &str, hash: &str) -> bool {
    let mut all = wanted.split_ascii_whitespace().map(|one| one.split('?').next().unwrap_or_default());
    let is_of = |algorithm: &'static str| move |one: &str| one.starts_with(algorithm);
    !hash.is_empty()
        && !all.clone().any(is_of("sha512-"))
        && all.clone().any(is_of("sha384-"))
        && !all.any(|one| one == hash)
}

fn is_missing(target: &str, ids: &[String]) -> bool {
    let name = target.trim().strip_prefix('#').unwrap_or_default();
    let is_plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    is_plain && !ids.iter().any(|id| id == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_browsers_do_not_run_is_known() {
        for run in ["", "text/javascript", "MODULE", "0123456789abcdef-text/javascript", "abc-module"] {
            assert!(is_run(run), "{run}");
        }
        for held in [
            "text/plain",
            "rocketlazyloadscript",
            "litespeed/javascript",
            "application/ld+json",
            "text/x-template",
        ] {
            assert!(!is_run(held), "{held}");
        }
    }

    #[test]
    fn only_the_strongest_hash_counts() {
        let own = "sha384-abc";
        for (wanted, is_refused) in [
            ("sha384-abc", false),
            ("sha384-x sha384-abc", false),
            ("sha384-abc?a", false),
            ("sha384-x", true),
            ("sha256-a sha384-x", true),
            ("sha512-x sha384-x", false),
            ("sha256-x", false),
            ("", false),
        ] {
            assert_eq!(is_other(wanted, own), is_refused, "{wanted}");
        }
    }
}
