//! A frame of this server's in a page, and what is wrong with it.

use url::Url;

use super::attributes::{self, Pairs, get};
use super::policy;
use super::report::{Finding, Findings};
use super::script::{Around, path};
use super::server::Server;

/// What a frame in a sandbox needs for all to work in it (docs/embedding.md).
const SANDBOX: [&str; 4] = ["allow-scripts", "allow-forms", "allow-same-origin", "allow-popups"];

/// What a frame shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shows {
    /// The list with its forms, or one initiative.
    List,
    /// What oEmbed makes, which is in sandboxes everywhere.
    Card,
    /// A page that is in no frame.
    Page,
    /// Something of another server that looks like our list.
    Elsewhere,
}

/// A frame.
#[derive(Debug)]
pub struct Frame {
    src: Url,
    shows: Shows,
    /// Whether a script puts its address there later.
    is_held: bool,
    attributes: Vec<(String, String)>,
}

impl Frame {
    /// Reads a frame's attributes; `None` where it is nothing of ours.
    pub fn of(attributes: &Pairs, base: &Url, server: &str) -> Option<Self> {
        let of = |is_held: bool| {
            let sources = attributes
                .iter()
                .filter(move |(name, _)| name.ends_with("src") && (name != "src") == is_held);
            let mut addresses = sources.filter_map(|(_, value)| base.join(value.trim()).ok());
            addresses.find_map(|src| {
                Some(Self { shows: shows(&src, server)?, src, is_held, attributes: attributes.to_vec() })
            })
        };
        of(false).or_else(|| of(true))
    }

    /// What is to be said of it, and what is wrong with it.
    pub fn judge(&self, around: &Around<'_>, server: &Server, findings: &mut Findings) {
        let key = match self.shows {
            Shows::Elsewhere => {
                let origin = self.src.origin().ascii_serialization();
                return findings.add(Finding::with("frame_elsewhere", &origin));
            }
            Shows::Page => {
                let line = self.framed(&server.address);
                return findings.add(Finding::with("frame_page", self.src.as_str()).line(line));
            }
            _ if self.is_held => "frame_held",
            Shows::List => "frame",
            Shows::Card => "card",
        };
        findings.add(Finding::of(key));
        if around.page.scheme() == "https" && self.src.scheme() == "http" {
            findings.add(Finding::of("frame_mixed"));
        }
        let policies = around.policies.iter().map(String::as_str);
        if policy::forbids_frame(policies, around.page, &self.src) {
            findings.add(Finding::of("policy_frame").line(format!("frame-src {}", server.address)));
        }
        if self.shows != Shows::List {
            return;
        }
        if server
            .ancestors
            .as_deref()
            .is_some_and(|sources| !policy::is_source(sources, around.page, &self.src))
        {
            findings.add(Finding::of("frame_refused"));
        }
        if let Some(sandbox) = get(&self.attributes, "sandbox") {
            let said = sandbox.to_ascii_lowercase();
            if SANDBOX.iter().any(|word| !said.split_ascii_whitespace().any(|it| it == *word)) {
                findings.add(Finding::of("sandbox").line(format!("sandbox=\"{}\"", SANDBOX.join(" "))));
            }
        }
        attributes::of_frame(&self.said(), findings);
    }

    fn said(&self) -> Vec<(String, String)> {
        let pairs: Vec<(String, String)> =
            self.src.query_pairs().map(|(name, value)| (name.into(), value.into())).collect();
        pairs.into_iter().take(50).collect()
    }

    /// The address that shows in a frame what that page shows.
    fn framed(&self, server: &str) -> String {
        let path = path(&self.src, server).unwrap_or_default();
        let query = self.src.query().map(|query| format!("&{query}")).unwrap_or_default();
        match path.strip_prefix("i/") {
            Some(id) => format!("{server}/frame?open={id}&only=true{query}"),
            None => format!("{server}/frame?{}", query.trim_start_matches('&')),
        }
    }
}

/// What of ours a frame of that address shows.
fn shows(src: &Url, server: &str) -> Option<Shows> {
    let Some(path) = path(src, server) else {
        let is_of_list = |name: &str| ["place", "radius", "kinds", "open"].contains(&name);
        let is_alike = src.path().ends_with("/frame") && src.query_pairs().any(|(name, _)| is_of_list(&name));
        return is_alike.then_some(Shows::Elsewhere);
    };
    Some(match path.as_str() {
        "frame" | "frame/list" => Shows::List,
        "embed" => Shows::Card,
        path if path.starts_with("i/") && path.ends_with("/embed") => Shows::Card,
        path if path == "near" || (path.starts_with("i/") && path.matches('/').count() == 1) => Shows::Page,
        // Nothing that anybody was told to put into a frame.
        _ => return None,
    })
}
