//! The plugins for content managers, `embed/*/alentour/`, as the archives that their administrators upload.

mod archive;
mod translations;
mod wordpress;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::Context;

use crate::fingerprint::files;
use crate::workspace::root;

/// Where the plugins are: their folders in `embed/`.
const WORDPRESS: &str = "wordpress";
const DOKUWIKI: &str = "dokuwiki";

/// The folder of a plugin's sources.
fn folder(of: &str) -> PathBuf {
    root().join("embed").join(of).join("alentour")
}

/// The archives, each with its name in `dist/`.
///
/// # Errors
/// When a text of WordPress' has no translation.
pub fn archives() -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut wordpress = sources(WORDPRESS)?;
    wordpress::translate(&mut wordpress).context("embed/wordpress/alentour/languages")?;
    [(WORDPRESS, wordpress), (DOKUWIKI, sources(DOKUWIKI)?)].into_iter().map(packed).collect()
}

fn packed((of, files): (&str, BTreeMap<String, Vec<u8>>)) -> anyhow::Result<(String, Vec<u8>)> {
    let files: Vec<_> = files.into_iter().map(|(name, bytes)| (format!("alentour/{name}"), bytes)).collect();
    Ok((format!("alentour-{of}.zip"), archive::pack(&files)?))
}

/// The files of a plugin by their names in it.
fn sources(of: &str) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let folder = folder(of);
    let mut sources = BTreeMap::new();
    for path in files(&folder)? {
        let name = path.strip_prefix(&folder)?.to_string_lossy().replace('\\', "/");
        sources.insert(name, fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?);
    }
    Ok(sources)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_a_plugin_that_names_a_version_names_this_one() {
        let version = env!("CARGO_PKG_VERSION");
        for (of, name, line) in [
            (WORDPRESS, "alentour.php", format!(" * Version:           {version}\n")),
            (WORDPRESS, "readme.txt", format!("Stable tag: {version}\n")),
            (WORDPRESS, "block/block.json", format!("\t\"version\": \"{version}\",\n")),
            (WORDPRESS, "block/editor.asset.php", format!("\t'version'      => '{version}',\n")),
            (DOKUWIKI, "plugin.info.txt", format!(", version {version}\n")),
        ] {
            let text = fs::read_to_string(folder(of).join(name)).unwrap();
            assert!(text.contains(&line), "{name} does not say {line}");
        }
    }

    #[test]
    fn the_plugins_are_packed_each_in_a_folder_with_its_translations() {
        let archives = archives().unwrap();
        let names: Vec<_> = archives.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["alentour-wordpress.zip", "alentour-dokuwiki.zip"]);
        for (archive, name) in [
            (0, "alentour.php"),
            (0, "languages/alentour-fr_FR.mo"),
            (0, "languages/alentour.pot"),
            (1, "syntax.php"),
            (1, "lang/fr/settings.php"),
        ] {
            let name = format!("alentour/{name}").into_bytes();
            let (_, bytes) = &archives[archive];
            assert!(bytes.windows(name.len()).any(|it| it == name), "{}", String::from_utf8_lossy(&name));
        }
    }
}
