//! What a page's Content Security Policy forbids of what the widget needs (CSP level 3, sections 6 and 7).

use url::Url;

/// A policy: its directives, by name.
struct Policy<'a>(Vec<(String, Vec<&'a str>)>);

impl<'a> Policy<'a> {
    fn parse(text: &'a str) -> Self {
        let directive = |text: &'a str| {
            let mut words = text.split_ascii_whitespace();
            Some((words.next()?.to_ascii_lowercase(), words.collect()))
        };
        Self(text.split(';').filter_map(directive).collect())
    }

    /// The sources of the first of these directives that it has; `None`: anything goes.
    fn sources(&self, names: &[&str]) -> Option<&[&'a str]> {
        let directive = |name: &&str| self.0.iter().find(|(known, _)| known == name);
        names.iter().find_map(directive).map(|(_, sources)| sources.as_slice())
    }
}

/// What of the widget a page forbids.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Forbidden {
    /// The tag itself.
    pub script: bool,
    /// WebAssembly.
    pub wasm: bool,
    /// What it asks its server for.
    pub connect: bool,
}

/// What the policies of a page forbid, all of which hold. `has_nonce`: whether the tag carries one.
pub fn forbidden<'a>(
    policies: impl Iterator<Item = &'a str>,
    page: &Url,
    script: &Url,
    has_nonce: bool,
) -> Forbidden {
    let mut forbidden = Forbidden::default();
    for policy in policies.flat_map(|line| line.split(',')).map(Policy::parse) {
        if let Some(sources) = policy.sources(&["script-src-elem", "script-src", "default-src"]) {
            let is_named = has_nonce && sources.iter().any(|source| source.starts_with("'nonce-"));
            let is_strict = sources.contains(&"'strict-dynamic'");
            forbidden.script |= !is_named && (is_strict || !allows(sources, script, page));
        }
        if let Some(sources) = policy.sources(&["script-src", "default-src"]) {
            let is_wasm = |source: &&str| matches!(*source, "'wasm-unsafe-eval'" | "'unsafe-eval'");
            forbidden.wasm |= !sources.iter().any(is_wasm);
        }
        if let Some(sources) = policy.sources(&["connect-src", "default-src"]) {
            forbidden.connect |= !allows(sources, script, page);
        }
    }
    forbidden
}

/// Whether the policies of a page, all of which hold, forbid a frame.
pub fn forbids_frame<'a>(policies: impl Iterator<Item = &'a str>, page: &Url, frame: &Url) -> bool {
    policies.flat_map(|line| line.split(',')).map(Policy::parse).any(|policy| {
        let sources = policy.sources(&["frame-src", "child-src", "default-src"]);
        sources.is_some_and(|sources| !allows(sources, frame, page))
    })
}

/// Whether an address is of one of those sources, in a policy of that page's.
pub fn is_source(sources: &str, target: &Url, page: &Url) -> bool {
    allows(&sources.split_ascii_whitespace().collect::<Vec<_>>(), target, page)
}

fn allows(sources: &[&str], target: &Url, page: &Url) -> bool {
    sources.iter().any(|source| matches(source, target, page))
}

/// Whether a source is that of an address. Its path is left out: that of the tag is not that of what the tag fetches.
fn matches(source: &str, target: &Url, page: &Url) -> bool {
    let is_scheme =
        |scheme: &str| scheme == target.scheme() || (scheme == "http" && target.scheme() == "https");
    match source.to_ascii_lowercase().as_str() {
        "*" => true,
        "'self'" => target.origin() == page.origin(),
        source if source.starts_with('\'') => false,
        source => match source.strip_suffix(':') {
            Some(scheme) => is_scheme(scheme),
            None => {
                let (scheme, rest) = source.split_once("://").unwrap_or(("", source));
                let host = rest.split('/').next().unwrap_or_default();
                let (host, port) = host.rsplit_once(':').unwrap_or((host, ""));
                let scheme = if scheme.is_empty() { page.scheme() } else { scheme };
                is_scheme(scheme) && is_host(host, target) && is_port(port, target)
            }
        },
    }
}

fn is_host(host: &str, target: &Url) -> bool {
    let own = target.host_str().unwrap_or_default();
    match host.strip_prefix('*') {
        Some(rest) => own.ends_with(rest) && own.len() > rest.len(),
        None => own == host,
    }
}

fn is_port(port: &str, target: &Url) -> bool {
    let own = target.port_or_known_default();
    match port {
        "*" => true,
        "" => target.port().is_none(),
        port => port.parse().ok() == own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(policies: &[&str], has_nonce: bool) -> [bool; 3] {
        let page = Url::parse("https://example.org/agir").unwrap();
        let script = Url::parse("https://agir.example.org/v1/alentour.js").unwrap();
        let Forbidden { script, wasm, connect } =
            forbidden(policies.iter().copied(), &page, &script, has_nonce);
        [script, wasm, connect]
    }

    #[test]
    fn a_policy_is_read_as_browsers_read_it() {
        let all =
            "script-src https://agir.example.org 'wasm-unsafe-eval'; connect-src https://agir.example.org";
        for (policy, nonce, expected) in [
            ("", false, [false; 3]),
            ("img-src 'self'", false, [false; 3]),
            (all, false, [false; 3]),
            ("default-src 'self'", false, [true; 3]),
            ("default-src 'none'", false, [true; 3]),
            ("default-src *", false, [false, true, false]),
            ("default-src https: 'unsafe-eval'", false, [false; 3]),
            ("script-src *.example.org 'wasm-unsafe-eval'", false, [false; 3]),
            ("script-src agir.example.org:443/v1/", false, [false, true, false]),
            ("script-src agir.example.org:8443", false, [true, true, false]),
            ("script-src http://other.example", false, [true, true, false]),
            ("script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'", true, [false; 3]),
            (
                "script-src https: 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'",
                false,
                [true, false, false],
            ),
            ("SCRIPT-SRC 'self'; script-src-elem https://AGIR.example.org", false, [false, true, false]),
            ("connect-src 'self'", false, [false, false, true]),
        ] {
            assert_eq!(found(&[policy], nonce), expected, "{policy}");
        }
    }

    #[test]
    fn a_frame_is_forbidden_by_the_nearest_directive() {
        let page = Url::parse("https://example.org/agir").unwrap();
        let frame = Url::parse("https://agir.example.org/frame").unwrap();
        for (policy, expected) in [
            ("script-src 'none'", false),
            ("default-src 'self'", true),
            ("default-src 'none'; child-src https:", false),
            ("default-src *; frame-src 'self'", true),
            ("frame-src agir.example.org", false),
        ] {
            assert_eq!(forbids_frame([policy].into_iter(), &page, &frame), expected, "{policy}");
        }
        assert!(is_source("https://other.example https://example.org", &page, &frame));
        assert!(!is_source("'none'", &page, &frame));
    }

    #[test]
    fn all_policies_hold() {
        let all = "script-src https: 'wasm-unsafe-eval'";
        assert_eq!(found(&[all, "connect-src 'self'"], false), [false, false, true]);
        assert_eq!(
            found(&["script-src https: 'wasm-unsafe-eval', script-src 'self'"], false),
            [true, true, false]
        );
    }
}
