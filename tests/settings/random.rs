//! Random settings in random clothes, for the properties.

use proptest::prelude::*;
use serde_json::Value;

/// Stands for a value that the user changes between install and uninstall.
pub(crate) const MARK: &str = "\"@changed later@\"";

/// A JSON tree that keeps the order of its keys.
#[derive(Debug, Clone)]
pub(crate) enum Tree {
    Leaf(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

/// A settings text: an object, perhaps with hooks of the form Claude Code documents, none of them ours.
pub(crate) fn settings() -> impl Strategy<Value = String> {
    let members = prop::collection::vec((key(), tree()), 0..5);
    (members, prop::option::of(hooks()), any::<usize>(), clothes()).prop_map(
        |(mut members, hooks, at, clothes)| {
            if let Some(hooks) = hooks {
                let at = at % (members.len() + 1);
                members.insert(at, ("hooks".to_owned(), hooks));
            }
            members.push(("mark".to_owned(), Tree::Leaf(MARK.to_owned())));
            if at % 3 == 0 {
                members.pop();
            }
            clothes.dress(&Tree::Map(unique(members)))
        },
    )
}

/// A value on its own, dressed.
pub(crate) fn value() -> impl Strategy<Value = String> {
    (tree(), clothes()).prop_map(|(tree, clothes)| clothes.dress(&tree).trim().to_owned())
}

fn tree() -> impl Strategy<Value = Tree> {
    leaf().prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Tree::List),
            prop::collection::vec((key(), inner), 0..4).prop_map(|members| Tree::Map(unique(members))),
        ]
    })
}

fn leaf() -> impl Strategy<Value = Tree> {
    prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|it| it.to_string()),
        any::<i64>().prop_map(|it| it.to_string()),
        "-?(0|[1-9][0-9]{0,4})(\\.[0-9]{1,3})?([eE][+-]?[0-9])?",
        "[ -~\u{e9}\u{4e2d}\u{1f600}\n\t]{0,12}".prop_map(|it| quoted(&it)),
        Just("\"\\u0068ooks \\/ \\\" \\\\\"".to_owned()),
    ]
    .prop_map(Tree::Leaf)
}

fn key() -> impl Strategy<Value = String> {
    "[a-zA-Z :\"\\\\{}\\[\\],]{0,8}".prop_filter("taken", |key| !["hooks", "mark"].contains(&key.as_str()))
}

fn hooks() -> impl Strategy<Value = Tree> {
    let event = prop_oneof![
        Just("PostToolUse".to_owned()),
        Just("Stop".to_owned()),
        Just("SessionStart".to_owned()),
        Just("SessionEnd".to_owned()),
        Just("PreToolUse".to_owned()),
        "[A-Z][a-z]{2,6}",
    ];
    let groups = prop::collection::vec(group(), 0..3).prop_map(Tree::List);
    prop::collection::vec((event, groups), 0..4).prop_map(|events| Tree::Map(unique(events)))
}

fn group() -> impl Strategy<Value = Tree> {
    let matcher = prop::option::of(prop_oneof!["Bash|Edit", "", "\\*", "[A-Z][a-z]{1,5}"]);
    (matcher, prop::collection::vec(entry(), 0..3)).prop_map(|(matcher, entries)| {
        let mut members = Vec::new();
        if let Some(matcher) = matcher {
            members.push(("matcher".to_owned(), Tree::Leaf(quoted(&matcher))));
        }
        members.push(("hooks".to_owned(), Tree::List(entries)));
        Tree::Map(members)
    })
}

fn entry() -> impl Strategy<Value = Tree> {
    let command =
        prop_oneof!["[a-z ./$\"]{1,12}".prop_map(|it| quoted(&it)), Just("\"/x/engram-hooks\"".to_owned())];
    (command, prop::option::of(tree())).prop_map(|(command, extra)| {
        let mut members = vec![("type".to_owned(), Tree::Leaf(quoted("command")))];
        members.push(("command".to_owned(), Tree::Leaf(command)));
        members.extend(extra.map(|extra| ("timeout".to_owned(), extra)));
        Tree::Map(members)
    })
}

