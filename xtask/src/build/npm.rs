//! The package for npm, `embed/npm/`, as the archive that npm installs: of the same bytes for the same files.

use std::fs;
use std::io::Write;

use anyhow::Context;
use flate2::{Compression, GzBuilder};

use crate::workspace::root;

/// Its name in `dist/`.
pub const NAME: &str = "alentour-widget.tgz";

/// What is in it, each by its place in the repository.
const FILES: &[&str] = &[
    "embed/npm/package.json",
    "embed/npm/README.md",
    "embed/npm/index.js",
    "embed/npm/index.d.ts",
    "embed/npm/react.d.ts",
    "embed/npm/vue.d.ts",
    "embed/alentour.d.ts",
    "LICENSE-APACHE",
    "LICENSE-MIT",
];

/// tar has everything in blocks of so many bytes.
const BLOCK: usize = 512;

/// Packs it.
///
/// # Errors
/// When a file cannot be read.
pub fn archive() -> anyhow::Result<Vec<u8>> {
    let mut tar = Vec::new();
    for path in FILES {
        let content = fs::read(root().join(path)).with_context(|| format!("{path} cannot be read"))?;
        let name = path.rsplit('/').next().unwrap_or(path);
        tar.extend(header(&format!("package/{name}"), content.len()));
        tar.extend(&content);
        tar.resize(tar.len().next_multiple_of(BLOCK), 0);
    }
    tar.resize(tar.len() + 2 * BLOCK, 0);
    let mut gzip = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    gzip.write_all(&tar)?;
    Ok(gzip.finish()?)
}

/// The header of an ordinary file that its owner may change and all may read, of the format ustar; its time is that of npm's own archives.
fn header(name: &str, size: usize) -> [u8; BLOCK] {
    let mut header = [0; BLOCK];
    let mut put = |at: usize, text: &str| header[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, name);
    put(100, "0000644\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, &format!("{size:011o}\0"));
    put(136, "03560116604\0");
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\x0000");
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_says_this_version_and_names_every_file_that_it_has() {
        let text = fs::read_to_string(root().join("embed/npm/package.json")).unwrap();
        assert!(text.contains(&format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"))));
        for path in FILES {
            let name = path.rsplit('/').next().unwrap();
            // npm packs these two always.
            let is_named =
                ["package.json", "README.md"].contains(&name) || text.contains(&format!("\"{name}\""));
            assert!(is_named, "files has no {name}");
        }
    }

    #[test]
    fn the_archive_is_the_same_each_time() {
        assert_eq!(archive().unwrap(), archive().unwrap());
    }
}
