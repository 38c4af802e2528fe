//! `alentour.js`: the tag, with the style sheet and the names of everything else inside.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use alentour_model::{Cause, Kind};
use anyhow::{Context, bail};
use serde::Serialize;

use super::messages;
use crate::fingerprint::{files, sha256};
use crate::node;
use crate::workspace::root;

/// What esbuild is told: the files of `embed/` become one classic script, for `document.currentScript`; wrapped, so that nothing
/// global leaks.
pub const OPTIONS: &str = "--bundle --minify --format=iife --target=chrome96,firefox94,safari15 --legal-comments=none --charset=utf8";

/// What stands for `__ALENTOUR__` in `embed/loading.js`. Paths are relative to the script's own.
#[derive(Default, Serialize)]
pub struct Manifest {
    /// Of the loader and its application: two versions on one page do not mix.
    pub version: String,
    pub app: String,
    /// With what its bytes must be behind a `#`, for tags that are checked themselves (`integrity`).
    pub wasm: String,
    pub css: String,
    /// The script that reads other people's formats.
    pub formats: String,
    /// The script with what only few pages need.
    pub rare: String,
    /// By language.
    pub messages: BTreeMap<String, String>,
    /// What is said before the application is there and where it does not come, by language.
    pub words: BTreeMap<String, [String; 2]>,
    /// With its last `/`; empty where the gazetteer has not been made.
    pub gazetteer: String,
}

impl Manifest {
    pub fn new(version: &str) -> Self {
        Self { version: version.to_owned(), ..Self::default() }
    }
}

/// The loader's own style sheet, then that of the list.
pub fn style_sheet() -> anyhow::Result<String> {
    let mut sources = vec![root().join("embed/skeleton.css")];
    sources.extend(style("list")?);
    minified(&sources)
}

/// The style sheet of all else, which comes with the application.
pub fn rest_style_sheet() -> anyhow::Result<String> {
    minified(&style("rest")?)
}

/// The style sheet of the views on pages of their own: all of `style/`, then what stands around them there.
pub fn page_style_sheet() -> anyhow::Result<String> {
    let mut sources = style("list")?;
    sources.extend(style("rest")?);
    sources.push(root().join(PAGE_STYLE));
    minified(&sources)
}

/// What stands around the views on pages of their own.
pub const PAGE_STYLE: &str = "server/src/initiatives/pages.css";

/// The style sheets of a folder, by name.
fn style(folder: &str) -> anyhow::Result<Vec<PathBuf>> {
    let all = files(&root().join("style").join(folder))?.into_iter();
    Ok(all.filter(|path| path.extension().is_some_and(|e| e == "css")).collect())
}

fn minified(sources: &[PathBuf]) -> anyhow::Result<String> {
    let mut text = String::new();
    for path in sources {
        text += &read(path)?;
        text.push('\n');
    }
    let minified = esbuild(&["--loader=css", "--minify", "--target=chrome96,firefox94,safari15"], &text)?;
    Ok(minified.trim().to_owned())
}

/// The minified script. The version gets a hash of everything in it, so that two builds differ.
pub fn script(mut manifest: Manifest) -> anyhow::Result<Vec<u8>> {
    let folder = root().join("embed");
    let mut source = String::new();
    // Not those of the folders in it: they are files of their own.
    for path in files(&folder)?.iter().filter(|path| path.parent() == Some(&folder)) {
        if path.extension().is_some_and(|ending| ending == "js") {
            source += &read(path)?;
        }
    }
    let json = |manifest: &Manifest| serde_json::to_string(manifest).context("the names cannot be written");
    let digest = sha256(format!("{}{source}", json(&manifest)?).as_bytes());
    manifest.version = format!("{}+{}", manifest.version, digest.get(..7).unwrap_or_default());
    let define = format!("--define:__ALENTOUR__={}", json(&manifest)?);
    let mut arguments: Vec<&str> = OPTIONS.split(' ').collect();
    arguments.push(&define);
    let entry = read(&root().join("embed/alentour.js"))?;
    Ok(around_first_page(&esbuild(&arguments, &entry)?).into_bytes())
}

