//! `alentour publish`: feeds as a static site, to be uploaded anywhere: the widget, the canonical feed, and a page an
//! initiative.

mod pages;
mod removing;
mod tags;
mod tiles;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use alentour_model::text::fold;
use alentour_model::{Catalog, Initiative};
use alentour_texts::Language;

use crate::also::also_by;
use crate::bundle::Bundle;
use crate::error::CommandError;
use crate::feeds::ReadFeeds;
use crate::http::representation::{Representation, tag};
use crate::people;
use crate::settings::Controller;
use pages::PublishedPages;

/// Where the pages of initiatives are.
const PAGES: &str = "i/";
/// Characters of a [`tag`]: of an initiative's part of a page's name, of what it says, and of a version of the tiles.
const TAG: usize = 20;

/// What to publish, and how.
#[derive(Debug)]
pub struct Options {
    /// Folder; made where there is none.
    pub folder: PathBuf,
    /// Language of the pages.
    pub language: Language,
    /// The server that takes sign-ups. Without one there are no forms: a form that leads nowhere loses what people type.
    pub api: Option<String>,
    /// The page where one proposes an initiative.
    pub propose: Option<String>,
    /// Who publishes the site: the accessibility statement is theirs.
    pub publisher: Controller,
    /// Places that have a tag with a first page of their own.
    pub places: Vec<String>,
}

/// Writes the site, and says what it is and what it needs.
///
/// # Errors
/// Where there is no widget to publish, or the folder cannot be written.
pub fn publish(
    feeds: &ReadFeeds,
    bundle: &Bundle,
    options: &Options,
    now: i64,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    if !bundle.is_built() {
        return Err("bundle not built: run cargo xtask build".into());
    }
    let language = options.language;
    let (mut forms, mut initiatives) = (0, Vec::new());
    let catalogue = feeds.catalogue(|initiative| {
        if options.api.is_none() {
            forms += usize::from(initiative.participation.take().is_some());
        }
        initiatives.push(initiative.clone());
    })?;
    for name in bundle.names()? {
        let bytes = bundle.bytes(&name)?;
        write(&options.folder.join(name), &bytes)?;
    }
    copy(&catalogue.feed_path(), &options.folder.join("feed.json"))?;
    // Beside the application, where it looks for them.
    write(&options.folder.join("v1/forms.txt"), &catalogue.forms().identity)?;
    tiles::write_tiles(&catalogue, &options.folder, now)?;
    let texts = language.site();
    let name = match catalogue.name() {
        "" => texts.title,
        name => name,
    };
    let pages = PublishedPages { options, name, style: bundle.page_style(), now };
    let catalog = Arc::new(Catalog::new(initiatives));
    let mut files = BTreeMap::new();
    for initiative in (0..catalog.len()).filter_map(|position| catalog.get(position)) {
        let file = file_of(initiative);
        let file_beside = |other: Initiative| {
            let file = file_of(&other);
            (other, file)
        };
        let others = also_by(&catalogue, initiative, now).into_iter().map(file_beside).collect();
        write(&options.folder.join(&file), pages.initiative(initiative, others).as_bytes())?;
        files.insert(initiative.id.clone(), file);
    }
    let written: BTreeSet<String> = files.values().cloned().collect();
    for (file, list) in pages.lists(&catalog, files) {
        write(&options.folder.join(file), list.as_bytes())?;
    }
    write(&options.folder.join(pages::HOME), pages.home().as_bytes())?;
    write(&options.folder.join(pages::STATEMENT), pages.statement().as_bytes())?;
    write(&options.folder.join(pages::STATEMENT_STYLE), people::page::STYLE.as_bytes())?;
    let is_gone = |name: &str| is_page(name) && !written.contains(&format!("{PAGES}{name}"));
    removing::remove_gone(&options.folder.join(PAGES), is_gone)?;

    let folder = options.folder.display().to_string();
    writeln!(out, "{}", language.count(texts.published, catalog.len() as u64, &[("folder", &folder)]))?;
    if forms > 0 {
        writeln!(out, "{} {}", language.count(texts.forms_left_out, forms as u64, &[]), texts.forms_help)?;
    }
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

/// Copies a file that may be too large for memory.
fn copy(from: &Path, to: &Path) -> Result<(), CommandError> {
    write(to, b"")?;
    fs::copy(from, to).map_err(|error| format!("{}: {error}", to.display()))?;
    Ok(())
}

/// A file, and beside it what web servers send compressed.
fn write_compressed(folder: &Path, name: &str, made: Representation) -> Result<(), CommandError> {
    for (suffix, bytes) in [("", Some(made.identity)), (".br", made.brotli), (".gz", made.gzip)] {
        if let Some(bytes) = bytes {
            write(&folder.join(format!("{name}{suffix}")), &bytes)?;
        }
    }
    Ok(())
}

/// Whether a file within the folder of pages is named as [`file_of`] does.
fn is_page(name: &str) -> bool {
    let stem = name.strip_suffix(".html").unwrap_or_default();
    let parts = stem.len().checked_sub(TAG).and_then(|at| stem.split_at_checked(at));
    parts.is_some_and(|(words, id)| (words.is_empty() || words.ends_with('-')) && is_tag(id))
}

/// Whether a name is a [`tag`].
fn is_tag(name: &str) -> bool {
    name.len() == TAG && name.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Where an initiative's page is: named after its title, and told apart by its identifier.
fn file_of(initiative: &Initiative) -> String {
    let words = slug(&initiative.name);
    // The whole of it: a part could be met on purpose, to take another's page.
    let id = tag(initiative.id.as_bytes());
    if words.is_empty() { format!("{PAGES}{id}.html") } else { format!("{PAGES}{words}-{id}.html") }
}

/// A text as a part of a file's name: its first 60 letters, those of ASCII.
fn slug(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let words: String = fold(text).chars().filter(char::is_ascii).map(plain).take(60).collect();
    words.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_initiative_has_a_file_of_its_own_whatever_its_identifier_is() {
        let one = file_of(&Initiative::new("../../etc/passwd", "Collecte d’Hiver !"));
        let other = file_of(&Initiative::new("b", "Collecte d’hiver"));
        assert!(one.starts_with("i/collecte-d-hiver-") && one.ends_with(".html"), "{one}");
        assert_ne!(one, other);
        assert!(file_of(&Initiative::new("c", "مرحبا")).starts_with("i/"));
        assert!(!file_of(&Initiative::new("..", "..")).contains(".."));
        for file in [one, other, file_of(&Initiative::new("c", "مرحبا"))] {
            assert!(is_page(file.strip_prefix(PAGES).unwrap()), "{file}");
        }
        for foreign in [
            "",
            ".html",
            "index.html",
            "a-0123456789abcdef012.html",
            "a0123456789abcdef0123.html",
            "é123456789abcdef0123.html",
        ] {
            assert!(!is_page(foreign), "{foreign}");
        }
    }
}
