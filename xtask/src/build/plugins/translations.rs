//! The forms in which WordPress reads translations, all made of the `.po` file that people edit.

use std::collections::BTreeMap;

use anyhow::{Context, bail};

/// A `.po` file.
pub struct Catalogue {
    header: String,
    entries: Vec<Entry>,
}

/// A text and its translation.
struct Entry {
    /// The lines before it, which say where it stands.
    notes: String,
    context: Option<String>,
    text: String,
    translation: String,
}

impl Catalogue {
    /// Reads one. Texts are on one line each, but for the header.
    ///
    /// # Errors
    /// Names the line that is not understood, or the text that has no translation.
    pub fn read(po: &str) -> anyhow::Result<Self> {
        let mut blocks = po.split("\n\n");
        let header = blocks.next().and_then(|block| block.split_once("msgstr \"\"\n"));
        let (_, header) = header.context("there is no header")?;
        let header = header.lines().map(unquoted).collect::<anyhow::Result<String>>()?;
        let entries =
            blocks.map(str::trim).filter(|it| !it.is_empty()).map(entry).collect::<anyhow::Result<_>>()?;
        Ok(Self { header, entries })
    }

    /// Compares it with the texts that scripts ask for.
    ///
    /// # Errors
    /// Names the first that is missing here, or that no source has any more.
    pub fn check(&self, sources: &BTreeMap<String, String>) -> anyhow::Result<()> {
        for (name, source) in sources {
            for asked in asked(source) {
                if !self.entries.iter().any(|it| it.context.is_none() && it.text == asked) {
                    bail!("{name}: `{asked}` has no translation");
                }
            }
        }
        for entry in &self.entries {
            if !sources.values().any(|source| source.contains(&entry.text)) {
                bail!("`{}` is translated, and no source has it", entry.text);
            }
        }
        Ok(())
    }

    /// The template for other languages.
    pub fn template(&self) -> String {
        let mut pot = "msgid \"\"\nmsgstr \"\"\n".to_owned();
        for line in self.header.lines().filter(|line| !line.starts_with("Language:")) {
            pot += &format!("{}\n", quoted(&format!("{line}\n")));
        }
        for entry in &self.entries {
            pot += &format!("\n{}", entry.notes);
            if let Some(context) = &entry.context {
                pot += &format!("msgctxt {}\n", quoted(context));
            }
            pot += &format!("msgid {}\nmsgstr \"\"\n", quoted(&entry.text));
        }
        pot
    }

    /// The binary form, for PHP: two tables of lengths and offsets, then the texts, sorted.
    pub fn binary(&self) -> anyhow::Result<Vec<u8>> {
        let mut texts = BTreeMap::from([(String::new(), self.header.as_str())]);
        for entry in &self.entries {
            let key =
                entry.context.as_ref().map_or_else(String::new, |it| format!("{it}\u{4}")) + &entry.text;
            texts.insert(key, &entry.translation);
        }
        const HEAD: usize = 28;
        let count = texts.len();
        let (originals, translations) = (HEAD, HEAD + 8 * count);
        let mut at = HEAD + 16 * count;
        let mut bytes = Vec::new();
        let mut put = |number: usize| -> anyhow::Result<()> {
            bytes.extend(u32::try_from(number)?.to_le_bytes());
            Ok(())
        };
        // The mark, the revision, how many, where; and no hash table.
        for number in [0x9504_12de, 0, count, originals, translations, 0, at] {
            put(number)?;
        }
        let mut content = Vec::new();
        for text in texts.keys().map(String::as_str).chain(texts.values().copied()) {
            put(text.len())?;
            put(at)?;
            at += text.len() + 1;
            content.extend(text.as_bytes());
            content.push(0);
        }
        bytes.extend(content);
        Ok(bytes)
    }

    /// The form for one script in the browser: only what it asks for.
    pub fn script(&self, source: &str, language: &str) -> String {
        let mut messages = serde_json::Map::new();
        messages.insert(
            String::new(),
            serde_json::json!({ "domain": "messages", "lang": language, "plural_forms": "nplurals=2; plural=(n > 1);" }),
        );
        for asked in asked(source) {
            if let Some(entry) = self.entries.iter().find(|it| it.context.is_none() && it.text == asked) {
                messages.insert(asked, serde_json::json!([entry.translation]));
            }
        }
        serde_json::json!({ "domain": "messages", "locale_data": { "messages": messages } }).to_string()
    }
}

