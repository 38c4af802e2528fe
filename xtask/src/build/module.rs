//! The WebAssembly modules: Rust with a std rebuilt for size, its glue, and wasm-opt.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, anyhow};
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

use super::part::{self, Needs};
use super::{glue, order};
use crate::fingerprint::{self, Fingerprint};
use crate::progress::step;
use crate::toolchain::WASM;
use crate::workspace::{cache, root, target};
use crate::{node, process};

/// A panic is an `unreachable` without words: the loader puts the plain links in the widget's place. Neither the
/// messages of panics nor the file names they would name are sent to a telephone, nor is what `{:?}` would print.
const RUSTFLAGS: &[&str] = &[
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Zlocation-detail=none",
    "-Zfmt-debug=none",
    "--cfg=getrandom_backend=\"wasm_js\"",
];

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
    "--strip-producers",
    "--strip-target-features",
    // The compiler has the stack laid at the beginning, so that its last kilobyte is what is never written: 1 % smaller.
    "--low-memory-unused",
];

/// What the linker is told, and the compiler, of a module that is cut in two: its relocations and its symbols stay in it.
const CUT: &[&str] = &["--", "-Clink-arg=--emit-relocs", "-Cstrip=none"];

/// One file: with the JavaScript that the widget's own Rust imports.
const MINIFY: &[&str] = &[
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=chrome96,firefox94,safari15",
    "--legal-comments=none",
    "--charset=utf8",
];

/// A WebAssembly module of ours.
pub struct Module {
    /// Its files' name.
    pub name: &'static str,
    package: &'static str,
    features: &'static [&'static str],
    /// What it is made of, beside the workspace's own files.
    sources: &'static [&'static str],
    /// The script in front of the glue.
    script: &'static str,
    /// wasm-opt's passes.
    passes: &'static [&'static str],
    /// What the names of functions contain behind which its part is: a file of its own, fetched when it is needed. None: it has no part.
    entrances: &'static [&'static str],
}

/// The application.
pub const APP: Module = Module {
    name: "app",
    package: "alentour",
    features: &[],
    sources: &["src", "model/src", "texts/src", "streams/src"],
    script: "embed/application.mjs",
    // Control flow taken apart and put together anew, then two rounds: 2 % smaller than one round alone.
    passes: &["--flatten", "--rereloop", "-Oz", "-Oz"],
    // Both manglings of the compiler's write paths like this.
    entrances: &["8alentour6signup4form8contents", "8alentour7browser7sending6sender"],
};

/// Other people's formats, for a page that names such a feed.
pub const FORMATS: Module = Module {
    name: "formats",
    package: "alentour-reader",
    features: &[],
    sources: &["reader/src", "formats/src", "model/src"],
    script: "reader/src/reader.mjs",
    // The rest would take minutes for modules of this size.
    passes: &["-Oz"],
    entrances: &[],
};

/// The same with iCalendar.
pub const CALENDAR: Module = Module { name: "calendar", features: &["calendar"], ..FORMATS };

/// A module that has been built.
pub struct Built {
    /// The optimised WebAssembly.
    pub wasm: Vec<u8>,
    /// Its part, where it has one.
    pub part: Option<Vec<u8>>,
    /// Where its script is.
    script: PathBuf,
    /// Changes whenever what it was built from does.
    pub fingerprint: String,
}

/// Builds modules, or takes the last ones where nothing they are made of has changed. While one is compiled, the one before is
/// optimised.
///
/// # Errors
/// When one cannot be compiled or optimised.
pub fn build<const N: usize>(modules: [&Module; N]) -> anyhow::Result<[Built; N]> {
    thread::scope(|scope| {
        let mut under_way = Vec::new();
        for module in modules {
            let compiled = module.compiled()?;
            under_way.push(scope.spawn(move || compiled.optimised()));
        }
        let built: anyhow::Result<Vec<_>> = under_way
            .into_iter()
            .map(|thread| thread.join().map_err(|_| anyhow!("a building thread panicked"))?)
            .collect();
        built?.try_into().map_err(|_| anyhow!("a module is missing"))
    })
}

