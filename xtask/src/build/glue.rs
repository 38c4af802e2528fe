//! Less glue: wasm-bindgen's output without what no page ever calls, and with short names.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use anyhow::{Context, bail};
use walrus::Module;

/// What the module calls its glue.
const ITSELF: &str = "./glue_bg.js";

/// How the module is started, in place of wasm-bindgen's own functions for it, which take a dozen things that no page of ours gives.
/// Whoever calls it calls it once. By the type that the server names, and not by `instanceof Response`, a name that a page may have given to something else.
const START: &str = "\
export default async ({ module_or_path }) => {
    const response = await module_or_path;
    const isStreamed = WebAssembly.instantiateStreaming && response.headers.get('content-type') === 'application/wasm';
    const { instance, module } = await (isStreamed
        ? WebAssembly.instantiateStreaming(response, __wbg_get_imports())
        : WebAssembly.instantiate(await response.arrayBuffer(), __wbg_get_imports()));
    return __wbg_finalize_init(instance, module);
};
";

/// Another crate of Leptos's exports this one, for a tool of Leptos's own.
const MARKER: &str = "_WASM_SPLIT_MARKER_";

/// Removes the unused exports from the module, and the names of the imports from both sides: each ends in 16 random hex
/// digits, which no compression makes smaller. Returns the glue to go with it.
///
/// # Errors
/// When the glue is not laid out as the pinned wasm-bindgen lays it out.
pub fn trim(js: &str, module: &mut Module) -> anyhow::Result<String> {
    let js = with_own_start(js)?;
    let markers: Vec<_> = module
        .exports
        .iter()
        .filter(|export| export.name.starts_with(MARKER))
        .map(walrus::Export::id)
        .collect();
    for marker in markers {
        module.exports.delete(marker);
    }
    walrus::passes::gc::run(module);
    let mut names = BTreeMap::new();
    // What is taken from a script of our own as it is keeps the name that it has there.
    for (index, import) in module.imports.iter_mut().filter(|import| import.module == ITSELF).enumerate() {
        names.insert(mem::replace(&mut import.name, short(index)), short(index));
    }
    let js = rename_imports(&js, &names)?;
    let js = with_short_exports(&js, module);
    Ok(with_short_scripts(&js, module))
}

/// The name of that number: one letter, or more.
pub fn short(mut index: usize) -> String {
    const LETTERS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut name = String::new();
    loop {
        name.push(char::from(LETTERS[index % LETTERS.len()]));
        index /= LETTERS.len();
        if index == 0 {
            return name;
        }
    }
}

/// Gives the module's exports short names: those of closures are as long as their types.
fn with_short_exports(js: &str, module: &mut Module) -> String {
    let mut js = js.to_owned();
    for (index, export) in module.exports.iter_mut().enumerate() {
        let name = mem::replace(&mut export.name, short(index));
        js = renamed(&js, &format!("wasm.{name}"), &format!("wasm.{}", export.name));
    }
    js
}

/// The text with `long` replaced by `short` where it is not the beginning of a longer name.
fn renamed(js: &str, long: &str, short: &str) -> String {
    let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$');
    let mut parts = js.split(long);
    let mut renamed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        renamed += if goes_on(part) { long } else { short };
        renamed += part;
    }
    renamed
}

/// Gives the scripts that the module imports from short names: each import says its own again.
fn with_short_scripts(js: &str, module: &mut Module) -> String {
    let mut js = js.to_owned();
    let scripts: BTreeSet<_> = module.imports.iter().map(|import| import.module.clone()).collect();
    for (index, script) in scripts.iter().enumerate() {
        js = js.replace(&format!("\"{script}\": import"), &format!("{}: import", short(index)));
        for import in module.imports.iter_mut().filter(|import| import.module == *script) {
            import.module = short(index);
        }
    }
    js
}

/// The glue with [`START`] at its end.
fn with_own_start(js: &str) -> anyhow::Result<String> {
    let (glue, _) = js
        .split_once("async function __wbg_load(")
        .filter(|(_, start)| start.ends_with("\nexport { initSync, __wbg_init as default };\n"))
        .context("the glue does not end in its functions that start the module")?;
    Ok([glue, START].concat())
}

/// Renames the properties of the object of imports, and leaves out those that the module does not import.
fn rename_imports(js: &str, names: &BTreeMap<String, String>) -> anyhow::Result<String> {
    const HEAD: &str = "    const import0 = {\n        __proto__: null,\n";
    const TAIL: &str = "    };\n";
    let (before, rest) = js.split_once(HEAD).context("the glue has no object of imports")?;
    let (imports, after) =
        rest.split_once(&format!("\n{TAIL}")).context("the object of imports has no end")?;
    let mut out = format!("{before}{HEAD}");
    let mut keep = true;
    let mut renamed = 0;
    for line in imports.lines() {
        // An entry begins at the eighth column; what is deeper, or closes it, belongs to the one before.
        let name = line.strip_prefix("        ").and_then(|line| line.split_once(": ")).map(|(name, _)| name);
        let starts = name.filter(|name| name.starts_with("__wb") && !name.contains(' '));
        if let Some(name) = starts {
            let short = names.get(name);
            keep = short.is_some();
            if let Some(short) = short {
                out += &line.replacen(name, short, 1);
                out.push('\n');
                renamed += 1;
            }
        } else if keep {
            out += line;
            out.push('\n');
        }
    }
    if renamed != names.len() {
        bail!("the module has {} imports, and the glue {renamed} of them", names.len());
    }
    Ok(out + TAIL + after)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "function imports() {\n    const import0 = {\n        __proto__: null,\n        __wbg_a_01: function() { return f(function () {\n            \
        x();\n        }, arguments); },\n        __wbg_b_02: function(arg0) {\n            gone();\n        },\n        __wbindgen_c: function() {\n            \
        y();\n        },\n    };\n    return import0;\n}\n";

    #[test]
    fn the_module_is_started_our_way() {
        let js = "const a = 1;\nasync function __wbg_load(x) {}\nfunction initSync() {}\nexport { initSync, __wbg_init as default };\n";
        assert_eq!(with_own_start(js).unwrap(), format!("const a = 1;\n{START}"));
        assert!(with_own_start("const a = 1;\nexport { initSync };\n").is_err());
    }

    #[test]
    fn a_name_is_renamed_and_no_longer_one_that_begins_with_it() {
        let js = "wasm.a(wasm.ab, wasm.a);\nwasm.a$.a; wasm.a\n";
        assert_eq!(renamed(js, "wasm.a", "wasm.x"), "wasm.x(wasm.ab, wasm.x);\nwasm.a$.a; wasm.x\n");
    }

    #[test]
    fn imports_are_renamed_and_those_without_a_use_are_dropped() {
        let names = [("__wbg_a_01", "i0"), ("__wbindgen_c", "i1")];
        let names = names.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
        let js = rename_imports(GLUE, &names).unwrap();
        assert!(js.contains("        i0: function() { return f(function () {\n            x();\n        }, arguments); },\n"), "{js}");
        assert!(
            js.contains(
                "        i1: function() {\n            y();\n        },\n    };\n    return import0;\n"
            ),
            "{js}"
        );
        assert!(!js.contains("gone"), "{js}");
    }

    #[test]
    fn an_import_that_the_glue_lacks_is_an_error() {
        let names = [("__wbg_missing".to_owned(), "i0".to_owned())].into();
        assert!(rename_imports(GLUE, &names).is_err());
    }
}
