//! The operators of a content stream that matter to text (ISO 32000-2, 8.4 and 9).

use std::rc::Rc;

use hayro_font::kurbo::{Affine, Point, Rect, Vec2};
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction as Op;
use hayro_syntax::object::{Array, Dict, Name, Number, Object, Stream, String as PdfString};
use hayro_syntax::page::Resources;

use super::budget::Budget;
use super::canvas::{Canvas, Run, Stroke};
use super::fonts::{Face, Fonts, Shown};
use super::layers::Layers;
use super::marks::{Mark, Marks, Said};
use super::replaced::Replaced;
use super::strings;
use crate::Refusal;

/// How deeply forms may be put into forms.
const DEEPEST_FORM: usize = 16;
/// What showing a form costs beside its content, in operators.
const FORM: u64 = 300;
/// How many states of graphics are kept.
const MOST_STATES: usize = 512;

/// Draws content streams on a canvas.
pub(crate) struct Interpreter<'p, 'a> {
    fonts: &'p mut Fonts<'a>,
    layers: &'p Layers,
    budget: &'p mut Budget,
    canvas: Canvas,
    marks: Marks,
    /// A text that stands for what is shown now.
    replaced: Option<Replaced>,
    state: State<'a>,
    kept: Vec<State<'a>>,
    text: Affine,
    line: Affine,
    forms: usize,
    /// Whether a picture was shown, or a glyph that nobody can read.
    pictures: bool,
}

/// What `q` keeps and `Q` brings back.
#[derive(Clone)]
struct State<'a> {
    page: Affine,
    face: Option<Rc<Face<'a>>>,
    size: f64,
    letters: f64,
    words: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

/// A matrix from its six numbers.
pub(crate) fn affine(numbers: [f64; 6]) -> Affine {
    Affine::new(numbers)
}

fn matrix(numbers: [Number; 6]) -> Affine {
    Affine::new(numbers.map(|number| number.as_f64()))
}

impl<'p, 'a> Interpreter<'p, 'a> {
    /// An interpreter whose first space is brought to the upright page by `page`.
    pub(crate) fn new(
        fonts: &'p mut Fonts<'a>,
        layers: &'p Layers,
        budget: &'p mut Budget,
        canvas: Canvas,
        page: Affine,
    ) -> Self {
        Self {
            fonts,
            layers,
            budget,
            canvas,
            marks: Marks::default(),
            replaced: None,
            state: State {
                page,
                face: None,
                size: 0.0,
                letters: 0.0,
                words: 0.0,
                stretch: 1.0,
                leading: 0.0,
                rise: 0.0,
            },
            kept: Vec::new(),
            text: Affine::IDENTITY,
            line: Affine::IDENTITY,
            forms: 0,
            pictures: false,
        }
    }

    /// Forgets what a content stream left behind, before something else is drawn.
    pub(crate) fn back_to(&mut self, page: Affine) {
        self.release();
        self.kept.clear();
        self.marks = Marks::default();
        self.state.page = page;
        self.state.letters = 0.0;
        self.state.words = 0.0;
        self.state.stretch = 1.0;
        self.state.rise = 0.0;
    }

    /// The runs that were shown, and whether something was that can only be looked at.
    pub(crate) fn finish(mut self) -> (Vec<Run>, bool) {
        self.release();
        (self.canvas.finish(), self.pictures)
    }

    /// Draws a content stream.
    pub(crate) fn run(&mut self, content: &[u8], resources: &Resources<'a>) -> Result<(), Refusal> {
        self.budget.spend_bytes(content.len())?;
        let mut operators = TypedIter::new(content);
        while let Some(operator) = operators.next() {
            self.budget.spend(1)?;
            self.operate(operator, resources)?;
        }
        Ok(())
    }

