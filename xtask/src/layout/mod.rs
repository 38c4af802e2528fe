//! Import circles: two parts of a crate that need each other, directly or by way of others, can neither be understood nor changed alone.
//!
//! A part is a file or a folder. Between those of a crate's root no circle is allowed; between those of a folder only if
//! docs/ARCHITECTURE.md names the folder and the reason. A folder's `mod.rs` stands for the folder, so it and its files may need each
//! other. `lib.rs` is a part of the root, for what it defines itself and what it names for that: a router that it merges does not need
//! it. What `mod.rs` or `lib.rs` only passes on is needed from where it is. Tests may import what they like.

mod imports;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use crate::fingerprint::files;
use crate::workspace::root;
use imports::{Import, imports};

/// The folders of sources that are looked at.
const SOURCES: &[&str] = &["server/src", "formats/src", "reader/src", "model/src", "texts/src", "src"];

/// A module's path in its crate; empty for the crate itself.
type Module = Vec<String>;

/// The part of the root that the crate itself is.
const LIB: &str = "lib.rs";

/// Finds them in all sources.
///
/// # Errors
/// Names each circle, with a line of source for each step of it.
pub fn check() -> anyhow::Result<()> {
    let reasons = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).context("docs/ARCHITECTURE.md")?;
    let mut found = Vec::new();
    for source in SOURCES {
        let mut modules = BTreeMap::new();
        for path in files(&root().join(source))? {
            if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path)
                    .with_context(|| format!("{} cannot be read", path.display()))?;
                let path = path.strip_prefix(root().join(source))?;
                modules.insert(
                    module(path),
                    File { name: format!("{source}/{}", path.display()), imports: imports(&text) },
                );
            }
        }
        if modules.is_empty() {
            bail!("{source} has no sources");
        }
        found.extend(circles(source, &modules).into_iter().filter(|circle| !circle.has_reason(&reasons)));
    }
    if found.is_empty() {
        return Ok(());
    }
    let said: Vec<_> = found.iter().map(ToString::to_string).collect();
    bail!("{} import circles:\n{}", found.len(), said.join("\n"))
}

/// A file of source.
struct File {
    name: String,
    imports: Vec<Import>,
}

/// Parts of a folder that need each other.
#[derive(Debug)]
struct Circle {
    /// `server/src` or a folder below it.
    folder: String,
    is_root: bool,
    /// For each part a line of it that needs the next one, and the last one needs the first.
    steps: Vec<(String, String)>,
}

impl Circle {
    /// Whether the architecture says why it is there.
    fn has_reason(&self, architecture: &str) -> bool {
        let folder = format!("`{}/`", self.folder);
        !self.is_root
            && architecture.lines().any(|line| line.contains("import circle") && line.contains(&folder))
    }
}

impl std::fmt::Display for Circle {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<_> = self.steps.iter().map(|(part, _)| part.as_str()).collect();
        let first = parts.first().copied().unwrap_or_default();
        writeln!(out, "  {}: {} -> {first}", self.folder, parts.join(" -> "))?;
        self.steps.iter().try_for_each(|(_, line)| writeln!(out, "    {line}"))
    }
}

/// The module that a file is.
fn module(path: &Path) -> Module {
    let mut module: Module =
        path.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let is_front = match module.last().map(String::as_str) {
        Some("mod") => true,
        // `main.rs` is another crate's root: what it names of this one it names from outside.
        Some("lib") => module.len() == 1,
        _ => false,
    };
    if is_front {
        module.pop();
    }
    module
}

/// Every circle, one for each set of parts that need each other.
fn circles(source: &str, modules: &BTreeMap<Module, File>) -> Vec<Circle> {
    let mut found = Vec::new();
    let mut folders: BTreeSet<Module> = modules.keys().filter(|it| !it.is_empty()).map(parent).collect();
    folders.insert(Module::new());
    for folder in folders {
        let needs = needs(&folder, modules);
        for parts in knots(&needs) {
            let steps = parts.iter().zip(parts.iter().cycle().skip(1));
            let steps = steps.map(|(part, next)| (part.clone(), needs[part][next].clone())).collect();
            let is_root = folder.is_empty();
            let name = [&[source.to_owned()], folder.as_slice()].concat().join("/");
            found.push(Circle { folder: name, is_root, steps });
        }
    }
    found
}

