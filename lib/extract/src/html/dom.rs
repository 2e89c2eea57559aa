//! The tree of a page, in one list of nodes. Nothing here recurses, and growth is watched: mended
//! markup can grow far beyond its text.

use std::borrow::Cow;
use std::cell::{Ref, RefCell};

use html5ever::interface::tree_builder::{
    ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink,
};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, LocalName, Namespace, ParseOpts, QualName, parse_document};

use crate::{Limits, Refusal};

/// How much is parsed between two looks at how the tree grew, in bytes.
const STEP: usize = 1024;
/// The most nodes of a tree.
const MOST_NODES: usize = 2_000_000;

/// The place of a node in the list.
pub(super) type Id = usize;

/// A page as a tree.
#[derive(Debug, Default)]
pub(super) struct Dom {
    nodes: Vec<Node>,
    deepest: usize,
}

#[derive(Debug, Default)]
struct Node {
    parent: Option<Id>,
    children: Vec<Id>,
    depth: usize,
    data: Data,
}

#[derive(Debug, Default)]
enum Data {
    /// The document, a comment, or what a template holds.
    #[default]
    Other,
    Text(String),
    Element(QualName, Vec<Attribute>),
}

impl Dom {
    pub(super) const ROOT: Id = 0;

    pub(super) fn parse(html: &str, limits: &Limits) -> Result<Self, Refusal> {
        let mut parser = parse_document(Sink::new(), ParseOpts::default());
        let mut rest = html;
        while !rest.is_empty() {
            let mut end = rest.len().min(STEP);
            while !rest.is_char_boundary(end) {
                end += 1;
            }
            let (step, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            parser.process(StrTendril::from_slice(step));
            let dom = parser.tokenizer.sink.sink.dom.borrow();
            if dom.deepest > limits.depth || dom.nodes.len() > MOST_NODES {
                return Err(Refusal::TooComplex);
            }
            rest = after;
        }
        Ok(parser.finish())
    }

    pub(super) fn children(&self, id: Id) -> &[Id] {
        self.nodes.get(id).map_or(&[], |node| &node.children)
    }

    /// The name of an element, in small letters.
    pub(super) fn name(&self, id: Id) -> Option<&str> {
        match &self.nodes.get(id)?.data {
            Data::Element(name, _) => Some(&name.local),
            Data::Text(_) | Data::Other => None,
        }
    }

    pub(super) fn own_text(&self, id: Id) -> Option<&str> {
        match &self.nodes.get(id)?.data {
            Data::Text(text) => Some(text),
            Data::Element(..) | Data::Other => None,
        }
    }

    pub(super) fn attribute(&self, id: Id, wanted: &str) -> Option<&str> {
        match &self.nodes.get(id)?.data {
            Data::Element(_, attributes) => attributes
                .iter()
                .find(|attribute| &*attribute.name.local == wanted)
                .map(|attribute| &*attribute.value),
            Data::Text(_) | Data::Other => None,
        }
    }

    /// A node and all below it, in order, but for what is below nodes that `skip` names.
    pub(super) fn below(&self, top: Id, skip: impl Fn(Id) -> bool) -> Vec<Id> {
        let mut found = Vec::new();
        let mut stack = vec![top];
        while let Some(id) = stack.pop() {
            if id != top && skip(id) {
                continue;
            }
            found.push(id);
            stack.extend(self.children(id).iter().rev());
        }
        found
    }

    /// All elements of this name.
    pub(super) fn all<'d>(&'d self, wanted: &'d str) -> impl Iterator<Item = Id> + 'd {
        let all = self.below(Self::ROOT, |_| false);
        all.into_iter()
            .filter(move |id| self.name(*id) == Some(wanted))
    }

    /// The first element of this name.
    pub(super) fn find(&self, wanted: &str) -> Option<Id> {
        self.all(wanted).next()
    }

    /// All text in a node.
    pub(super) fn text(&self, top: Id) -> String {
        self.below(top, |_| false)
            .into_iter()
            .filter_map(|id| self.own_text(id))
            .collect()
    }

    fn add(&mut self, data: Data) -> Id {
        self.nodes.push(Node {
            data,
            ..Node::default()
        });
        self.nodes.len() - 1
    }

    fn detach(&mut self, id: Id) -> Option<(Id, usize)> {
        let parent = self.nodes.get_mut(id)?.parent.take()?;
        let siblings = &mut self.nodes.get_mut(parent)?.children;
        let place = siblings.iter().rposition(|sibling| *sibling == id)?;
        siblings.remove(place);
        Some((parent, place))
    }

    fn place(&self, id: Id) -> Option<(Id, usize)> {
        let parent = self.nodes.get(id)?.parent?;
        let siblings = self.children(parent);
        Some((parent, siblings.iter().rposition(|sibling| *sibling == id)?))
    }

    /// Puts a child among the children of `parent`; text joins a text before it.
    fn insert(&mut self, parent: Id, at: usize, child: NodeOrText<Id>) {
        let child = match child {
            NodeOrText::AppendNode(child) => {
                self.detach(child);
                child
            }
            NodeOrText::AppendText(text) => {
                let before = at
                    .checked_sub(1)
                    .and_then(|at| self.children(parent).get(at).copied());
                if let Some(node) = before.and_then(|before| self.nodes.get_mut(before))
                    && let Data::Text(before) = &mut node.data
                {
                    before.push_str(&text);
                    return;
                }
                self.add(Data::Text(text.to_string()))
            }
        };
        let depth = self.nodes.get(parent).map_or(0, |node| node.depth) + 1;
        self.deepest = self.deepest.max(depth);
        if let Some(node) = self.nodes.get_mut(child) {
            node.parent = Some(parent);
            node.depth = depth;
        }
        if let Some(node) = self.nodes.get_mut(parent) {
            let at = at.min(node.children.len());
            node.children.insert(at, child);
        }
    }
}

/// What the parser builds the tree with.
struct Sink {
    dom: RefCell<Dom>,
}

impl Sink {
    fn new() -> Self {
        let mut dom = Dom::default();
        dom.add(Data::Other);
        Self {
            dom: RefCell::new(dom),
        }
    }
}

/// The name of a node, borrowed from the tree.
struct Name<'d>(Ref<'d, Dom>, Id);

