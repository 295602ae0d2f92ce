//! The files of a crate, and which of them import which.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree};

/// The modules of one crate, by their paths below the crate (`["explain", "query"]`), and what each imports.
pub(super) struct Graph {
    imports: BTreeMap<Module, BTreeSet<Module>>,
}

pub(super) type Module = Vec<String>;

impl Graph {
    /// The graph of the sources in `src`. The crate's own root names what the crate offers, and is left out.
    pub(super) fn read(src: &Path) -> Self {
        let mut files = BTreeMap::new();
        collect(src, &mut Vec::new(), &mut files);
        let modules: BTreeSet<Module> = files.keys().cloned().collect();
        let imports = files
            .iter()
            .map(|(module, file)| {
                let mut reader = Reader { modules: &modules, at: module.clone(), depth: 0, found: BTreeSet::new() };
                reader.visit_file(file);
                reader.found.remove(module);
                (module.clone(), reader.found)
            })
            .collect();
        Self { imports }
    }

    /// How many files it has, and how many imports between them.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.imports.len(), self.imports.values().map(BTreeSet::len).sum())
    }

    /// The groups of files that import one another, directly or through others.
    pub(super) fn circles(&self) -> Vec<Vec<String>> {
        let reach: BTreeMap<_, _> = self.imports.keys().map(|from| (from, self.reachable(from))).collect();
        let mut circles = BTreeSet::new();
        for (from, reached) in &reach {
            if reached.contains(*from) {
                let circle = reached.iter().filter(|to| reach[*to].contains(*from));
                circles.insert(circle.map(|module| module.join("::")).collect::<Vec<_>>());
            }
        }
        circles.into_iter().collect()
    }

    fn reachable(&self, from: &Module) -> BTreeSet<Module> {
        let (mut reached, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(module) = open.pop() {
            for to in self.imports.get(module).into_iter().flatten() {
                if reached.insert(to.clone()) {
                    open.push(to);
                }
            }
        }
        reached
    }
}

fn collect(folder: &Path, at: &mut Module, files: &mut BTreeMap<Module, syn::File>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            at.push(name);
            collect(&path, at, files);
            at.pop();
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let mut module = at.clone();
            match name.as_str() {
                "lib" | "main" if at.is_empty() => continue,
                "mod" => {}
                _ => module.push(name),
            }
            let text = fs::read_to_string(&path).unwrap();
            files.insert(module, syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
        }
    }
}

/// Collects the modules that a file names.
struct Reader<'a> {
    modules: &'a BTreeSet<Module>,
    at: Module,
    /// How many inline modules are open.
    depth: usize,
    found: BTreeSet<Module>,
}

impl Reader<'_> {
    /// Takes in a path as it is written: `crate::…`, `self::…`, `super::…`, or the name of a child module.
    fn name(&mut self, path: &[String]) {
        let mut whole = match path.first().map(String::as_str) {
            Some("crate") => Vec::new(),
            Some("self" | "super") => self.at.clone(),
            Some(child) if self.depth == 0 && self.modules.contains(&[&self.at[..], &[child.to_owned()]].concat()) => {
                self.at.clone()
            }
            _ => return,
        };
        let mut inline = self.depth;
        for part in path {
            match part.as_str() {
                "crate" | "self" => {}
                "super" if inline > 0 => inline -= 1,
                "super" => drop(whole.pop()),
                part => whole.push(part.to_owned()),
            }
        }
        while !whole.is_empty() {
            if self.modules.contains(&whole) {
                self.found.insert(whole);
                return;
            }
            whole.pop();
        }
    }

    fn tree(&mut self, before: &mut Vec<String>, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.tree(before, &path.tree);
                before.pop();
            }
            UseTree::Name(name) => self.leaf(before, &name.ident.to_string()),
            UseTree::Rename(rename) => self.leaf(before, &rename.ident.to_string()),
            UseTree::Glob(_) => self.name(before),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(before, tree)),
        }
    }

    fn leaf(&mut self, before: &mut Vec<String>, name: &str) {
        before.push(name.to_owned());
        self.name(before);
        before.pop();
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.content.is_some() {
            self.depth += 1;
            visit::visit_item_mod(self, module);
            self.depth -= 1;
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let before = self.found.clone();
        self.tree(&mut Vec::new(), &item.tree);
        if !matches!(item.vis, syn::Visibility::Inherited) {
            // What a folder hands on of its own files is an offer, as the root of the crate has them.
            self.found.retain(|to| before.contains(to) || !to.starts_with(&self.at));
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if parts.len() > 1 {
            self.name(&parts);
        }
        visit::visit_path(self, path);
    }

    /// `pub(in …)` says who may import, and imports nothing.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| {
                let text = list.tokens.to_string();
                text == "test" || text.starts_with("all (test")
            })
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
