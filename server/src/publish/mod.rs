//! `alentour publish`: feeds as a static site, to be uploaded anywhere: the widget, the canonical feed, and a page an
//! initiative.

mod tags;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use alentour_model::text::fold;
use alentour_model::{Catalog, Feed, Initiative};
use alentour_texts::Language;
use maud::html;

use crate::bundle::Bundle;
use crate::check::html as pages;
use crate::error::CommandError;
use crate::feeds::merge;
use crate::http::representation::tag;
use crate::initiatives::linked_data;

/// What to publish, and how.
#[derive(Debug)]
pub struct Options {
    /// Folder; made where there is none.
    pub folder: PathBuf,
    /// Language of the pages.
    pub language: Language,
    /// The server that takes sign-ups. Without one there are no forms: a form that leads nowhere loses what people type.
    pub api: Option<String>,
    /// Places that have a tag with a first page of their own.
    pub places: Vec<String>,
}

/// Writes the site, and says what it is and what it needs.
///
/// # Errors
/// Where there is no widget to publish, or the folder cannot be written.
pub fn publish(
    feeds: &[Feed],
    bundle: &Bundle,
    options: &Options,
    now: i64,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    if !bundle.is_built() {
        return Err("bundle not built: run cargo xtask build".into());
    }
    let language = options.language;
    let mut merged = merge(feeds.iter());
    let mut forms = 0;
    if options.api.is_none() {
        for initiative in &mut merged.feed.initiatives {
            forms += usize::from(initiative.participation.take().is_some());
        }
    }
    for name in bundle.names()? {
        let bytes = bundle.bytes(&name)?;
        write(&options.folder.join(name), &bytes)?;
    }
    write(&options.folder.join("feed.json"), &merged.to_json()?)?;
    let texts = language.site();
    let title = match merged.feed.name.as_str() {
        "" => texts.title,
        name => name,
    };
    let mut links = Vec::new();
    for initiative in &merged.feed.initiatives {
        let file = file_of(initiative);
        write(&options.folder.join(&file), page(initiative, title, language, now).as_bytes())?;
        links.push((file, initiative));
    }
    let list = html! {
        h1 { (texts.all) }
        ul {
            @for (file, initiative) in &links {
                @let place = pages::place(initiative, language);
                li {
                    a href=(file) { bdi { (initiative.name) } }
                    @if !place.is_empty() { ", " bdi.hint { (place) } }
                    @if let Some(when) = pages::when(initiative, language, now) { ", " span.hint { (when) } }
                }
            }
        }
        p { a href="index.html" { (language.site().near) } }
    };
    write(&options.folder.join("all.html"), pages::public_page(texts.all, title, language, list).as_bytes())?;
    let index = index(title, language, options.api.as_deref());
    write(&options.folder.join("index.html"), index.as_bytes())?;

    let folder = options.folder.display().to_string();
    writeln!(out, "{}", language.count(texts.published, links.len() as u64, &[("folder", &folder)]))?;
    if forms > 0 {
        writeln!(out, "{} {}", language.count(texts.forms_left_out, forms as u64, &[]), texts.forms_help)?;
    }
    let catalog = Arc::new(Catalog::new(merged.feed.initiatives));
    tags::write_tags(&catalog, bundle, options, now, out)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), CommandError> {
    let named = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(named)?;
    }
    fs::write(path, bytes).map_err(named)?;
    Ok(())
}

/// Where an initiative's page is: named after its title, and told apart by its identifier.
fn file_of(initiative: &Initiative) -> String {
    let words = slug(&initiative.name);
    let id = tag(initiative.id.as_bytes());
    let id = id.get(..10).unwrap_or_default();
    if words.is_empty() { format!("i/{id}.html") } else { format!("i/{words}-{id}.html") }
}

/// A text as a part of a file's name: its first 60 letters, those of ASCII.
fn slug(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let words: String = fold(text).chars().filter(char::is_ascii).map(plain).take(60).collect();
    words.trim_matches('-').to_owned()
}

fn index(title: &str, language: Language, api: Option<&str>) -> String {
    // The widget is a script and WebAssembly from here, and asks here and the server of sign-ups; its styles are made by it.
    let server = api.and_then(|api| url::Url::parse(api).ok()).map(|url| url.origin().ascii_serialization());
    let policy = format!(
        "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' {}",
        server.filter(|origin| origin != "null").unwrap_or_default()
    );
    let content = html! {
        h1 { (title) }
        p.alentour-fallback { a href="all.html" { (language.site().all) } }
        script async src="v1/alentour.js" data-feed="feed.json" data-api=[api] {}
    };
    pages::with_widget(title, policy.trim_end(), language, content)
}

fn page(initiative: &Initiative, site: &str, language: Language, now: i64) -> String {
    let where_ = pages::place(initiative, language);
    let content = html! {
        (linked_data::script(initiative, None))
        article.card {
            @if let Some(kind) = &initiative.kind { p.kind { b { (pages::kind(kind, language)) } } }
            h1 { bdi { (initiative.name) } }
            @if let Some(when) = pages::when(initiative, language, now) { p.when { (when) } }
            @if initiative.is_over(now) { p.hint { (language.site().over) } }
            @if !where_.is_empty() { p { bdi { (where_) } } }
            @if let Some(who) = &initiative.organizer { p.who { bdi { (who.name) } } }
            @if !initiative.summary.is_empty() { p.lead { (initiative.summary) } }
            @for paragraph in initiative.description.split("\n\n").filter(|text| !text.trim().is_empty()) { p { (paragraph) } }
            @if let Some(url) = &initiative.url {
                p { a.button href=(url.as_str()) rel="noopener nofollow" { (language.widget("organiser_page")) } }
            }
        }
        p { a href="../index.html" { (language.site().near) } }
    };
    pages::public_page(&initiative.name, site, language, content)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::initiatives::linked_data::tests::read;

    #[test]
    fn nothing_of_a_feed_ends_the_script_of_its_linked_data() {
        let evil = "</script><script>alert(1)</script><!--";
        let initiative = read(
            json!({ "id": evil, "name": evil, "summary": evil, "url": "https://example.org/?a=%3C/script%3E",
            "startDate": "2026-11-28", "location": { "name": evil }, "organizer": { "name": evil } }),
        );
        let page = page(&initiative, "Ici", Language::French, 0);
        assert_eq!(page.matches("<script").count(), 1, "{page}");
        assert_eq!(page.matches("</script").count(), 1, "{page}");
        let (_, data) = page.split_once("ld+json\">").unwrap();
        let data: Value = serde_json::from_str(data.split_once("</script").unwrap().0).unwrap();
        assert_eq!((&data["name"], &data["@type"]), (&json!(evil), &json!("Event")));
        assert_eq!((&data["startDate"], &data["location"][0]["name"]), (&json!("2026-11-28"), &json!(evil)));
    }

    #[test]
    fn each_initiative_has_a_file_of_its_own_whatever_its_identifier_is() {
        let one = file_of(&Initiative::new("../../etc/passwd", "Collecte d’Hiver !"));
        let other = file_of(&Initiative::new("b", "Collecte d’hiver"));
        assert!(one.starts_with("i/collecte-d-hiver-") && one.ends_with(".html"), "{one}");
        assert_ne!(one, other);
        assert!(file_of(&Initiative::new("c", "مرحبا")).starts_with("i/"));
        assert!(!file_of(&Initiative::new("..", "..")).contains(".."));
    }
}
