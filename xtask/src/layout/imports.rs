//! What a file of Rust imports from its own crate, read from its text: `use` with all its braces, and paths within the code, in macros too.

/// A path that a file names.
#[derive(Debug, PartialEq, Eq)]
pub struct Import {
    /// From `crate`, `self` or `super`, or relative where it is `pub use`.
    pub path: Vec<String>,
    /// What it is called from then on.
    pub name: String,
    /// Whether others can name it here.
    pub is_public: bool,
    /// From 1.
    pub line: usize,
}

/// Everything that a file imports, its tests left out.
pub fn imports(text: &str) -> Vec<Import> {
    let words = words(text);
    let mut imports = Vec::new();
    let mut at = 0;
    while let Some((word, line)) = words.get(at) {
        let after_public = at.checked_sub(1).and_then(|before| words.get(before));
        match word.as_str() {
            // `pub(crate)` ends with its parenthesis.
            "use" => {
                let is_public = after_public.is_some_and(|(word, _)| word == "pub" || word == ")");
                let end =
                    words[at..].iter().position(|(word, _)| word == ";").map_or(words.len(), |end| at + end);
                let tree: Vec<&str> = words[at + 1..end].iter().map(|(word, _)| word.as_str()).collect();
                expand(&[], &tree, &mut |path, name| {
                    if is_public || starts_here(&path) {
                        imports.push(Import { path, name, is_public, line: *line });
                    }
                });
                at = end;
            }
            // A path to another crate, or to a type, leads nowhere from here.
            _ if is_name(word) && words.get(at + 1).is_some_and(|(next, _)| next == "::") => {
                let mut path = vec![word.clone()];
                if !starts_here(&path) {
                    path.insert(0, "self".to_owned());
                }
                while let (Some((colons, _)), Some((next, _))) = (words.get(at + 1), words.get(at + 2))
                    && colons == "::"
                    && is_name(next)
                {
                    path.push(next.clone());
                    at += 2;
                }
                let name = path.last().cloned().unwrap_or_default();
                imports.push(Import { path, name, is_public: false, line: *line });
            }
            _ => {}
        }
        at += 1;
    }
    imports
}

fn starts_here(path: &[String]) -> bool {
    path.first().is_some_and(|first| ["crate", "super", "self"].contains(&first.as_str()))
}

fn is_name(word: &str) -> bool {
    word.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
}

/// The paths of a tree such as `crate::a::{b, c::{self, D as E}}`.
fn expand(before: &[String], tree: &[&str], found: &mut impl FnMut(Vec<String>, String)) {
    let mut path = before.to_vec();
    let mut at = 0;
    while let Some(word) = tree.get(at) {
        match *word {
            "::" => {}
            "{" => {
                for part in parts(&tree[at + 1..]) {
                    expand(&path, part, found);
                }
                return;
            }
            "as" => {
                let name = tree.get(at + 1).copied().unwrap_or_default();
                return found(path, name.to_owned());
            }
            // `{self}` is the module itself.
            "self" if !path.is_empty() => {}
            name => path.push(name.to_owned()),
        }
        at += 1;
    }
    let name = path.last().cloned().unwrap_or_default();
    if !name.is_empty() {
        found(path, name);
    }
}