fn parent(module: &Module) -> Module {
    module.split_last().map(|(_, parent)| parent.to_vec()).unwrap_or_default()
}

/// Which part of a folder needs which other, and a line that says so.
type Needs = BTreeMap<String, BTreeMap<String, String>>;

fn needs(folder: &Module, modules: &BTreeMap<Module, File>) -> Needs {
    let part = |module: &Module| {
        let rest = module.strip_prefix(folder.as_slice())?;
        rest.first().cloned().or_else(|| folder.is_empty().then(|| LIB.to_owned()))
    };
    let mut needs = Needs::new();
    for (module, file) in modules {
        let Some(from) = part(module) else { continue };
        for import in &file.imports {
            let Some(to) = resolve(module, &import.path, modules).as_ref().and_then(part) else { continue };
            if to != from {
                let line = format!("{}:{}: {}", file.name, import.line, import.path.join("::"));
                needs.entry(from.clone()).or_default().entry(to).or_insert(line);
            }
        }
    }
    needs
}

/// The module that a path leads to: what a `mod.rs` passes on is looked up where it is. None outside of the crate.
fn resolve(from: &Module, path: &[String], modules: &BTreeMap<Module, File>) -> Option<Module> {
    let (first, mut rest) = path.split_first()?;
    let mut at = match first.as_str() {
        "crate" => Module::new(),
        "self" => from.clone(),
        "super" => parent(from),
        _ => return None,
    };
    while let Some((next, after)) = rest.split_first() {
        let child = [at.as_slice(), std::slice::from_ref(next)].concat();
        if next == "super" {
            at = parent(&at);
        } else if modules.contains_key(&child) || modules.keys().any(|known| known.starts_with(&child)) {
            at = child;
        } else {
            let passed_on = modules.get(&at)?.imports.iter().find(|it| it.is_public && it.name == *next);
            return match passed_on {
                // Relative to the module, as `pub use writer::Writer;` is.
                Some(import) => {
                    let is_absolute =
                        import.path.first().is_some_and(|it| it == "crate" || it == "super" || it == "self");
                    let path = if is_absolute {
                        import.path.clone()
                    } else {
                        [&["self".to_owned()], import.path.as_slice()].concat()
                    };
                    let path = [path.as_slice(), after].concat();
                    // Its own name again would lead nowhere.
                    if path == ["self".to_owned(), next.clone()] {
                        Some(at)
                    } else {
                        resolve(&at, &path, modules).or(Some(at))
                    }
                }
                None => Some(at),
            };
        }
        rest = after;
    }
    Some(at)
}

/// The shortest circle of each set of parts that all need each other.
fn knots(needs: &Needs) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    let mut known = BTreeSet::new();
    for part in needs.keys() {
        if known.contains(part) {
            continue;
        }
        if let Some(circle) = shortest(part, needs) {
            // All that is reached from here and reaches back is the same knot.
            let reached = reached(part, needs);
            known.extend(reached.into_iter().filter(|it| self::reached(it, needs).contains(part)));
            found.push(circle);
        }
    }
    found
}

fn reached(from: &str, needs: &Needs) -> BTreeSet<String> {
    let (mut reached, mut todo) = (BTreeSet::new(), vec![from.to_owned()]);
    while let Some(part) = todo.pop() {
        for next in needs.get(&part).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(next.clone()) {
                todo.push(next.clone());
            }
        }
    }
    reached
}