impl std::fmt::Debug for Name<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.local_name())
    }
}

impl ElemName for Name<'_> {
    fn ns(&self) -> &Namespace {
        static NONE: Namespace = html5ever::ns!();
        match self.0.nodes.get(self.1).map(|node| &node.data) {
            Some(Data::Element(name, _)) => &name.ns,
            _ => &NONE,
        }
    }

    fn local_name(&self) -> &LocalName {
        static NONE: LocalName = html5ever::local_name!("");
        match self.0.nodes.get(self.1).map(|node| &node.data) {
            Some(Data::Element(name, _)) => &name.local,
            _ => &NONE,
        }
    }
}

impl TreeSink for Sink {
    type Handle = Id;
    type Output = Dom;
    type ElemName<'a> = Name<'a>;

    fn finish(self) -> Dom {
        self.dom.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Id {
        Dom::ROOT
    }

    fn elem_name<'a>(&'a self, target: &'a Id) -> Name<'a> {
        Name(self.dom.borrow(), *target)
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Id {
        self.dom.borrow_mut().add(Data::Element(name, attributes))
    }

    fn create_comment(&self, _: StrTendril) -> Id {
        self.dom.borrow_mut().add(Data::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Id {
        self.dom.borrow_mut().add(Data::Other)
    }

    fn append(&self, parent: &Id, child: NodeOrText<Id>) {
        let mut dom = self.dom.borrow_mut();
        let end = dom.children(*parent).len();
        dom.insert(*parent, end, child);
    }

    fn append_based_on_parent_node(&self, element: &Id, before: &Id, child: NodeOrText<Id>) {
        let placed = self.dom.borrow().place(*element).is_some();
        if placed {
            self.append_before_sibling(element, child);
        } else {
            self.append(before, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    /// What a template holds is shown by scripts only: it goes nowhere.
    fn get_template_contents(&self, _: &Id) -> Id {
        self.dom.borrow_mut().add(Data::Other)
    }

    fn same_node(&self, one: &Id, other: &Id) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Id, child: NodeOrText<Id>) {
        let mut dom = self.dom.borrow_mut();
        if let NodeOrText::AppendNode(child) = &child {
            dom.detach(*child);
        }
        if let Some((parent, at)) = dom.place(*sibling) {
            dom.insert(parent, at, child);
        }
    }

    fn add_attrs_if_missing(&self, target: &Id, more: Vec<Attribute>) {
        let mut dom = self.dom.borrow_mut();
        if let Some(node) = dom.nodes.get_mut(*target)
            && let Data::Element(_, attributes) = &mut node.data
        {
            for attribute in more {
                if attributes.iter().all(|own| own.name != attribute.name) {
                    attributes.push(attribute);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Id) {
        self.dom.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &Id, new_parent: &Id) {
        let mut dom = self.dom.borrow_mut();
        let children = dom
            .nodes
            .get_mut(*node)
            .map(|node| std::mem::take(&mut node.children));
        for child in children.unwrap_or_default() {
            if let Some(node) = dom.nodes.get_mut(child) {
                node.parent = None;
            }
            let end = dom.children(*new_parent).len();
            dom.insert(*new_parent, end, NodeOrText::AppendNode(child));
        }
    }
}
