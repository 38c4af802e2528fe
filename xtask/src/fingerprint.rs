//! What a step read, as one hash: the same hash again means that there is nothing to do.

use std::fs;
use std::path::Path;

use anyhow::Context;
use sha2::{Digest, Sha256};

use crate::workspace;

/// Collects inputs; their order counts.
#[derive(Default)]
pub struct Fingerprint(Sha256);

impl Fingerprint {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text, such as the flags of a compiler.
    pub fn text(mut self, text: &str) -> Self {
        self.add(text.as_bytes());
        self
    }

    /// Adds a file's content. A missing file counts as an input of its own.
    pub fn file(mut self, path: &Path) -> anyhow::Result<Self> {
        self.add(path.to_string_lossy().as_bytes());
        match fs::read(path) {
            Ok(bytes) => self.add(&bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => self.add(b"\0missing"),
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
        Ok(self)
    }

    /// Adds every file below a directory, in the order of their names.
    pub fn dir(mut self, dir: &Path) -> anyhow::Result<Self> {
        for path in files(dir)? {
            self = self.file(&path)?;
        }
        Ok(self)
    }

    /// The hash, in hex.
    pub fn finish(self) -> String {
        hex::encode(self.0.finalize())
    }

    fn add(&mut self, bytes: &[u8]) {
        // With its length, so that no two lists of inputs read the same.
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }
}

/// SHA-256 of some bytes, in hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The SHA-256 of some bytes, as `integrity` has it.
pub fn integrity(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digest = Sha256::digest(bytes);
    let groups = digest.chunks(3).map(|group| {
        let bits = (0..3).fold(0_u32, |bits, n| bits << 8 | u32::from(group.get(n).copied().unwrap_or(0)));
        (0..4)
            .map(
                |n| {
                    if n > group.len() {
                        '='
                    } else {
                        char::from(DIGITS[(bits >> (18 - 6 * n) & 63) as usize])
                    }
                },
            )
            .collect::<String>()
    });
    std::iter::once("sha256-".to_owned()).chain(groups).collect()
}

/// Every file below `dir`, sorted; none if `dir` is missing. Left out: names that start with a dot,
/// which editors leave behind, and `node_modules`.
pub fn files(dir: &Path) -> anyhow::Result<Vec<std::path::PathBuf>> {
    let mut found = Vec::new();
    let mut todo = vec![dir.to_path_buf()];
    while let Some(dir) = todo.pop() {
        let entries = match fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", dir.display())),
        };
        for entry in entries {
            let entry = entry.with_context(|| format!("{} cannot be read", dir.display()))?;
            let name = entry.file_name();
            if name.to_string_lossy().starts_with('.') || name == "node_modules" {
                continue;
            }
            if entry.path().is_dir() {
                todo.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether the step `name` last ended with this fingerprint.
pub fn is_known(name: &str, fingerprint: &str) -> bool {
    fs::read_to_string(stamp(name)).is_ok_and(|known| known == fingerprint)
}

/// Remembers that the step `name` ended well with this fingerprint.
pub fn remember(name: &str, fingerprint: &str) -> anyhow::Result<()> {
    let path = stamp(name);
    fs::create_dir_all(workspace::cache()).context("the target directory cannot be written")?;
    fs::write(&path, fingerprint).with_context(|| format!("{} cannot be written", path.display()))
}

fn stamp(name: &str) -> std::path::PathBuf {
    workspace::cache().join(format!("{name}.fingerprint"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_inputs_are_not_one_longer_input() {
        let one = Fingerprint::new().text("ab").text("c").finish();
        let other = Fingerprint::new().text("a").text("bc").finish();
        assert_ne!(one, other);
    }

    #[test]
    fn a_digest_is_written_as_browsers_read_it() {
        assert_eq!(integrity(b""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn a_file_that_appears_changes_the_fingerprint() {
        let dir = std::env::temp_dir().join(format!("alentour-fingerprint-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let file = dir.join("input");
        let before = Fingerprint::new().file(&file).unwrap().finish();
        fs::write(&file, "").unwrap();
        let after = Fingerprint::new().file(&file).unwrap().finish();
        fs::remove_dir_all(&dir).unwrap();
        assert_ne!(before, after);
    }

    #[test]
    fn a_hash_is_the_published_one() {
        // FIPS 180-4's example of one block.
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