/// The shortest way from a part back to itself.
fn shortest(from: &str, needs: &Needs) -> Option<Vec<String>> {
    let mut ways = std::collections::VecDeque::from([vec![from.to_owned()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in needs.get(way.last()?).into_iter().flat_map(BTreeMap::keys) {
            if next == from {
                return Some(way);
            }
            if seen.insert(next.clone()) {
                ways.push_back([way.as_slice(), std::slice::from_ref(next)].concat());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles_of(files: &[(&str, &str)]) -> Vec<String> {
        let modules = files.iter().map(|(path, text)| {
            (module(Path::new(path)), File { name: (*path).to_owned(), imports: imports(text) })
        });
        circles("src", &modules.collect())
            .iter()
            .map(|it| it.to_string().lines().next().unwrap().trim().to_owned())
            .collect()
    }

    #[test]
    fn two_folders_that_need_each_other_are_a_circle_though_their_files_are_none() {
        let files = [
            ("lib.rs", "pub mod a; pub mod b;"),
            ("a/mod.rs", "mod one; mod two;"),
            ("a/one.rs", "use crate::b::three::Three;"),
            ("a/two.rs", "pub struct Two;"),
            ("b/mod.rs", "mod three;"),
            ("b/three.rs", "use crate::a::two::Two;"),
        ];
        assert_eq!(circles_of(&files), ["src: a -> b -> a"]);
    }

    #[test]
    fn a_way_round_by_three_files_of_a_folder_is_found_and_said_once() {
        let files = [
            ("lib.rs", "mod a;"),
            ("a/mod.rs", "mod x; mod y; mod z;"),
            ("a/x.rs", "use super::y::Y;"),
            ("a/y.rs", "fn f() { super::z::g() }"),
            ("a/z.rs", "use crate::a::{x::X, other};"),
        ];
        assert_eq!(circles_of(&files), ["src/a: x -> y -> z -> x"]);
    }

    #[test]
    fn what_a_front_passes_on_is_needed_from_where_it_is() {
        let files = [
            ("lib.rs", "mod error; mod registry; pub use error::Error;"),
            ("error.rs", "use crate::registry::Registry;"),
            ("registry/mod.rs", "mod list; pub use list::Registry;"),
            ("registry/list.rs", "use crate::Error;"),
        ];
        assert_eq!(circles_of(&files), ["src: error -> registry -> error"]);
    }

    #[test]
    fn what_lib_puts_together_may_not_need_what_lib_makes_of_it() {
        let files = [
            ("lib.rs", "mod commands; mod feeds; pub fn app() { feeds::router().merge(other::router()) }"),
            ("commands.rs", "use crate::app;"),
            ("feeds/mod.rs", "mod fetch;"),
            ("feeds/fetch.rs", "use crate::app;"),
            ("main.rs", "fn main() { crate::commands::run() }"),
        ];
        assert_eq!(circles_of(&files), ["src: feeds -> lib.rs -> feeds"]);
        assert_eq!(circles_of(&files[..3]), [""; 0]);
    }

    #[test]
    fn the_front_of_a_program_hides_nothing_of_the_library_s() {
        let files = [
            ("lib.rs", "mod error; mod registry; pub use registry::Registry;"),
            ("error.rs", "use crate::Registry;"),
            ("main.rs", "fn main() {}"),
            ("registry.rs", "use crate::error::Error;"),
        ];
        assert_eq!(circles_of(&files), ["src: error -> registry -> error"]);
    }

    #[test]
    fn a_folder_and_its_files_tests_and_other_crates_are_no_circle() {
        let files = [
            ("lib.rs", "mod a; mod b; pub fn run() { a::go() }"),
            ("a/mod.rs", "mod x; use x::X; pub struct A;"),
            ("a/x.rs", "use super::A; use std::fmt; use serde::b::B;"),
            ("b.rs", "use crate::a::A; // use crate::a::x::X\n"),
            ("a/y.rs", "pub fn y() {}\n#[cfg(test)]\nmod tests {\n use crate::b::B;\n}\n"),
        ];
        assert_eq!(circles_of(&files), [""; 0]);
    }

    #[test]
    fn only_a_folder_that_the_architecture_names_may_have_one() {
        let circle = |folder: &str, is_root| Circle { folder: folder.into(), is_root, steps: Vec::new() };
        let text = "- `server/src/store/` has an import circle: both halves of one transaction.";
        assert!(circle("server/src/store", false).has_reason(text));
        assert!(!circle("server/src/feeds", false).has_reason(text));
        assert!(!circle("server/src/store", true).has_reason(text));
    }
}
