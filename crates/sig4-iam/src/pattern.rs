//! Texts with wildcards and variables in policies.
//!
//! `*` matches any number of characters, `?` exactly one.

use crate::budget::Budget;
use crate::context::RequestContext;
use crate::limits::{MAX_VARIABLES, MAX_WILDCARDS};
use crate::variable::{Placeholder, Variable};

/// The characters of a text that have a special meaning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Syntax {
    pub(crate) wildcards: bool,
    pub(crate) variables: bool,
}

/// A part of a pattern.
#[derive(Clone, Debug)]
pub(crate) enum PatternPart {
    Literal(Box<str>),
    /// Any number of characters. Two never follow each other.
    Any,
    One,
    /// The value of the pattern's variable at this index.
    Variable(usize),
}

/// A text with wildcards and variables.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    pub(crate) pieces: Box<[PatternPart]>,
    pub(crate) variables: Box<[Variable]>,
}

impl Pattern {
    pub(crate) fn parse(text: &str, syntax: Syntax) -> Result<Self, String> {
        let mut parser = Parser::default();
        let mut rest = text;
        loop {
            let mut chars = rest.chars();
            let Some(next) = chars.next() else { break };
            if syntax.variables
                && let Some((placeholder, after)) = Placeholder::parse(rest)?
            {
                parser.placeholder(placeholder);
                rest = after;
                continue;
            }
            match next {
                '*' | '?' if syntax.wildcards => parser.wildcard(next),
                _ => parser.literal.push(next),
            }
            rest = chars.as_str();
        }
        parser.finish()
    }

    /// Whether every variable has a value.
    pub(crate) fn is_resolved(&self, context: &RequestContext<'_>, budget: &mut Budget) -> bool {
        self.variables.iter().all(|variable| variable.value(context, budget).is_ok())
    }

    /// Whether it is a single `*`.
    pub(crate) fn is_any(&self) -> bool {
        matches!(*self.pieces, [PatternPart::Any])
    }
}

#[derive(Default)]
struct Parser {
    pieces: Vec<PatternPart>,
    literal: String,
    variables: Vec<Variable>,
    wildcards: usize,
}

impl Parser {
    fn end_literal(&mut self) {
        if !self.literal.is_empty() {
            self.pieces.push(PatternPart::Literal(std::mem::take(&mut self.literal).into()));
        }
    }

    fn wildcard(&mut self, character: char) {
        self.end_literal();
        self.wildcards += 1;
        match (character, self.pieces.last()) {
            ('*', Some(PatternPart::Any)) => {}
            ('*', _) => self.pieces.push(PatternPart::Any),
            _ => self.pieces.push(PatternPart::One),
        }
    }

    fn placeholder(&mut self, placeholder: Placeholder) {
        match placeholder {
            Placeholder::Character(character) => self.literal.push(character),
            Placeholder::Variable(variable) => {
                self.end_literal();
                self.pieces.push(PatternPart::Variable(self.variables.len()));
                self.variables.push(variable);
            }
        }
    }

    fn finish(mut self) -> Result<Pattern, String> {
        self.end_literal();
        if self.wildcards > MAX_WILDCARDS {
            return Err(format!("it has more than {MAX_WILDCARDS} wildcards"));
        }
        if self.variables.len() > MAX_VARIABLES {
            return Err(format!("it has more than {MAX_VARIABLES} policy variables"));
        }
        Ok(Pattern { pieces: self.pieces.into(), variables: self.variables.into() })
    }
}
