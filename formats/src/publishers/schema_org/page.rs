//! JSON-LD within web pages.

use alentour_model::{Finding, Problem};
use html5gum::Token;
use serde_json::Value;

use crate::budget::Meter;
use crate::finding::feed_finding;
use crate::syntax::{html_text, json};

/// Scripts that are looked at: a page of events has one each.
const SCRIPTS: usize = 2000;

/// What the page's scripts of type `application/ld+json` hold, and what was wrong with them.
pub(super) fn documents(html: &str, meter: &Meter) -> (Vec<Value>, Vec<Finding>) {
    let (mut documents, mut findings) = (Vec::new(), Vec::new());
    for script in scripts(html) {
        let text = script.trim().trim_start_matches("<!--").trim_end_matches("-->");
        let text = text.trim().trim_start_matches("//<![CDATA[").trim_start_matches("<![CDATA[");
        let text = text.trim_end_matches("]]>").trim_end().trim_end_matches("//").trim();
        match json::parse(text, &mut findings, meter) {
            _ if text.is_empty() => {}
            Ok(value) => documents.push(value),
            Err(error) => {
                // Its first sentence says where.
                let error = error.to_string();
                let field = "script".to_owned();
                findings.push(Finding {
                    field,
                    ..feed_finding(Problem::BreaksOff, error.split(". ").next().unwrap_or(""))
                });
            }
        }
    }
    (documents, findings)
}

fn scripts(page: &str) -> Vec<String> {
    let (mut scripts, mut open) = (Vec::new(), None::<String>);
    for token in html_text::tokens(page) {
        match token {
            Token::StartTag(tag) if &tag.name[..] == b"script" && scripts.len() < SCRIPTS => {
                let kind = tag.attributes.iter().find(|(name, _)| &name[..] == b"type");
                let kind = kind.map(|(_, value)| String::from_utf8_lossy(&value.value).to_ascii_lowercase());
                let is_data = kind.is_some_and(|kind| kind.trim().starts_with("application/ld+json"));
                open = is_data.then(String::new);
            }
            Token::String(words) => {
                if let Some(script) = &mut open {
                    script.push_str(&String::from_utf8_lossy(&words));
                }
            }
            Token::EndTag(tag) if &tag.name[..] == b"script" => scripts.extend(open.take()),
            _ => {}
        }
    }
    scripts.extend(open);
    scripts
}