    fn operate(&mut self, operator: Op<'_, '_>, resources: &Resources<'a>) -> Result<(), Refusal> {
        match operator {
            Op::SaveState(_) if self.kept.len() < MOST_STATES => self.kept.push(self.state.clone()),
            Op::RestoreState(_) => self.state = self.kept.pop().unwrap_or(self.state.clone()),
            Op::Transform(m) => self.state.page *= matrix([m.0, m.1, m.2, m.3, m.4, m.5]),
            Op::SetGraphicsState(name) => self.set_state(name.0, resources),
            Op::BeginText(_) => self.place(Affine::IDENTITY),
            Op::SetTextMatrix(m) => self.place(matrix([m.0, m.1, m.2, m.3, m.4, m.5])),
            Op::NextLine(by) => self.next_line(by.0.as_f64(), by.1.as_f64()),
            Op::NextLineAndSetLeading(by) => {
                self.state.leading = -by.1.as_f64();
                self.next_line(by.0.as_f64(), by.1.as_f64());
            }
            Op::NextLineUsingLeading(_) => self.next_line(0.0, -self.state.leading),
            Op::CharacterSpacing(by) => self.state.letters = by.0.as_f64(),
            Op::WordSpacing(by) => self.state.words = by.0.as_f64(),
            Op::HorizontalScaling(percent) => self.state.stretch = percent.0.as_f64() / 100.0,
            Op::TextLeading(by) => self.state.leading = by.0.as_f64(),
            Op::TextRise(by) => self.state.rise = by.0.as_f64(),
            Op::TextFont(font) => {
                self.state.size = font.1.as_f64();
                self.state.face = resources
                    .get_font(font.0)
                    .and_then(|dict| self.fonts.face(&dict));
            }
            Op::ShowText(text) => self.show(text.0.as_bytes())?,
            Op::NextLineAndShowText(text) => {
                self.next_line(0.0, -self.state.leading);
                self.show(text.0.as_bytes())?;
            }
            Op::ShowTextWithParameters(text) => {
                self.state.words = text.0.as_f64();
                self.state.letters = text.1.as_f64();
                self.next_line(0.0, -self.state.leading);
                self.show(text.2.as_bytes())?;
            }
            Op::ShowTexts(texts) => self.show_all(texts.0)?,
            Op::XObject(name) => {
                if let Some(stream) = resources.get_x_object(name.0) {
                    self.object(&stream, resources)?;
                }
            }
            Op::InlineImage(_) => self.pictures = true,
            Op::BeginMarkedContent(_) => self.marks.begin(Mark::Plain),
            Op::BeginMarkedContentWithProperties(marked) => {
                let mark = self.mark(marked.0, marked.1, resources);
                self.marks.begin(mark);
            }
            Op::EndMarkedContent(_) => {
                self.marks.end();
                if !self.marks.replaces() {
                    self.release();
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn set_state(&mut self, name: &Name<'_>, resources: &Resources<'a>) {
        let font = resources
            .get_ext_g_state(name)
            .and_then(|state| state.get::<Array<'a>>("Font"));
        let Some(font) = font else { return };
        let mut items = font.flex_iter();
        if let (Some(dict), Some(size)) = (items.next::<Dict<'a>>(), items.next::<f64>()) {
            self.state.face = self.fonts.face(&dict);
            self.state.size = size;
        }
    }

    fn place(&mut self, matrix: Affine) {
        self.text = matrix;
        self.line = matrix;
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.place(self.line * Affine::translate((x, y)));
    }

    fn show_all(&mut self, texts: &Array<'_>) -> Result<(), Refusal> {
        let mut items = texts.flex_iter();
        while let Some(item) = items.next::<Object<'_>>() {
            match item {
                Object::String(text) => self.show(text.as_bytes())?,
                Object::Number(back) => {
                    let by = -back.as_f64() / 1000.0 * self.state.size;
                    let horizontal = self
                        .state
                        .face
                        .as_ref()
                        .is_none_or(|face| face.is_horizontal());
                    self.advance(by, horizontal);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn advance(&mut self, by: f64, horizontal: bool) {
        let step = if horizontal {
            (by * self.state.stretch, 0.0)
        } else {
            (0.0, by)
        };
        self.text *= Affine::translate(step);
    }

    fn show(&mut self, mut bytes: &[u8]) -> Result<(), Refusal> {
        let Some(face) = self.state.face.clone() else {
            return Ok(());
        };
        self.budget.spend_bytes(bytes.len())?;
        let horizontal = face.is_horizontal();
        while !bytes.is_empty() {
            let shown = face.read(bytes);
            // A map may give a whole book for one code.
            self.budget
                .spend_bytes(shown.text.as_deref().map_or(0, str::len))?;
            bytes = bytes.get(shown.length..).unwrap_or_default();
            let before = self.state.page * self.text;
            let words = if shown.space { self.state.words } else { 0.0 };
            self.advance(shown.advance * self.state.size + words, horizontal);
            let after = self.state.page * self.text;
            // Spacing between letters is a gap like any other: some programs make spaces of it.
            self.advance(self.state.letters, horizontal);
            self.pictures |= shown.text.is_none();
            let glyph = self.glyph(&shown, [before, after], &face);
            match (self.marks.said(), glyph) {
                (Said::Itself, Some(glyph)) if shown.text.is_some() => self.canvas.put(&glyph),
                (Said::Other(text), Some(glyph)) => {
                    self.release();
                    self.replaced = Some(Replaced::new(text, &glyph));
                }
                (Said::Before, Some(glyph)) => {
                    if let Some(replaced) = &mut self.replaced {
                        replaced.cover(&glyph);
                    }
                }
                (Said::Itself | Said::Nothing, _) | (_, None) => {}
            }
        }
        Ok(())
    }

    /// Puts the text on the page that stood for what was shown.
    fn release(&mut self) {
        if let Some(replaced) = self.replaced.take() {
            self.canvas.put(&replaced.stroke());
        }
    }

    /// A glyph that moves the pen, if it can be seen.
    fn glyph<'t>(
        &self,
        shown: &'t Shown,
        [before, after]: [Affine; 2],
        face: &Face<'_>,
    ) -> Option<Stroke<'t>> {
        let pen = Point::new(0.0, self.state.rise);
        let [a, b, c, d, ..] = before.as_coeffs();
        let (stretch, size) = (self.state.stretch, self.state.size);
        // Negative sizes turn the text round.
        let sign = if size < 0.0 { -1.0 } else { 1.0 };
        let direction = if face.is_horizontal() {
            Vec2::new(a, b) * stretch
        } else {
            Vec2::new(-c, -d)
        };
        let length = direction.hypot();
        (length > 0.0 && length.is_finite()).then(|| Stroke {
            text: shown.text.as_deref().unwrap_or_default(),
            start: before * pen,
            end: after * pen,
            direction: direction * (sign / length),
            size: size.abs() * c.hypot(d),
            bold: face.bold,
        })
    }

    /// How many letters were put on the page.
    pub(crate) fn letters(&self) -> usize {
        self.canvas.letters
    }

    /// Writes lines into a box of the page, from its upper left corner: what a field or a text box
    /// says that has no looks of its own.
    pub(crate) fn write(&mut self, text: &str, place: Rect) {
        let size = 10.0;
        let mut y = place.y1 - size;
        for line in text.lines() {
            let line_start = Point::new(place.x0 + 2.0, y);
            self.canvas.put(&Stroke {
                text: line,
                start: self.state.page * line_start,
                end: self.state.page * Point::new(place.x1.max(place.x0 + 3.0), y),
                direction: Vec2::new(1.0, 0.0),
                size,
                bold: false,
            });
            y -= 1.2 * size;
        }
    }

    /// Draws a form, or takes note of a picture.
    fn object(&mut self, stream: &Stream<'a>, outer: &Resources<'a>) -> Result<(), Refusal> {
        let dict = stream.dict();
        if self.layers.hides(dict, b"OC") {
            return Ok(());
        }
        match dict.get::<Name<'_>>("Subtype").as_deref() {
            Some(b"Image") => self.pictures = true,
            Some(b"Form") => self.form(stream, outer, Affine::IDENTITY)?,
            _ => {}
        }
        Ok(())
    }

    /// Draws a form whose own space is brought to where it belongs by `place`.
    pub(crate) fn form(
        &mut self,
        stream: &Stream<'a>,
        outer: &Resources<'a>,
        place: Affine,
    ) -> Result<(), Refusal> {
        if self.forms >= DEEPEST_FORM {
            return Ok(());
        }
        // What it names has to be looked up again each time.
        self.budget.spend(FORM)?;
        let Ok(content) = stream.decoded_data() else {
            return Ok(());
        };
        let dict = stream.dict();
        let own = dict.get::<Dict<'a>>("Resources").map(Resources::new);
        let matrix = dict
            .get::<[f64; 6]>("Matrix")
            .map_or(Affine::IDENTITY, affine);
        let (state, text, line) = (self.state.clone(), self.text, self.line);
        let kept = std::mem::take(&mut self.kept);
        self.state.page = self.state.page * place * matrix;
        self.forms += 1;
        self.run(&content, own.as_ref().unwrap_or(outer))?;
        self.forms -= 1;
        self.state = state;
        self.kept = kept;
        (self.text, self.line) = (text, line);
        Ok(())
    }

    fn mark(&self, tag: &Name<'_>, properties: &Object<'_>, resources: &Resources<'a>) -> Mark {
        let text = |dict: &Dict<'_>| {
            let text = dict.get::<PdfString<'_>>("ActualText")?;
            Some(Mark::Replaced(Some(strings::decode(text.as_bytes()))))
        };
        match properties {
            Object::Name(name) if &**tag == b"OC" => {
                let hidden = self.layers.hides(&resources.properties, name);
                if hidden { Mark::Hidden } else { Mark::Plain }
            }
            Object::Name(name) => resources
                .properties
                .get::<Dict<'_>>(name)
                .and_then(|dict| text(&dict))
                .unwrap_or(Mark::Plain),
            Object::Dict(dict) => text(dict).unwrap_or(Mark::Plain),
            _ => Mark::Plain,
        }
    }
}