/// A module between compiler and wasm-opt.
struct Compiled<'a> {
    module: &'a Module,
    dir: PathBuf,
    fingerprint: String,
    /// What its part needs; known where it was compiled just now.
    needs: Option<Needs>,
}

impl Module {
    /// Compiles it and writes its glue, unless what is there is of the same sources.
    fn compiled(&self) -> anyhow::Result<Compiled<'_>> {
        let (dir, fingerprint) = (cache().join(self.name), self.inputs()?);
        let mut compiled = Compiled { module: self, dir, fingerprint, needs: None };
        if !compiled.is_known() {
            let raw = step(&format!("compile to WebAssembly: {}", self.name), || self.compile())?;
            let mut wasm = fs::read(&raw).with_context(|| format!("{} cannot be read", raw.display()))?;
            if !self.entrances.is_empty() {
                let needs = part::of(&wasm, self.entrances)?;
                wasm = part::marked(&wasm, &needs.functions)?;
                compiled.needs = Some(needs);
            }
            let dir = &compiled.dir;
            step(&format!("write the glue (wasm-bindgen): {}", self.name), || bind(wasm, dir))?;
            fs::copy(root().join(self.script), compiled.script())
                .with_context(|| format!("{} cannot be copied", self.script))?;
        }
        Ok(compiled)
    }

    fn inputs(&self) -> anyhow::Result<String> {
        let root = root();
        let mut inputs = Fingerprint::new();
        for source in self.sources {
            inputs = inputs.dir(&root.join(source))?;
        }
        inputs = inputs.file(&root.join(self.script))?;
        if !self.entrances.is_empty() {
            inputs = inputs.dir(&root.join("xtask/src/build/part"))?;
        }
        for manifest in [
            "Cargo.toml",
            "model/Cargo.toml",
            "texts/Cargo.toml",
            "streams/Cargo.toml",
            "formats/Cargo.toml",
            "reader/Cargo.toml",
        ] {
            inputs = inputs.file(&root.join(manifest))?;
        }
        inputs
            .file(&root.join("Cargo.lock"))?
            .file(&root.join("rust-toolchain.toml"))?
            .file(&root.join("package-lock.json"))?
            .file(&root.join("xtask/src/build/module.rs"))?
            .file(&root.join("xtask/src/build/glue.rs"))?
            .file(&root.join("xtask/src/build/order.rs"))
            .map(Fingerprint::finish)
    }

    /// Compiles the package in a target directory of the modules' own: other flags than the tests', and a lock of
    /// its own, so that neither throws the other's work away.
    fn compile(&self) -> anyhow::Result<PathBuf> {
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
            .args(["rustc", "--package", self.package, "--features", &self.features.join(",")])
            .args(["--lib", "--profile", "widget", "--target", WASM])
            .args(STD)
            .arg("--target-dir")
            .arg(&dir)
            .args(if self.entrances.is_empty() { &[] } else { CUT })
            .env("RUSTC_BOOTSTRAP", "1")
            // With `--target` these reach the module and its std, and neither build scripts nor procedural macros.
            .env("CARGO_ENCODED_RUSTFLAGS", RUSTFLAGS.join("\u{1f}"));
        process::run(&mut cargo, "install rustup from https://rustup.rs")?;
        Ok(dir.join(WASM).join("widget").join(self.package.replace('-', "_")).with_extension("wasm"))
    }
}

