//! The settings there are, by name and form: what mistakes are told by, and what `config show` goes through.
//!
//! The same names stand in [`super::Settings`], in `docs/config.schema.json` and in the README; tests hold all four together.

/// One setting.
#[derive(Debug)]
pub struct Known {
    /// As in the file.
    pub name: &'static str,
    /// What its value looks like.
    pub form: Form,
}

/// The form of a value.
#[derive(Debug)]
pub enum Form {
    /// `true` or `false`.
    Switch,
    /// A string, or `null` for none.
    Text,
    /// One of these strings, or `null` for none.
    Word(&'static [&'static str]),
    /// A list of strings.
    Texts,
    /// A list of globs that match absolute paths.
    Globs,
    /// An object from strings to strings.
    Names,
    /// An object of settings.
    Group(&'static [Known]),
}

/// The form of everything in `config.json`.
pub const KNOWN: &[Known] = &[
    Known { name: "$schema", form: Form::Text },
    Known { name: "capture", form: Form::Group(KINDS) },
    Known { name: "ignore", form: Form::Globs },
    Known { name: "projects", form: Form::Names },
    Known { name: "scope", form: Form::Text },
    Known { name: "origins", form: Form::Texts },
    Known { name: "ca_file", form: Form::Text },
    Known { name: "api", form: Form::Word(&["v1"]) },
    Known { name: "notices", form: Form::Switch },
];

const KINDS: &[Known] = &[
    Known { name: "commits", form: Form::Switch },
    Known { name: "plans", form: Form::Switch },
    Known { name: "pull_requests", form: Form::Switch },
    Known { name: "turns", form: Form::Switch },
    Known { name: "summaries", form: Form::Switch },
    Known { name: "remember", form: Form::Switch },
    Known { name: "prompts", form: Form::Switch },
    Known { name: "subagents", form: Form::Switch },
    Known { name: "sessions", form: Form::Switch },
];
