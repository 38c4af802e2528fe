//! The application: Rust to WebAssembly with a std rebuilt for size, its glue, and wasm-opt.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use walrus::Module;
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

use super::glue;
use crate::fingerprint::{self, Fingerprint};
use crate::progress::step;
use crate::toolchain::WASM;
use crate::workspace::{cache, root, target};
use crate::{node, process};

/// A panic is an `unreachable` without words: the loader puts the plain links in the widget's place. Neither the
/// messages of panics nor the file names they would name are sent to a telephone, nor is what `{:?}` would print.
const RUSTFLAGS: &[&str] =
    &["-Zunstable-options", "-Cpanic=immediate-abort", "-Zlocation-detail=none", "-Zfmt-debug=none"];

/// std again, optimised like the rest: saves a fifth. The pinned stable compiler does it with `RUSTC_BOOTSTRAP`.
const STD: &[&str] = &["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];

/// Named one by one: with `--all-features` a new binaryen writes compact imports, which browsers refuse.
/// Each is in Chrome 96, Firefox 79 and Safari 15.
const OPTIMISE: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    // Control flow taken apart and put together anew, then two rounds: 2 % smaller than one round alone.
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// One file: with the JavaScript that the widget's own Rust imports.
const MINIFY: &[&str] = &[
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=chrome96,firefox94,safari15",
    "--legal-comments=none",
    "--charset=utf8",
];

/// The two files of the application.
pub struct App {
    /// The ES module that instantiates and wraps the WebAssembly.
    pub glue: Vec<u8>,
    pub wasm: Vec<u8>,
}

/// Builds the application, or takes the last one when nothing it is made of has changed.
pub fn build() -> anyhow::Result<App> {
    let dir = cache().join("app");
    let inputs = inputs()?;
    if !(fingerprint::is_known("app", &inputs)
        && dir.join("app.js").is_file()
        && dir.join("app.wasm").is_file())
    {
        let raw = step("compile the widget to WebAssembly", compile)?;
        step("write the glue (wasm-bindgen)", || bind(&raw, &dir))?;
        step("optimise (wasm-opt -Oz, esbuild)", || optimise(&dir))?;
        fingerprint::remember("app", &inputs)?;
    }
    let read =
        |name: &str| fs::read(dir.join(name)).with_context(|| format!("{} cannot be read", dir.display()));
    Ok(App { glue: read("app.js")?, wasm: read("app.wasm")? })
}

fn inputs() -> anyhow::Result<String> {
    let root = root();
    Fingerprint::new()
        .dir(&root.join("src"))?
        .dir(&root.join("model/src"))?
        .file(&root.join("model/Cargo.toml"))?
        .file(&root.join("Cargo.toml"))?
        .file(&root.join("Cargo.lock"))?
        .file(&root.join("rust-toolchain.toml"))?
        .file(&root.join("package-lock.json"))?
        .file(&root.join("xtask/src/build/app.rs"))?
        .file(&root.join("xtask/src/build/glue.rs"))
        .map(Fingerprint::finish)
}

/// Compiles the package `alentour`, in a target directory of its own: other flags than the tests', and a lock of
/// its own, so that neither throws the other's work away.
fn compile() -> anyhow::Result<PathBuf> {
    let dir = target().join("widget");
    let mut cargo = process::cargo()?;
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.ends_with("RUSTFLAGS")
            || text.starts_with("CARGO_PROFILE_")
            || text.starts_with("CARGO_BUILD_")
        {
            cargo.env_remove(&name);
        }
    }
    cargo
        .args(["build", "--package", "alentour", "--lib", "--profile", "widget", "--target", WASM])
        .args(STD)
        .arg("--target-dir")
        .arg(&dir)
        .env("RUSTC_BOOTSTRAP", "1")
        // With `--target` these reach the widget and its std, and neither build scripts nor procedural macros.
        .env("CARGO_ENCODED_RUSTFLAGS", RUSTFLAGS.join("\u{1f}"));
    process::run(&mut cargo, "install rustup from https://rustup.rs")?;
    Ok(dir.join(WASM).join("widget/alentour.wasm"))
}

fn bind(raw: &Path, dir: &Path) -> anyhow::Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("{} cannot be emptied", dir.display()))?;
    }
    fs::create_dir_all(dir).with_context(|| format!("{} cannot be made", dir.display()))?;
    let generate = || {
        Bindgen::new()
            .input_path(raw)
            .out_name("glue")
            .web(true)?
            .typescript(false)
            .omit_default_module_path(true)
            .remove_name_section(true)
            .remove_producers_section(true)
            // Every browser that has reference types has `TextEncoder.encodeInto`.
            .encode_into(EncodeInto::Always)
            .generate(dir)
    };
    generate().map_err(|error| anyhow!("wasm-bindgen failed: {error:#}"))?;
    let (js, wasm) = (dir.join("glue.js"), dir.join("glue_bg.wasm"));
    let text = fs::read_to_string(&js).with_context(|| format!("{} cannot be read", js.display()))?;
    let mut module =
        Module::from_file(&wasm).with_context(|| format!("{} cannot be read", wasm.display()))?;
    let text = glue::trim(&text, &mut module)?;
    fs::write(&js, text).with_context(|| format!("{} cannot be written", js.display()))?;
    fs::write(&wasm, module.emit_wasm()).with_context(|| format!("{} cannot be written", wasm.display()))
}

fn optimise(dir: &Path) -> anyhow::Result<()> {
    let (raw, wasm) = (dir.join("glue_bg.wasm"), dir.join("app.wasm"));
    node::output(node::tool("wasm-opt").args(OPTIMISE).arg(&raw).arg("-o").arg(&wasm))?;
    let glue = node::output(node::tool("esbuild").args(MINIFY).arg(dir.join("glue.js")))?;
    fs::write(dir.join("app.js"), glue).with_context(|| format!("{} cannot be written", dir.display()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The versions that the lockfile has of a package.
    fn locked(name: &str) -> BTreeSet<String> {
        let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
        let lock: toml::Table = toml::from_str(&lock).unwrap();
        let packages = lock["package"].as_array().unwrap();
        packages
            .iter()
            .filter(|package| package["name"].as_str() == Some(name))
            .map(|package| package["version"].as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn the_glue_is_written_by_the_version_that_compiled_the_widget() {
        let compiled = locked("wasm-bindgen");
        assert_eq!(compiled.len(), 1, "{compiled:?}");
        assert_eq!(compiled, locked("wasm-bindgen-cli-support"));
    }
}
