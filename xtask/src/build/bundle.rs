//! The files of `dist/`: named by their content, compressed beside themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::module::{Built, Module};
use crate::compress;
use crate::fingerprint::{files, sha256};
use crate::workspace::dist;

/// Hex digits of the SHA-256 that a hashed name carries: 40 bits, for a few thousand files.
const DIGITS: usize = 10;

/// The list of files, for whoever serves `dist/`. Written last: while it is missing, the bundle is not complete.
const MANIFEST: &str = "manifest.json";

/// What `manifest.json` says of a file.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    content_type: String,
    /// Whether the name carries the content's hash, so that it may be kept forever.
    immutable: bool,
}

/// The bundle while it is put together. Keys are paths below `dist/`, with `/`.
#[derive(Default)]
pub struct Bundle {
    files: BTreeMap<String, Vec<u8>>,
}

impl Bundle {
    /// Adds a file under a fixed name.
    pub fn add(&mut self, path: &str, content: Vec<u8>) {
        self.files.insert(path.to_owned(), content);
    }

    /// Adds a file of the checkout; one that does not exist (yet) is left out.
    pub fn add_file(&mut self, path: &str, source: &Path) -> anyhow::Result<()> {
        if source.is_file() {
            self.add(path, fs::read(source).with_context(|| format!("{} cannot be read", source.display()))?);
        }
        Ok(())
    }

    /// Adds `v1/a/<stem>.<hash>.<ending>`, and returns the name below `v1/`.
    pub fn add_hashed(&mut self, stem: &str, ending: &str, content: Vec<u8>) -> anyhow::Result<String> {
        let hash = sha256(&content);
        let name = format!("a/{stem}.{}.{ending}", short(&hash)?);
        self.add(&format!("v1/{name}"), content);
        Ok(name)
    }

    /// Adds a module that is fetched on demand, its script and what the script fetches: `wasm`, and `calendar` where another one reads
    /// calendars. Returns the script's name below `v1/`.
    pub fn add_module(
        &mut self,
        module: &Module,
        built: &Built,
        calendar: Option<&str>,
    ) -> anyhow::Result<String> {
        let wasm = self.add_hashed(module.name, "wasm", built.wasm.clone())?;
        let beside = |name: &str| name.trim_start_matches("a/").to_owned();
        let mut names = serde_json::json!({ "wasm": beside(&wasm) });
        if let Some(calendar) = calendar {
            names["calendar"] = beside(calendar).into();
        }
        self.add_hashed(module.name, "js", built.script(&[("__NAMES__", names)])?)
    }

    /// Adds a directory as `v1/a/<stem>-<hash>/`, and returns the name below `v1/`, with its last `/`.
    pub fn add_hashed_dir(&mut self, stem: &str, dir: &Path) -> anyhow::Result<String> {
        let mut content = Vec::new();
        for path in files(dir)? {
            let name = path.strip_prefix(dir)?.to_string_lossy().replace('\\', "/");
            content
                .push((name, fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?));
        }
        let list: String =
            content.iter().map(|(name, bytes)| format!("{name}\0{}\n", sha256(bytes))).collect();
        let folder = format!("a/{stem}-{}/", short(&sha256(list.as_bytes()))?);
        for (name, bytes) in content {
            self.add(&format!("v1/{folder}{name}"), bytes);
        }
        Ok(folder)
    }

    /// Writes `dist/`: only what has changed, and nothing else stays there.
    pub fn write(&self) -> anyhow::Result<()> {
        let dist = dist();
        let _ = fs::remove_file(dist.join(MANIFEST));
        let contents: Vec<&[u8]> = self.files.values().map(Vec::as_slice).collect();
        let encoded = compress::all(&contents)?;
        let mut kept = BTreeSet::new();
        for ((path, content), encoded) in self.files.iter().zip(&encoded) {
            for (ending, bytes) in [("", content), (".br", &encoded.brotli), (".gz", &encoded.gzip)] {
                // Compressing what is small or random already makes it longer.
                if ending.is_empty() || bytes.len() < content.len() {
                    let path = format!("{path}{ending}");
                    write_if_new(&dist.join(&path), bytes)?;
                    kept.insert(path);
                }
            }
        }
        for path in files(&dist)? {
            let name = path.strip_prefix(&dist)?.to_string_lossy().replace('\\', "/");
            if !kept.contains(&name) {
                fs::remove_file(&path).with_context(|| format!("{} cannot be removed", path.display()))?;
                // Folders that are empty now go as well: the name of one says what is in it.
                let folders = path.ancestors().skip(1).take_while(|folder| *folder != dist);
                folders.map_while(|folder| fs::remove_dir(folder).ok()).for_each(drop);
            }
        }
        let manifest: BTreeMap<&str, Entry> =
            self.files.keys().map(|path| (path.as_str(), entry(path))).collect();
        let text = serde_json::to_string_pretty(&manifest).context("the list of files cannot be written")?;
        write_if_new(&dist.join(MANIFEST), text.as_bytes())
    }
}

/// Whether `dist/` holds what its list says.
pub fn is_complete() -> bool {
    let dist = dist();
    let Ok(text) = fs::read_to_string(dist.join(MANIFEST)) else { return false };
    let Ok(manifest) = serde_json::from_str::<BTreeMap<String, Entry>>(&text) else { return false };
    manifest.keys().all(|path| dist.join(path).is_file())
}

fn entry(path: &str) -> Entry {
    Entry { content_type: content_type(path).to_owned(), immutable: path.starts_with("v1/a/") }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        // Any other, and browsers do not compile it while it arrives.
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "tgz" => "application/gzip",
        "zip" => "application/zip",
        _ => "text/plain; charset=utf-8",
    }
}

fn short(hash: &str) -> anyhow::Result<&str> {
    hash.get(..DIGITS).context("a hash is too short")
}

fn write_if_new(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir).with_context(|| format!("{} cannot be made", dir.display()))?;
    }
    fs::write(path, content).with_context(|| format!("{} cannot be written", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hashed_name_changes_with_the_content_only() {
        let mut bundle = Bundle::default();
        let one = bundle.add_hashed("app", "js", b"one".to_vec()).unwrap();
        let same = bundle.add_hashed("app", "js", b"one".to_vec()).unwrap();
        let other = bundle.add_hashed("app", "js", b"other".to_vec()).unwrap();
        assert_eq!(one, same);
        assert_ne!(one, other);
        assert_eq!(one.len(), "a/app.".len() + DIGITS + ".js".len());
    }

    #[test]
    fn a_directory_is_named_after_its_files_and_their_names() {
        let dir = std::env::temp_dir().join(format!("alentour-bundle-{}", std::process::id()));
        fs::create_dir_all(dir.join("fr")).unwrap();
        fs::write(dir.join("fr/one.txt"), "1").unwrap();
        let before = Bundle::default().add_hashed_dir("gazetteer", &dir).unwrap();
        fs::rename(dir.join("fr/one.txt"), dir.join("fr/two.txt")).unwrap();
        let mut bundle = Bundle::default();
        let after = bundle.add_hashed_dir("gazetteer", &dir).unwrap();
        fs::remove_dir_all(&dir).unwrap();
        assert_ne!(before, after);
        assert!(bundle.files.contains_key(&format!("v1/{after}fr/two.txt")), "{:?}", bundle.files.keys());
    }

    #[test]
    fn webassembly_is_served_as_such_and_hashed_names_are_immutable() {
        let entry = entry("v1/a/app.0123456789.wasm");
        assert_eq!((entry.content_type.as_str(), entry.immutable), ("application/wasm", true));
        assert!(!super::entry("v1/alentour.js").immutable);
    }
}
