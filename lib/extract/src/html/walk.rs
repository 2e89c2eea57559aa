//! From the tree of a page to what it says: the main content, without what surrounds it.

use super::dom::{Dom, Id};
use super::table;
use crate::{Content, Limits, Refusal, tidy};

/// What a page says.
pub(super) fn contents(dom: &Dom, limits: &Limits) -> Result<Vec<Content>, Refusal> {
    let (root, scope) = root(dom);
    let contents = Writer::new(dom, limits, scope).write(root)?;
    let words = |content: &Content| {
        content
            .texts()
            .any(|text| text.contains(char::is_alphanumeric))
    };
    if contents.iter().any(words) {
        return Ok(contents);
    }
    // A page that is all navigation is better than none.
    Writer::new(dom, limits, Scope::Everything).write(Dom::ROOT)
}

/// What is read of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// The page without what surrounds its content.
    Page,
    /// The part that holds the content: whatever else is in it belongs to it.
    Main,
    /// All of it.
    Everything,
}

/// Where reading begins.
fn root(dom: &Dom) -> (Id, Scope) {
    if let Some(main) = dom.find("main") {
        return (main, Scope::Main);
    }
    let mut all = dom.below(Dom::ROOT, |_| false).into_iter();
    if let Some(main) = all.find(|id| dom.attribute(*id, "role") == Some("main")) {
        return (main, Scope::Main);
    }
    let mut articles = dom.all("article");
    match (articles.next(), articles.next()) {
        (Some(only), None) => (only, Scope::Main),
        _ => (Dom::ROOT, Scope::Page),
    }
}

/// Whether nobody sees what is in an element, or it is no text.
pub(super) fn is_unseen(dom: &Dom, id: Id) -> bool {
    let Some(name) = dom.name(id) else {
        return false;
    };
    let unseen = matches!(
        name,
        "head"
            | "script"
            | "style"
            | "noscript"
            | "template"
            | "iframe"
            | "object"
            | "embed"
            | "svg"
            | "math"
            | "canvas"
            | "audio"
            | "video"
            | "select"
            | "datalist"
            | "textarea"
            | "button"
            | "input"
            | "dialog"
    );
    let hidden = dom.attribute(id, "hidden").is_some()
        || dom.attribute(id, "aria-hidden") == Some("true")
        || dom.attribute(id, "style").is_some_and(|style| {
            let style: String = style.to_ascii_lowercase().split_whitespace().collect();
            style.contains("display:none") || style.contains("visibility:hidden")
        });
    unseen || hidden
}

/// Whether an element is a way through the site and not what the page says.
fn is_way(dom: &Dom, id: Id) -> bool {
    dom.name(id) == Some("nav")
        || matches!(
            dom.attribute(id, "role"),
            Some("navigation" | "banner" | "contentinfo" | "search" | "menu" | "menubar")
        )
}

/// Whether an element surrounds the main content.
fn is_surrounding(dom: &Dom, id: Id) -> bool {
    matches!(dom.name(id), Some("footer" | "aside"))
        || dom.attribute(id, "role") == Some("complementary")
}

/// The text of an element on one line.
pub(super) fn inline(dom: &Dom, top: Id) -> String {
    let mut text = String::new();
    for id in dom.below(top, |id| is_unseen(dom, id)) {
        match (dom.own_text(id), dom.name(id)) {
            (Some(own), _) => text.push_str(own),
            (None, Some(name)) if is_block(name) || name == "br" => text.push(' '),
            _ => {}
        }
    }
    text
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "option"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// What the text in an element becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Paragraph,
    Heading(u8),
    Item,
    Preformatted,
}

fn mode(name: &str) -> Option<Mode> {
    Some(match name {
        "h1" => Mode::Heading(1),
        "h2" => Mode::Heading(2),
        "h3" => Mode::Heading(3),
        "h4" => Mode::Heading(4),
        "h5" => Mode::Heading(5),
        "h6" => Mode::Heading(6),
        "li" | "dd" => Mode::Item,
        "dt" | "blockquote" | "table" => Mode::Paragraph,
        "pre" => Mode::Preformatted,
        _ => return None,
    })
}

/// A step through the tree.
enum Step {
    Enter(Id),
    Leave { block: bool, mode: bool },
}

struct Writer<'d> {
    dom: &'d Dom,
    limits: &'d Limits,
    scope: Scope,
    modes: Vec<Mode>,
    text: String,
    contents: Vec<Content>,
}

impl<'d> Writer<'d> {
    fn new(dom: &'d Dom, limits: &'d Limits, scope: Scope) -> Self {
        Self {
            dom,
            limits,
            scope,
            modes: Vec::new(),
            text: String::new(),
            contents: Vec::new(),
        }
    }

