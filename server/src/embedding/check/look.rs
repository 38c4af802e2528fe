//! Looks for the tag in a page, as a browser would come upon it. Scripts are not run: what they add is not seen.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};
use url::Url;

use super::attributes::{self, get};
use super::frame::Frame;
use super::missing::missing;
use super::report::{Finding, Findings};
use super::script::{Around, Tag, path};
use super::seen::{POLICIES, Seen};
use super::server::Server;
use crate::feeds::Page;

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
            Ok(Token::Comment(text)) => seen.pass(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    findings(seen, page, server)
}

/// What is to be said of what was seen.
fn findings(mut seen: Seen, page: &Page, server: &Server) -> Findings {
    let mut findings = Findings::default();
    let Ok(address) = Url::parse(&page.address) else { return findings };
    let base = seen.base.as_deref().and_then(|base| address.join(base).ok());
    let base = base.unwrap_or_else(|| address.clone());
    seen.is_own = path(&address, &server.address).is_some();
    seen.policies.extend(page.policies.iter().take(POLICIES).cloned());
    let around = Around {
        page: &address,
        base: &base,
        language: &seen.language,
        policies: &seen.policies,
        ids: &seen.ids,
        has_element: !seen.elements.is_empty(),
    };
    let frames: Vec<_> =
        seen.frames.iter().filter_map(|frame| Frame::of(frame, &base, &server.address)).collect();
    count(&seen, &mut findings);
    seen.tags.iter().for_each(|tag| tag.judge(&around, server, &mut findings));
    for (name, element) in &seen.elements {
        attributes::of_element(element, around.language, &mut findings);
        let opened = get(element, "open").or_else(|| get(element, "data-open")).unwrap_or_default();
        if name == "alentour-action" && opened.trim().is_empty() {
            findings.add(Finding::of("action_alone"));
        }
    }
    frames.iter().for_each(|frame| frame.judge(&around, server, &mut findings));
    if seen.tags.is_empty() && frames.is_empty() {
        let line = format!("<script async src=\"{}/v1/alentour.js\"></script>", server.address);
        findings.add(missing(&seen, &line));
    }
    if address.scheme() == "http" && !seen.tags.is_empty() {
        findings.add(Finding::of("insecure"));
    }
    findings
}

/// Says what is there.
fn count(seen: &Seen, findings: &mut Findings) {
    let running = seen.tags.iter().filter(|tag| tag.held.is_none());
    findings.count("tag", "tags", running.count());
    for held in seen.tags.iter().filter_map(|tag| tag.held.as_deref()) {
        findings.add(Finding::with("held", held));
    }
    let is_twice = |(at, tag): (usize, &Tag)| tag.is_own_list() && seen.tags[..at].contains(tag);
    if seen.tags.iter().enumerate().any(is_twice) {
        findings.add(Finding::of("twice"));
    }
    findings.count("element", "elements", seen.elements.len());
    if seen.has_plugin {
        findings.add(Finding::of("plugin"));
    }
}

#[cfg(test)]
mod tests;
