//! Lists, chains, pipelines and the kinds of command. Recursion is bounded by `MAX_DEPTH`.

use super::compounds::compound;
use super::cursor::Cursor;
use super::heredocs::Pending;
use super::syntax::{
    Chain, Command, Join, List, Pipeline, Place, Redirect, RedirectKind, Script, Shape, Simple, Word,
};

/// Nobody nests deeper; what does is garbage that would only eat the stack.
const MAX_DEPTH: usize = 64;

/// What ends a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    End,
    Parenthesis,
    Brace,
    Then,
    Do,
    Done,
    /// `elif`, `else` or `fi`
    Fi,
    /// `;;` and its kin, or `esac`
    Clause,
}

pub(super) struct Parser<'a> {
    pub(super) cursor: Cursor<'a>,
    /// Heredocs asked for on this line, whose bodies start at the next.
    pub(super) pending: Vec<Pending>,
    pub(super) bodies: Vec<Word>,
    /// How many `$(` and `<(` stand open.
    pub(super) substitutions: usize,
    depth: usize,
    too_deep: bool,
}

/// Reads a whole command line; `None` if it nests too deep.
pub(super) fn parse(source: &str) -> Option<Script> {
    let mut parser = Parser::new(source);
    let list = parser.list(Until::End);
    (!parser.too_deep).then_some(Script { list, bodies: parser.bodies })
}

impl<'a> Parser<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            cursor: Cursor::new(source),
            pending: Vec::new(),
            bodies: Vec::new(),
            substitutions: 0,
            depth: 0,
            too_deep: false,
        }
    }

    /// Reads another text, such as a heredoc's body, as part of this command line. `None` if it nests too deep.
    pub(super) fn within<T>(&mut self, source: &str, read: impl FnOnce(&mut Parser<'_>) -> T) -> Option<T> {
        if !self.descend() {
            return None;
        }
        let mut inner = Parser::new(source);
        inner.depth = self.depth;
        inner.bodies = std::mem::take(&mut self.bodies);
        let value = read(&mut inner);
        self.bodies = inner.bodies;
        self.too_deep |= inner.too_deep;
        self.ascend();
        Some(value)
    }

    /// Goes one level deeper, or gives up on the whole command.
    pub(super) fn descend(&mut self) -> bool {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.too_deep = true;
            self.cursor.jump_to_end();
            self.depth -= 1;
        }
        !self.too_deep
    }

    pub(super) fn ascend(&mut self) {
        self.depth -= 1;
    }

    /// Reads chains up to what ends the list, which is left in place.
    pub(super) fn list(&mut self, until: Until) -> List {
        let mut list = List::default();
        if !self.descend() {
            return list;
        }
        loop {
            self.separators(until);
            if self.ends(until) {
                break;
            }
            let start = self.cursor.at();
            list.chains.push(self.chain());
            if self.cursor.at() == start {
                // Nothing starts a command here, such as a stray parenthesis.
                self.cursor.skip_char();
            }
        }
        self.ascend();
        list
    }

    fn ends(&self, until: Until) -> bool {
        self.cursor.is_at_end()
            || match until {
                Until::End => false,
                Until::Parenthesis => self.cursor.sees(")"),
                Until::Brace => self.reserved("}"),
                Until::Then => self.reserved("then"),
                Until::Do => self.reserved("do"),
                Until::Done => self.reserved("done"),
                Until::Fi => ["elif", "else", "fi"].iter().any(|word| self.reserved(word)),
                Until::Clause => self.clause_ends() || self.reserved("esac"),
            }
    }

    fn clause_ends(&self) -> bool {
        self.cursor.sees(";;") || self.cursor.sees(";&")
    }

    /// Whether the next word is this one, unquoted.
    pub(super) fn reserved(&self, word: &str) -> bool {
        let behind = self.cursor.rest().strip_prefix(word).map(str::as_bytes);
        behind.is_some_and(|rest| rest.first().is_none_or(|b| b" \t\n;&|()<>".contains(b)))
    }

    pub(super) fn eat_reserved(&mut self, word: &str) -> bool {
        self.reserved(word) && self.cursor.eat(word)
    }

    /// Steps over spaces, continued lines and a comment, up to the next thing on the line.
    pub(super) fn blanks(&mut self) {
        loop {
            self.cursor.take_until(|c| c != ' ' && c != '\t' && c != '\r');
            if self.cursor.sees("#") {
                self.cursor.take_until(|c| c == '\n');
            } else if !self.cursor.eat("\\\n") {
                return;
            }
        }
    }

    /// Steps over blanks and line ends; at a line end the bodies of heredocs follow.
    pub(super) fn newlines(&mut self) {
        self.blanks();
        while self.cursor.eat("\n") {
            self.read_bodies();
            self.blanks();
        }
    }

    pub(super) fn separators(&mut self, until: Until) {
        self.newlines();
        while !(until == Until::Clause && self.clause_ends()) && self.cursor.eat(";") {
            self.newlines();
        }
    }

    fn chain(&mut self) -> Chain {
        let mut chain = Chain::default();
        let mut join = Join::First;
        loop {
            let pipeline = self.pipeline();
            chain.links.push((join, pipeline));
            join = if self.cursor.eat("&&") {
                Join::And
            } else if self.cursor.eat("||") {
                Join::Or
            } else {
                chain.background = self.cursor.eat("&");
                return chain;
            };
            self.newlines();
        }
    }

    fn pipeline(&mut self) -> Pipeline {
        let mut pipeline = Pipeline::default();
        loop {
            self.blanks();
            if self.eat_reserved("!") {
                pipeline.negated = !pipeline.negated;
            } else if self.eat_reserved("time") {
                self.blanks();
                self.eat_reserved("-p");
            } else {
                break;
            }
        }
        loop {
            let mut command = self.command();
            self.blanks();
            let joined = !self.cursor.sees("||") && self.cursor.eat("|");
            if joined && self.cursor.eat("&") {
                let target = Word::literal("1");
                command.redirects.push(Redirect { fd: 2, kind: RedirectKind::Duplicate, target });
            }
            pipeline.commands.push(command);
            if !joined {
                return pipeline;
            }
            self.newlines();
        }
    }

    pub(super) fn command(&mut self) -> Command {
        self.blanks();
        let mut redirects = Vec::new();
        let shape = if self.cursor.sees("((") {
            self.skip_parentheses();
            Shape::Simple(Simple::default())
        } else if self.cursor.eat("(") {
            let list = self.list(Until::Parenthesis);
            self.cursor.eat(")");
            compound(Place::Subshell, list)
        } else if self.eat_reserved("{") {
            let list = self.list(Until::Brace);
            self.eat_reserved("}");
            compound(Place::Group, list)
        } else if self.eat_reserved("if") {
            self.conditional()
        } else if self.eat_reserved("while") || self.eat_reserved("until") {
            let condition = self.list(Until::Do);
            self.loop_body(None, vec![(Place::Loop, condition)])
        } else if self.eat_reserved("for") || self.eat_reserved("select") {
            self.for_loop()
        } else if self.eat_reserved("case") {
            self.case()
        } else if self.eat_reserved("function") {
            self.blanks();
            self.word();
            self.blanks();
            self.cursor.eat("()");
            self.function()
        } else if self.reserved("[[") {
            self.test()
        } else {
            self.simple(&mut redirects)
        };
        self.blanks();
        while self.redirect(&mut redirects) {
            self.blanks();
        }
        Command { shape, redirects }
    }
}