    fn write(mut self, root: Id) -> Result<Vec<Content>, Refusal> {
        let mut steps = vec![Step::Enter(root)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Leave { block, mode } => {
                    if block {
                        self.flush();
                    }
                    if mode {
                        self.modes.pop();
                    }
                }
                Step::Enter(id) => self.enter(id, id == root, &mut steps)?,
            }
        }
        self.flush();
        Ok(self.contents)
    }

    fn enter(&mut self, id: Id, root: bool, steps: &mut Vec<Step>) -> Result<(), Refusal> {
        let dom = self.dom;
        if let Some(text) = dom.own_text(id) {
            self.add(text);
            return Ok(());
        }
        let name = dom.name(id).unwrap_or_default();
        let left_out = is_unseen(dom, id)
            || self.scope != Scope::Everything && is_way(dom, id)
            || self.scope == Scope::Page && is_surrounding(dom, id);
        if left_out && !root {
            return Ok(());
        }
        let block = is_block(name);
        if block {
            self.flush();
        }
        if name == "br" {
            self.text.push('\n');
        }
        if name == "table"
            && let Some(table) = table::data(dom, id, self.limits)?
        {
            let captions = dom
                .children(id)
                .iter()
                .filter(|id| dom.name(**id) == Some("caption"));
            for caption in captions {
                self.text = inline(dom, *caption);
                self.flush();
            }
            self.contents.push(Content::Table(table));
            return Ok(());
        }
        let mode = mode(name);
        self.modes.extend(mode);
        steps.push(Step::Leave {
            block,
            mode: mode.is_some(),
        });
        steps.extend(
            dom.children(id)
                .iter()
                .rev()
                .map(|child| Step::Enter(*child)),
        );
        Ok(())
    }

    fn add(&mut self, text: &str) {
        if self.modes.last() == Some(&Mode::Preformatted) {
            self.text.push_str(text);
            return;
        }
        // Line ends of the markup are spaces; those of `<br>` are not.
        self.text.extend(
            text.chars()
                .map(|c| if c.is_whitespace() { ' ' } else { c }),
        );
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        if text.trim().is_empty() {
            return;
        }
        let content = match self.modes.last().copied().unwrap_or(Mode::Paragraph) {
            Mode::Heading(level) => Content::Heading {
                level,
                text: tidy::line(&text),
            },
            Mode::Item => Content::Item(tidy::line(&text)),
            Mode::Preformatted => {
                Content::Preformatted(tidy::clean(text.trim_matches('\n')).trim_end().to_owned())
            }
            Mode::Paragraph => Content::Paragraph(tidy::lines(&text)),
        };
        if content.texts().any(|text| !text.is_empty()) {
            self.contents.push(content);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(html: &str) -> Vec<String> {
        let limits = Limits::default();
        let dom = Dom::parse(html, &limits).unwrap();
        let show = |content: Content| match content {
            Content::Heading { level, text } => format!("h{level} {text}"),
            Content::Item(text) => format!("- {text}"),
            Content::Table(table) => {
                let rows = table.rows.iter().map(|row| row.join("|"));
                format!(
                    "{}{}",
                    if table.names { "names " } else { "" },
                    rows.collect::<Vec<_>>().join("/")
                )
            }
            other => other.texts().collect(),
        };
        contents(&dom, &limits)
            .unwrap()
            .into_iter()
            .map(show)
            .collect()
    }

    #[test]
    fn the_main_content_is_taken_and_its_surroundings_are_not() {
        let html = "<nav><a>Home</a></nav><header><h1>Shop</h1></header>\
            <p>We <b>deliver</b> to\n  France.<br>Fast.</p><script>x()</script>\
            <aside>Buy more</aside><p hidden>secret</p><footer>© us</footer>";
        assert_eq!(shown(html), ["h1 Shop", "We deliver to France.\nFast."]);
        let html = "<p>outside</p><main><nav>Up</nav><p>inside</p><aside>Note</aside></main>";
        assert_eq!(shown(html), ["inside", "Note"]);
    }

    #[test]
    fn lists_definitions_and_details_are_kept() {
        let html = "<ul><li>one<ul><li>two</ul><li><p>three</ul>\
            <dl><dt>Delivery<dd>Three days</dl>\
            <details><summary>More</summary>Hidden at first</details>";
        let expected = [
            "- one",
            "- two",
            "- three",
            "Delivery",
            "- Three days",
            "More",
            "Hidden at first",
        ];
        assert_eq!(shown(html), expected);
    }

    #[test]
    fn a_table_of_data_keeps_its_cells_and_one_for_layout_its_text() {
        let html =
            "<table><caption>Prices</caption><tr><th>Article<th>Price<tr><td>Lamp<td>30</table>";
        assert_eq!(shown(html), ["Prices", "names Article|Price/Lamp|30"]);
        let html = "<table><tr><td><h2>News</h2><p>Sale<td><p>Contact</table>";
        assert_eq!(shown(html), ["h2 News", "Sale", "Contact"]);
    }

    #[test]
    fn spaces_of_code_are_kept() {
        assert_eq!(shown("<pre>a\n  b\n</pre>"), ["a\n  b"]);
    }

    #[test]
    fn a_page_of_nothing_but_navigation_is_still_read() {
        assert_eq!(shown("<nav><p>Only this</p></nav>"), ["Only this"]);
    }
}
