//! `cargo xtask build`: from the sources to `dist/`, as `docs/ARCHITECTURE.md` lays it out under "The bundle".

mod bundle;
mod glue;
mod loader;
mod messages;
mod module;
pub mod npm;
mod order;
mod part;
pub mod plugins;
mod shards;
mod words;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context;
use clap::Args;

use crate::fingerprint::{self, Fingerprint, integrity};
use crate::process;
use crate::progress::{note, seconds, step};
use crate::workspace::{dist, root, target};
use crate::{node, toolchain};
use module::{APP, Built, CALENDAR, FORMATS};

#[derive(Args, Default)]
pub struct Options {
    /// Also build the release binary of the server, with the bundle inside
    #[arg(long)]
    server: bool,
}

/// Builds the bundle, and the server when asked to.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let start = Instant::now();
    bundle()?;
    if options.server {
        server(true)?;
    }
    note(format!("done in {}", seconds(start.elapsed())));
    Ok(())
}

/// Brings `dist/` up to date with the sources.
///
/// # Errors
/// Names the tool that is missing, or passes on what the failing one said.
pub fn bundle() -> anyhow::Result<()> {
    toolchain::ensure()?;
    node::ensure()?;
    let [app, formats, calendar] = module::build([&APP, &FORMATS, &CALENDAR])?;
    let shards = shards::build()?;

    let inputs = inputs(&[&app, &formats, &calendar], &shards)?;
    if fingerprint::is_known("bundle", &inputs) && bundle::is_complete() {
        note(format!("{} is up to date", dist().display()));
        return Ok(());
    }
    step("write dist/", || {
        let mut bundle = bundle::Bundle::default();
        let mut manifest = loader::Manifest::new(env!("CARGO_PKG_VERSION"));
        manifest.wasm = checked(bundle.add_hashed("app", "wasm", app.wasm.clone())?, &app.wasm);
        let calendar = bundle.add_module(&CALENDAR, &calendar, None)?;
        manifest.formats = bundle.add_module(&FORMATS, &formats, Some(&calendar))?;
        for (lang, texts) in messages::texts("widget.txt")? {
            let name =
                bundle.add_hashed(&format!("messages-{lang}"), "txt", texts.join("\n").into_bytes())?;
            manifest.messages.insert(lang, name);
        }
        let form = app.part.clone().context("the application has no part")?;
        let form = checked(bundle.add_hashed("app.form", "wasm", form.clone())?, &form);
        let mut words = BTreeMap::new();
        for (lang, text) in words::compile(manifest.messages.keys())? {
            let name = bundle.add_hashed(&format!("words-{lang}"), "txt", text.into_bytes())?;
            words.insert(lang, name);
        }
        manifest.app = bundle.add_hashed(
            "app",
            "js",
            app.script(&[
                ("__FORM__", form.into()),
                ("__STYLE__", loader::rest_style_sheet()?.into()),
                ("__WORDS__", serde_json::to_value(words).context("names cannot be written")?),
            ])?,
        )?;
        manifest.rare = bundle.add_hashed("rare", "js", loader::rare()?)?;
        manifest.words = messages::loader(&manifest.messages)?;
        manifest.gazetteer = bundle.add_hashed_dir("gazetteer", &shards.path)?;
        manifest.css = loader::style_sheet()?;
        bundle.add_hashed("pages", "css", loader::page_style_sheet()?.into_bytes())?;
        bundle.add("v1/alentour.js", loader::script(manifest)?);
        bundle.add("v1/frame.js", loader::frame("outside")?);
        bundle.add_hashed("frame", "js", loader::frame("inside")?)?;
        bundle.add_hashed("card", "js", loader::frame("card")?)?;
        bundle.add_file("v1/alentour.d.ts", &root().join("embed/alentour.d.ts"))?;
        bundle.add_file("v1/custom-elements.json", &root().join("embed/custom-elements.json"))?;
        for (name, archive) in plugins::archives()? {
            bundle.add(&name, archive);
        }
        bundle.add(npm::NAME, npm::archive()?);
        bundle.add_file("index.html", &root().join("index.html"))?;
        bundle.write()
    })?;
    fingerprint::remember("bundle", &inputs)
}

/// The name of a module, with what its bytes must be.
fn checked(name: String, bytes: &[u8]) -> String {
    [&name, "#", &integrity(bytes)].concat()
}

/// Builds the server with `dist/` inside, and says where its binary is.
///
/// # Errors
/// When it cannot be compiled.
pub fn server(release: bool) -> anyhow::Result<PathBuf> {
    let (profile, args): (_, &[&str]) = if release { ("release", &["--release"]) } else { ("debug", &[]) };
    compile_server(profile, &[&["build", "--package", "alentour-server", "--bin", "alentour"], args].concat())
}

/// Builds it as `cargo test --workspace` does, in the same target directory: by itself it would be compiled with fewer features of
/// what it shares with the rest, and eighty packages twice.
///
/// # Errors
/// When it cannot be compiled.
pub fn tested_server() -> anyhow::Result<PathBuf> {
    compile_server("debug", &["test", "--workspace", "--no-run", "--quiet"])
}

/// Builds it optimised, together with its examples, the yardsticks: they use packages that only tests do, and building one after the
/// other would compile what both use twice.
///
/// # Errors
/// When it cannot be compiled.
pub fn measured_server() -> anyhow::Result<PathBuf> {
    compile_server("release", &["build", "--package", "alentour-server", "--bins", "--examples", "--release"])
}

fn compile_server(profile: &str, args: &[&str]) -> anyhow::Result<PathBuf> {
    let mut cargo = process::cargo()?;
    cargo.args(args).arg("--target-dir").arg(target());
    step(&format!("compile the server ({profile})"), || {
        process::run(&mut cargo, "install rustup from https://rustup.rs")
    })?;
    let binary = target().join(profile).join("alentour");
    note(format!("the server is {}", binary.display()));
    Ok(binary)
}

/// Everything that `dist/` is made of.
fn inputs(modules: &[&Built], shards: &shards::Shards) -> anyhow::Result<String> {
    let root = root();
    let modules: Vec<&str> = modules.iter().map(|module| module.fingerprint.as_str()).collect();
    Fingerprint::new()
        .text(env!("CARGO_PKG_VERSION"))
        .text(loader::OPTIONS)
        .text(&modules.join(" "))
        .text(&shards.fingerprint)
        .dir(&root.join("xtask/src/build"))?
        .dir(&root.join("texts"))?
        .dir(&words::folder())?
        .dir(&root.join("style"))?
        .dir(&root.join("embed"))?
        .file(&root.join(loader::PAGE_STYLE))?
        .file(&root.join("index.html"))?
        .file(&root.join("LICENSE-APACHE"))?
        .file(&root.join("LICENSE-MIT"))?
        .file(&root.join("package-lock.json"))
        .map(Fingerprint::finish)
}