/// What only few pages need of the loader, as a module: `embed/rare/`, with its texts, and what people call kinds and causes, by language.
pub fn rare() -> anyhow::Result<Vec<u8>> {
    let words: BTreeMap<_, _> = messages::texts("rare.txt")?.into_iter().collect();
    let mut names = BTreeMap::new();
    for lang in words.keys() {
        let labels = messages::parse(&read(&root().join(format!("texts/{lang}/widget.txt")))?)?;
        let named = |words: Vec<&str>| -> BTreeMap<String, String> {
            let labels = labels.iter().filter(|(key, _)| words.contains(&key.as_str()));
            labels.map(|(word, name)| (name.clone(), word.clone())).collect()
        };
        let kinds = named(Kind::ALL.iter().map(Kind::as_str).collect());
        let causes = named(Cause::ALL.iter().map(Cause::as_str).collect());
        names.insert(lang, BTreeMap::from([("kinds", kinds), ("causes", causes)]));
    }
    let json = |value: serde_json::Result<String>| value.context("the texts cannot be written");
    let words = format!("--define:__WORDS__={}", json(serde_json::to_string(&words))?);
    let names = format!("--define:__NAMES__={}", json(serde_json::to_string(&names))?);
    let style = read(&root().join("style/list/base.css"))?;
    let accent = format!("--define:__ACCENT__={}", json(serde_json::to_string(token(&style, "accent")?))?);
    let fill = format!("--define:__FILL__={}", json(serde_json::to_string(token(&style, "fill")?))?);
    let mut arguments: Vec<&str> = OPTIONS.split(' ').filter(|option| *option != "--format=iife").collect();
    arguments.extend(["--format=esm", &words, &names, &accent, &fill]);
    Ok(esbuild(&arguments, "export * from './rare/index.js'")?.into_bytes())
}

/// What a style sheet says last of a design token: what browsers have it that know relative colours.
fn token<'a>(style: &'a str, name: &str) -> anyhow::Result<&'a str> {
    let declared = style.rsplit_once(&format!("--{name}: ")).and_then(|(_, rest)| rest.split_once(';'));
    Ok(declared.with_context(|| format!("--{name} is declared nowhere"))?.0)
}

/// A script of `embed/frame/`, which runs by itself.
pub fn frame(name: &str) -> anyhow::Result<Vec<u8>> {
    let arguments: Vec<&str> = OPTIONS.split(' ').collect();
    Ok(esbuild(&arguments, &format!("import './frame/{name}.js'"))?.into_bytes())
}

/// The script, with a place at its very end for the first page of results: a server that knows the query puts it instead of `null`
/// (`Loader` in the server's `first_page`). It is `__FIRST__` in `embed/`.
fn around_first_page(script: &str) -> String {
    format!("(__FIRST__=>{{{}}})(null);\n", script.trim_end())
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// Runs esbuild on a text, as if it stood in `embed/`. A warning fails the build: it is a typing error in a style sheet, more often than not.
fn esbuild(arguments: &[&str], input: &str) -> anyhow::Result<String> {
    let mut esbuild = node::tool("esbuild");
    esbuild.args(arguments).arg("--log-level=warning");
    let mut child = esbuild
        .current_dir(root().join("embed"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("esbuild is missing: delete node_modules and run `cargo xtask build` again")?;
    let mut stdin = child.stdin.take().context("esbuild takes no input")?;
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().context("esbuild was interrupted")?;
    let _ = writer.join();
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() || !said.trim().is_empty() {
        bail!("esbuild found a fault\n{said}");
    }
    String::from_utf8(output.stdout).context("esbuild did not print UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loader_knows_every_kind_and_cause_that_the_model_has() {
        let asked = read(&root().join("embed/asked.js")).unwrap();
        let words = asked.lines().find_map(|line| line.split_once("((")).unwrap().1;
        let known: Vec<_> = words.split(')').next().unwrap().split('|').collect();
        let all = Kind::ALL.iter().map(Kind::as_str).chain(Cause::ALL.iter().map(Cause::as_str));
        assert_eq!(known, all.collect::<Vec<_>>());
    }
}
