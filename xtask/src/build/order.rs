//! The order of a module's functions. Those of one type whose code begins alike stand side by side: brotli then says in a few bits how
//! far back the other is, which makes the widget's module 2 % smaller. What it does stays the same.

use std::convert::Infallible;

use anyhow::anyhow;
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{CodeSectionReader, FunctionSectionReader, Parser, Payload, TypeRef};

/// The module with its functions in that order.
///
/// # Errors
/// When it is no module that can be read.
pub fn sorted(wasm: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut order = Order::of(wasm)?;
    let mut module = Module::new();
    let written = order.parse_core_module(&mut module, Parser::new(0), wasm);
    written.map_err(|error| anyhow!("the module's functions cannot be put in order: {error}"))?;
    Ok(module.finish())
}

/// Where functions are, and where they go. Functions are numbered from the first one that is no import.
struct Order {
    imports: u32,
    /// By its new place: where a function was.
    was: Vec<usize>,
    /// By its old place: where it is now.
    becomes: Vec<u32>,
}

impl Order {
    fn of(wasm: &[u8]) -> anyhow::Result<Self> {
        let (mut imports, mut types, mut bodies) = (0, Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        imports += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::FunctionSection(section) => types = section.into_iter().collect::<Result<_, _>>()?,
                Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes().to_vec()),
                _ => {}
            }
        }
        let mut was: Vec<usize> = (0..bodies.len()).collect();
        was.sort_by_key(|old| (types.get(*old), bodies.get(*old)));
        let mut becomes = vec![0; was.len()];
        for (new, old) in (0..).zip(&was) {
            becomes[*old] = new;
        }
        Ok(Self { imports, was, becomes })
    }

    /// The entries of a section in the new order.
    fn ordered<T: Clone>(
        &self,
        entries: impl Iterator<Item = wasmparser::Result<T>>,
    ) -> wasmparser::Result<Vec<T>> {
        let entries = entries.collect::<Result<Vec<_>, _>>()?;
        Ok(self.was.iter().filter_map(|old| entries.get(*old).cloned()).collect())
    }
}

impl Reencode for Order {
    type Error = Infallible;

    fn function_index(&mut self, index: u32) -> Result<u32, Error<Infallible>> {
        let Some(own) = index.checked_sub(self.imports) else { return Ok(index) };
        Ok(self.becomes.get(own as usize).map_or(index, |new| self.imports + new))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        for kind in self.ordered(section.into_iter())? {
            functions.function(self.type_index(kind)?);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        for body in self.ordered(section.into_iter())? {
            self.parse_function_body(code, body)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{ExportKind, ExportSection, Function, TypeSection, ValType};

    use super::*;

    /// `first` gives 2 by calling the second function, `third` gives 1.
    fn module() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], [ValType::I32]);
        let (mut functions, mut exports, mut code) =
            (FunctionSection::new(), ExportSection::new(), CodeSection::new());
        for _ in 0..3 {
            functions.function(0);
        }
        exports.export("first", ExportKind::Func, 0);
        exports.export("third", ExportKind::Func, 2);
        let bodies: [fn(&mut Function); 3] = [
            |body| _ = body.instructions().call(1).end(),
            |body| _ = body.instructions().i32_const(2).end(),
            |body| _ = body.instructions().i32_const(1).end(),
        ];
        for write in bodies {
            let mut body = Function::new([]);
            write(&mut body);
            code.function(&body);
        }
        Module::new().section(&types).section(&functions).section(&exports).section(&code).clone().finish()
    }

    /// Number of each exported function, and the code of each function.
    fn read(wasm: &[u8]) -> (Vec<(String, u32)>, Vec<Vec<u8>>) {
        let (mut exports, mut bodies) = (Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.unwrap() {
                Payload::ExportSection(section) => {
                    exports.extend(
                        section.into_iter().map(|it| it.unwrap()).map(|it| (it.name.to_owned(), it.index)),
                    );
                }
                Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes().to_vec()),
                _ => {}
            }
        }
        (exports, bodies)
    }

    #[test]
    fn functions_are_called_by_their_new_numbers() {
        let (exports, bodies) = read(&sorted(&module()).unwrap());
        // No locals, then "call 2", "i32.const 1" and "i32.const 2", each with its end.
        assert_eq!(bodies, [vec![0, 0x10, 2, 0x0b], vec![0, 0x41, 1, 0x0b], vec![0, 0x41, 2, 0x0b]]);
        assert_eq!(exports, [("first".to_owned(), 0), ("third".to_owned(), 1)]);
    }
}
