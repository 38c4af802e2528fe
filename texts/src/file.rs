//! The format of the files: one text a line, `key = text`.

/// The texts of a file with their keys, in its order.
pub(crate) fn entries(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "))
}

/// The text of a key; empty where there is none, which the tests of this crate exclude for the keys that are named in it.
pub(crate) fn text(file: &'static str, key: &str) -> &'static str {
    entries(file).find(|(name, _)| *name == key).map_or("", |(_, text)| text)
}

/// The texts whose keys begin with `family.`, with the rest of the key.
pub(crate) fn family(file: &'static str, family: &str) -> Vec<(&'static str, &'static str)> {
    let members = entries(file).filter_map(|(key, text)| {
        let name = key.strip_prefix(family)?.strip_prefix('.')?;
        Some((name, text))
    });
    members.collect()
}