/// What stands between the commas of the braces that were opened.
fn parts<'a>(tree: &'a [&'a str]) -> Vec<&'a [&'a str]> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0);
    for (at, word) in tree.iter().enumerate() {
        match *word {
            "{" => depth += 1,
            "}" if depth == 0 => {
                parts.push(&tree[start..at]);
                break;
            }
            "}" => depth -= 1,
            "," if depth == 0 => {
                parts.push(&tree[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Names and signs with their lines, without comments, texts and modules of tests.
fn words(text: &str) -> Vec<(String, usize)> {
    let mut words: Vec<(String, usize)> = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' => quoted(rest),
            'r' if raw(rest).is_some() => raw(rest).unwrap_or(1),
            '\'' => character(rest),
            _ if first.is_alphanumeric() || first == '_' => {
                let end = rest
                    .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
                    .unwrap_or(rest.len());
                words.push((rest[..end].to_owned(), line));
                end
            }
            _ if rest.starts_with("::") => {
                words.push(("::".to_owned(), line));
                2
            }
            _ if first.is_whitespace() => first.len_utf8(),
            _ => {
                words.push((first.to_string(), line));
                first.len_utf8()
            }
        };
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    without_tests(words)
}

/// Leaves out what stands in the braces after `#[cfg(test)]`, and a `use` there.
fn without_tests(words: Vec<(String, usize)>) -> Vec<(String, usize)> {
    const TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let is_test = words[at..].len() >= TEST.len()
            && words[at..].iter().zip(TEST).all(|((word, _), test)| word == test);
        if !is_test {
            kept.push(words[at].clone());
            at += 1;
            continue;
        }
        let mut depth = 0;
        for (word, _) in &words[at..] {
            at += 1;
            match word.as_str() {
                "{" => depth += 1,
                "}" => depth -= 1,
                ";" if depth == 0 => break,
                _ => continue,
            }
            if depth == 0 {
                break;
            }
        }
    }
    kept
}

/// The length of a text in quotation marks.
fn quoted(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a raw text, if it is one: `r"…"`, `r#"…"#`.
fn raw(text: &str) -> Option<usize> {
    let hashes = text[1..].bytes().take_while(|byte| *byte == b'#').count();
    let body = text[1 + hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let start = text.len() - body.len();
    Some(body.find(&end).map_or(text.len(), |at| start + at + end.len()))
}

/// The length of a character in its marks; of the mark alone where it is a lifetime's.
fn character(text: &str) -> usize {
    let mut letters = text.char_indices().skip(1);
    match (letters.next(), letters.next()) {
        (Some((_, '\\')), Some((at, escaped))) => {
            let after = at + escaped.len_utf8();
            text[after..].find('\'').map_or(text.len(), |end| after + end + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        imports(text).iter().map(|import| import.path.join("::")).collect()
    }

    #[test]
    fn braces_are_expanded_and_other_crates_left_out() {
        let text = "use crate::a::{self, b::{C, D as E}, f};\nuse std::fmt;\npub(crate) use super::g;\npub use h::I;";
        assert_eq!(
            paths(text),
            ["crate::a", "crate::a::b::C", "crate::a::b::D", "crate::a::f", "super::g", "h::I"]
        );
        let named: Vec<_> = imports(text).into_iter().filter(|it| it.is_public).map(|it| it.name).collect();
        assert_eq!(named, ["g", "I"]);
    }

    #[test]
    fn paths_in_code_and_macros_count_and_those_in_texts_and_comments_do_not() {
        let text = "fn f<'a>(x: &'a str) -> char {\n  html! { (crate::pages::page(\"crate::no\")) }\n  // crate::no\n  \
                    let _ = r#\"crate::\"no\"#; '\"'; let q = '\\''; super::up::go();\n}";
        assert_eq!(paths(text), ["crate::pages::page", "super::up::go"]);
        assert_eq!(imports(text)[0].line, 2);
        assert_eq!(imports(text)[1].line, 4);
    }

    #[test]
    fn a_path_that_begins_with_a_module_of_one_s_own_is_relative() {
        assert_eq!(
            paths("fn f() { list::Item::new(); Vec::<u8>::new() }"),
            ["self::list::Item::new", "self::Vec"]
        );
    }

    #[test]
    fn tests_may_import_what_they_like() {
        let text = "use crate::a;\n#[cfg(test)]\nuse crate::no;\n#[cfg(test)]\nmod tests {\n  use crate::no;\n  fn f() { crate::no() }\n}\nuse crate::z;";
        assert_eq!(paths(text), ["crate::a", "crate::z"]);
    }
}
