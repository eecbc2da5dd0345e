//! Compound commands: `if`, `for`, `while`, `case`, functions and `[[ … ]]`.

use super::expansions::name_length;
use super::grammar::{Parser, Until};
use super::syntax::{Chain, Join, List, Pipeline, Place, Shape, Simple, Word};

impl Parser<'_> {
    /// Reads on behind `if`.
    pub(super) fn conditional(&mut self) -> Shape {
        let mut parts = Vec::new();
        loop {
            parts.push((Place::Condition, self.list(Until::Then)));
            self.eat_reserved("then");
            parts.push((Place::Branch, self.list(Until::Fi)));
            if !self.eat_reserved("elif") {
                break;
            }
        }
        if self.eat_reserved("else") {
            parts.push((Place::Branch, self.list(Until::Fi)));
        }
        self.eat_reserved("fi");
        Shape::Compound { parts, binds: None }
    }

    /// Reads on behind `for` or `select`.
    pub(super) fn for_loop(&mut self) -> Shape {
        self.blanks();
        if self.cursor.sees("((") {
            self.skip_parentheses();
            return self.loop_body(None, Vec::new());
        }
        let name = self.cursor.take(name_length(self.cursor.rest())).to_owned();
        self.newlines();
        if self.eat_reserved("in") {
            loop {
                self.blanks();
                if self.word().parts.is_empty() {
                    break;
                }
            }
        }
        self.loop_body(Some(name), Vec::new())
    }

    /// Reads `do … done` behind the head of a loop.
    pub(super) fn loop_body(&mut self, binds: Option<String>, mut parts: Vec<(Place, List)>) -> Shape {
        self.separators(Until::End);
        self.eat_reserved("do");
        parts.push((Place::Loop, self.list(Until::Done)));
        self.eat_reserved("done");
        Shape::Compound { parts, binds }
    }

    /// Reads on behind `case`.
    pub(super) fn case(&mut self) -> Shape {
        self.blanks();
        self.word();
        self.newlines();
        self.eat_reserved("in");
        let mut parts = Vec::new();
        loop {
            self.newlines();
            if self.eat_reserved("esac") || self.cursor.is_at_end() {
                return Shape::Compound { parts, binds: None };
            }
            self.cursor.eat("(");
            let mut pattern = Word::default();
            while !self.cursor.is_at_end() && !self.cursor.eat(")") {
                self.piece(&mut pattern);
            }
            parts.push((Place::Branch, self.list(Until::Clause)));
            while self.cursor.eat(";") || self.cursor.eat("&") {}
        }
    }

    /// Reads the body of a function, whose name is behind us.
    pub(super) fn function(&mut self) -> Shape {
        if !self.descend() {
            return Shape::Simple(Simple::default());
        }
        self.newlines();
        let links = vec![(Join::First, Pipeline { negated: false, commands: vec![self.command()] })];
        self.ascend();
        compound(Place::Function, List { chains: vec![Chain { links, background: false }] })
    }

    /// Reads `[[ … ]]`, in which `|`, `<` and parentheses are no syntax of ours.
    pub(super) fn test(&mut self) -> Shape {
        self.cursor.eat("[[");
        let mut ignored = Word::default();
        self.blanks();
        while !self.cursor.is_at_end() && !self.eat_reserved("]]") {
            self.piece(&mut ignored);
            self.blanks();
        }
        Shape::Simple(Simple { assignments: Vec::new(), words: vec![Word::literal("[[")] })
    }
}

/// A compound command of one list.
pub(super) fn compound(place: Place, list: List) -> Shape {
    Shape::Compound { parts: vec![(place, list)], binds: None }
}
