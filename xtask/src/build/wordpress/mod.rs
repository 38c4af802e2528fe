//! The plugin for WordPress, `embed/wordpress/alentour/`, as the archive that its administrators upload.

mod archive;
mod translations;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::Context;

use crate::fingerprint::files;
use crate::workspace::root;
use translations::Catalogue;

/// The archive's name in `dist/`.
pub const ARCHIVE: &str = "alentour-wordpress.zip";

/// The name that WordPress gives the block's script: from its name in `block.json`.
const EDITOR: &str = "alentour-actions-editor-script";

/// The folder of the plugin's sources.
pub fn folder() -> PathBuf {
    root().join("embed/wordpress/alentour")
}

/// Packs it, with its translations in the forms that WordPress reads.
///
/// # Errors
/// When a text of it has no translation.
pub fn plugin() -> anyhow::Result<Vec<u8>> {
    let mut packed = BTreeMap::new();
    for path in files(&folder())? {
        let name = path.strip_prefix(folder())?.to_string_lossy().replace('\\', "/");
        packed.insert(name, fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?);
    }
    for (name, bytes) in translated(&packed).context("embed/wordpress/alentour/languages")? {
        packed.insert(format!("languages/{name}"), bytes);
    }
    let files: Vec<_> =
        packed.into_iter().map(|(name, bytes)| (format!("alentour/{name}"), bytes)).collect();
    archive::pack(&files)
}

/// The template, and French for PHP and for the editor's script.
fn translated(files: &BTreeMap<String, Vec<u8>>) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let text = |name: &str| {
        let bytes = files.get(name).with_context(|| format!("{name} is missing"))?;
        String::from_utf8(bytes.clone()).with_context(|| format!("{name} is not UTF-8"))
    };
    let is_source = |name: &&String| [".php", ".js", ".json"].iter().any(|ending| name.ends_with(ending));
    let sources = files
        .keys()
        .filter(is_source)
        .map(|name| Ok((name.clone(), text(name)?)))
        .collect::<anyhow::Result<BTreeMap<_, _>>>()?;
    let french = Catalogue::read(&text("languages/alentour-fr_FR.po")?)?;
    french.check(&sources)?;
    Ok(vec![
        ("alentour.pot".to_owned(), french.template().into_bytes()),
        ("alentour-fr_FR.mo".to_owned(), french.binary()?),
        (
            format!("alentour-fr_FR-{EDITOR}.json"),
            french.script(&text("block/editor.js")?, "fr_FR").into_bytes(),
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_plugin_that_names_a_version_names_this_one() {
        let version = env!("CARGO_PKG_VERSION");
        for (name, line) in [
            ("alentour.php", format!(" * Version:           {version}\n")),
            ("readme.txt", format!("Stable tag: {version}\n")),
            ("block/block.json", format!("\t\"version\": \"{version}\",\n")),
            ("block/editor.asset.php", format!("\t'version'      => '{version}',\n")),
        ] {
            let text = fs::read_to_string(folder().join(name)).unwrap();
            assert!(text.contains(&line), "{name} does not say {line}");
        }
    }

    #[test]
    fn the_plugin_is_packed_with_its_translations() {
        let archive = plugin().unwrap();
        for name in ["alentour.php", "languages/alentour-fr_FR.mo", "languages/alentour.pot", "readme.txt"] {
            let name = format!("alentour/{name}").into_bytes();
            assert!(archive.windows(name.len()).any(|it| it == name), "{}", String::from_utf8_lossy(&name));
        }
    }
}