fn unique(members: Vec<(String, Tree)>) -> Vec<(String, Tree)> {
    let mut seen = std::collections::BTreeSet::new();
    members.into_iter().filter(|(key, _)| seen.insert(key.clone())).collect()
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// How a tree is written.
#[derive(Debug, Clone)]
pub(crate) enum Clothes {
    Minified,
    OneLine,
    Lines {
        unit: String,
        newline: &'static str,
        end: &'static str,
    },
    /// White space wherever JSON allows it, drawn from this seed.
    Wild(u64),
}

fn clothes() -> impl Strategy<Value = Clothes> {
    let unit = prop_oneof![Just("  "), Just("    "), Just("\t"), Just("   "), Just(" "), Just("")];
    let newline = prop_oneof![Just("\n"), Just("\r\n")];
    let end = prop_oneof![Just(""), Just("\n"), Just("\r\n"), Just("\n\n ")];
    prop_oneof![
        1 => Just(Clothes::Minified),
        1 => Just(Clothes::OneLine),
        3 => (unit, newline, end).prop_map(|(unit, newline, end)| Clothes::Lines { unit: unit.to_owned(), newline, end }),
        3 => any::<u64>().prop_map(Clothes::Wild),
    ]
}

impl Clothes {
    pub(crate) fn dress(&self, tree: &Tree) -> String {
        let mut dresser =
            Dresser { seed: if let Clothes::Wild(seed) = self { *seed } else { 0 }, out: String::new() };
        dresser.wild(self);
        dresser.put(self, tree, 0);
        dresser.wild(self);
        if let Clothes::Lines { end, .. } = self {
            dresser.out.push_str(end);
        }
        dresser.out
    }
}

struct Dresser {
    seed: u64,
    out: String,
}

impl Dresser {
    fn wild(&mut self, clothes: &Clothes) {
        if let Clothes::Wild(_) = clothes {
            self.seed =
                self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let blanks = ["", "", " ", "\n", "\r\n", "\t", "  \n    ", "\n\n", "\r", " \t "];
            self.out.push_str(blanks[(self.seed >> 33) as usize % blanks.len()]);
        }
    }

    fn line(&mut self, clothes: &Clothes, depth: usize) {
        if let Clothes::Lines { unit, newline, .. } = clothes {
            self.out.push_str(newline);
            self.out.push_str(&unit.repeat(depth));
        }
    }

    fn put(&mut self, clothes: &Clothes, tree: &Tree, depth: usize) {
        let (brackets, len) = match tree {
            Tree::Leaf(text) => return self.out.push_str(text),
            Tree::List(items) => (['[', ']'], items.len()),
            Tree::Map(members) => (['{', '}'], members.len()),
        };
        self.out.push(brackets[0]);
        self.wild(clothes);
        for at in 0..len {
            self.line(clothes, depth + 1);
            match tree {
                Tree::Map(members) => {
                    self.out.push_str(&quoted(&members[at].0));
                    self.wild(clothes);
                    self.out.push(':');
                    self.out.push_str(if matches!(clothes, Clothes::Minified | Clothes::Wild(_)) {
                        ""
                    } else {
                        " "
                    });
                    self.wild(clothes);
                    self.put(clothes, &members[at].1, depth + 1);
                }
                Tree::List(items) => self.put(clothes, &items[at], depth + 1),
                Tree::Leaf(_) => {}
            }
            self.wild(clothes);
            if at + 1 < len {
                self.out.push_str(if matches!(clothes, Clothes::OneLine) { ", " } else { "," });
                self.wild(clothes);
            }
        }
        if len > 0 {
            self.line(clothes, depth);
        }
        self.out.push(brackets[1]);
    }
}
