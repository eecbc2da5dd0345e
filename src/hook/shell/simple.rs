//! Simple commands: assignments, then words.

use super::expansions::name_length;
use super::grammar::Parser;
use super::syntax::{Assignment, Redirect, Shape, Simple};

impl Parser<'_> {
    /// Reads a simple command, its redirections among it; or a function, which starts like one.
    pub(super) fn simple(&mut self, redirects: &mut Vec<Redirect>) -> Shape {
        let mut simple = Simple::default();
        loop {
            self.blanks();
            if self.redirect(redirects) {
                continue;
            }
            if simple.words.is_empty() && self.assignment(&mut simple.assignments) {
                continue;
            }
            if simple.words.len() == 1 && self.cursor.sees("(") {
                self.cursor.eat("(");
                self.blanks();
                if self.cursor.eat(")") {
                    return self.function();
                }
                continue;
            }
            let word = self.word();
            if word.parts.is_empty() {
                return Shape::Simple(simple);
            }
            simple.words.push(word);
        }
    }

    fn assignment(&mut self, assignments: &mut Vec<Assignment>) -> bool {
        let name = name_length(self.cursor.rest());
        let behind = self.cursor.rest().get(name..).unwrap_or_default();
        let sign = if behind.starts_with('=') {
            1
        } else if behind.starts_with("+=") {
            2
        } else {
            return false;
        };
        if name == 0 {
            return false;
        }
        let name = self.cursor.take(name).to_owned();
        self.cursor.take(sign);
        let value = if self.cursor.sees("(") {
            self.skip_parentheses();
            None
        } else {
            Some(self.word()).filter(|_| sign == 1)
        };
        assignments.push(Assignment { name, value });
        true
    }
}
