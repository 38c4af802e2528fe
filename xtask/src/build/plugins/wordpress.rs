//! The plugin for WordPress, `embed/wordpress/alentour/`, with its translations in the forms that WordPress reads.

use std::collections::BTreeMap;

use anyhow::Context;

use super::translations::Catalogue;

/// The name that WordPress gives the block's script: from its name in `block.json`.
const EDITOR: &str = "alentour-actions-editor-script";

/// Adds the template, and French for PHP and for the editor's script.
///
/// # Errors
/// When a text of it has no translation.
pub fn translate(files: &mut BTreeMap<String, Vec<u8>>) -> anyhow::Result<()> {
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
    let script = french.script(&text("block/editor.js")?, "fr_FR");
    files.insert("languages/alentour.pot".to_owned(), french.template().into_bytes());
    files.insert("languages/alentour-fr_FR.mo".to_owned(), french.binary()?);
    files.insert(format!("languages/alentour-fr_FR-{EDITOR}.json"), script.into_bytes());
    Ok(())
}