/// The texts that a script in PHP or JavaScript has translated: `__( 'Text', 'alentour' )` and its like.
fn asked(source: &str) -> Vec<String> {
    let calls = source.match_indices("( '").filter(|(at, _)| {
        source[..*at].ends_with("__") || source[..*at].ends_with("_e") || source[..*at].ends_with("_x")
    });
    calls
        .filter_map(|(at, call)| source[at + call.len()..].split_once("', 'alentour'"))
        .map(|(text, _)| text.replace("\\'", "'"))
        .collect()
}

fn entry(block: &str) -> anyhow::Result<Entry> {
    let (mut notes, mut context, mut text, mut translation) = (String::new(), None, None, None);
    for line in block.lines() {
        match line.split_once(' ') {
            Some((note, _)) if note.starts_with('#') => notes += &format!("{line}\n"),
            Some(("msgctxt", it)) => context = Some(unquoted(it)?),
            Some(("msgid", it)) => text = Some(unquoted(it)?),
            Some(("msgstr", it)) => translation = Some(unquoted(it)?).filter(|it| !it.is_empty()),
            _ => bail!("`{line}` is not understood"),
        }
    }
    let text = text.with_context(|| format!("there is no msgid in `{block}`"))?;
    let translation = translation.with_context(|| format!("`{text}` has no translation"))?;
    Ok(Entry { notes, context, text, translation })
}

fn unquoted(text: &str) -> anyhow::Result<String> {
    // What it says between its quotation marks is written as in JSON.
    serde_json::from_str(text.trim()).with_context(|| format!("`{text}` is no text in quotation marks"))
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PO: &str = "msgid \"\"\nmsgstr \"\"\n\"Language: fr_FR\\n\"\n\n#: a.php\nmsgid \"Where\"\nmsgstr \"Où\"\n\n\
                      #: b.json\nmsgctxt \"block title\"\nmsgid \"All\"\nmsgstr \"Tout\"\n";

    fn sources(php: &str) -> BTreeMap<String, String> {
        [("a.php".to_owned(), php.to_owned()), ("b.json".to_owned(), "\"title\": \"All\"".to_owned())].into()
    }

    #[test]
    fn a_text_without_a_translation_and_one_that_nobody_asks_for_are_named() {
        let catalogue = Catalogue::read(PO).unwrap();
        catalogue.check(&sources("echo __( 'Where', 'alentour' );")).unwrap();
        let error = catalogue.check(&sources("esc_html_e( 'Who', 'alentour' ); /* Where */")).unwrap_err();
        assert_eq!(error.to_string(), "a.php: `Who` has no translation");
        let error = catalogue.check(&sources("")).unwrap_err();
        assert_eq!(error.to_string(), "`Where` is translated, and no source has it");
        assert!(Catalogue::read(&PO.replace("\"Où\"", "\"\"")).is_err());
    }

    #[test]
    fn the_binary_form_is_laid_out_as_gettext_has_it() {
        let bytes = Catalogue::read(PO).unwrap().binary().unwrap();
        let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        let text = |at: usize| {
            let (length, start) = (number(at), number(at + 4));
            assert_eq!(bytes[start + length], 0);
            String::from_utf8(bytes[start..start + length].to_vec()).unwrap()
        };
        assert_eq!((number(0), number(8), number(12), number(16)), (0x9504_12de, 3, 28, 52));
        let pairs: Vec<_> = (0..3).map(|n| (text(28 + 8 * n), text(52 + 8 * n))).collect();
        let pairs: Vec<_> = pairs.iter().map(|(one, other)| (one.as_str(), other.as_str())).collect();
        assert_eq!(pairs, [("", "Language: fr_FR\n"), ("Where", "Où"), ("block title\u{4}All", "Tout")]);
    }

    #[test]
    fn a_script_gets_what_it_asks_for_and_a_translator_an_empty_template() {
        let catalogue = Catalogue::read(PO).unwrap();
        let script = catalogue.script("el( __( 'Where', 'alentour' ) )", "fr_FR");
        assert!(script.contains(r#""Where":["Où"]"#) && !script.contains("Tout"), "{script}");
        let template = catalogue.template();
        assert!(
            template.contains("#: b.json\nmsgctxt \"block title\"\nmsgid \"All\"\nmsgstr \"\"\n"),
            "{template}"
        );
        assert!(!template.contains("Où") && !template.contains("fr_FR"), "{template}");
    }
}