impl Compiled<'_> {
    fn wasm(&self) -> PathBuf {
        self.dir.join("optimised.wasm")
    }

    fn part(&self) -> PathBuf {
        self.dir.join("part.wasm")
    }

    /// Where its script is, beside the glue.
    fn script(&self) -> PathBuf {
        self.dir.join("script.mjs")
    }

    fn is_known(&self) -> bool {
        fingerprint::is_known(self.module.name, &self.fingerprint)
            && self.wasm().is_file()
            && self.script().is_file()
            && (self.module.entrances.is_empty() || self.part().is_file())
    }

    fn optimised(self) -> anyhow::Result<Built> {
        let (wasm, part, script) = (self.wasm(), self.part(), self.script());
        let read = |path: &Path| fs::read(path).with_context(|| format!("{} cannot be read", path.display()));
        let write = |path: &Path, bytes: Vec<u8>| {
            fs::write(path, bytes).with_context(|| format!("{} cannot be written", path.display()))
        };
        if !self.is_known() {
            let mut optimise = node::tool("wasm-opt");
            optimise.args(OPTIMISE).args(self.module.passes).arg(self.dir.join("glue_bg.wasm"));
            // The names say what is the part's.
            optimise.arg(if self.needs.is_some() { "-g" } else { "--strip-debug" }).arg("-o").arg(&wasm);
            step(&format!("optimise (wasm-opt): {}", self.module.name), || node::output(&mut optimise))?;
            let mut bytes = read(&wasm)?;
            if let Some(needs) = &self.needs {
                let [first, second] = part::cut(&bytes, needs)?;
                bytes = first;
                write(&part, order::sorted(&second)?)?;
            }
            write(&wasm, order::sorted(&bytes)?)?;
            fingerprint::remember(self.module.name, &self.fingerprint)?;
        }
        let part = if self.module.entrances.is_empty() { None } else { Some(read(&part)?) };
        Ok(Built { wasm: read(&wasm)?, part, script, fingerprint: self.fingerprint })
    }
}

impl Built {
    /// Its ES module in one minified file. `given`: what stands for the names in it, as JSON.
    pub fn script(&self, given: &[(&str, serde_json::Value)]) -> anyhow::Result<Vec<u8>> {
        let given = given.iter().map(|(name, value)| format!("--define:{name}={value}"));
        let script = node::output(node::tool("esbuild").args(MINIFY).args(given).arg(&self.script))?;
        Ok(own_names(&script).into_bytes())
    }
}

/// The script with its loops over names going through an object's own. esbuild's helper for namespaces takes `for ... in`, which also finds
/// what a page has put on `Object.prototype`, and fails for what is no function there.
fn own_names(script: &str) -> String {
    const LOOP: &str = "for(var ";
    let mut parts = script.split(LOOP);
    let mut mended = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let head = part.split_once(')').and_then(|(head, rest)| Some((head.split_once(" in ")?, rest)));
        mended += LOOP;
        match head {
            Some(((name, object), rest)) => mended += &format!("{name} of Object.keys({object})){rest}"),
            None => mended += part,
        }
    }
    mended
}

fn bind(wasm: Vec<u8>, dir: &Path) -> anyhow::Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("{} cannot be emptied", dir.display()))?;
    }
    fs::create_dir_all(dir).with_context(|| format!("{} cannot be made", dir.display()))?;
    let generate = || {
        Bindgen::new()
            .input_bytes("glue", wasm)
            .out_name("glue")
            .web(true)?
            .typescript(false)
            .omit_default_module_path(true)
            .demangle(false)
            .remove_producers_section(true)
            // Every browser that has reference types has `TextEncoder.encodeInto`.
            .encode_into(EncodeInto::Always)
            .generate(dir)
    };
    generate().map_err(|error| anyhow!("wasm-bindgen failed: {error:#}"))?;
    let (js, wasm) = (dir.join("glue.js"), dir.join("glue_bg.wasm"));
    let text = fs::read_to_string(&js).with_context(|| format!("{} cannot be read", js.display()))?;
    let mut module =
        walrus::Module::from_file(&wasm).with_context(|| format!("{} cannot be read", wasm.display()))?;
    let text = glue::trim(&text, &mut module)?;
    fs::write(&js, text).with_context(|| format!("{} cannot be written", js.display()))?;
    fs::write(&wasm, module.emit_wasm()).with_context(|| format!("{} cannot be written", wasm.display()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn loops_go_through_own_names() {
        let script = "for(var e in t)r(e,t[e]);for(var i=0;i<2;i++)f(i in t);for(let x of y)z(x)";
        let mended =
            "for(var e of Object.keys(t))r(e,t[e]);for(var i=0;i<2;i++)f(i in t);for(let x of y)z(x)";
        assert_eq!(own_names(script), mended);
    }

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
