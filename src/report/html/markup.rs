//! HTML in the making. Text written by others can only get in through [`Markup::text`], attributes and
//! [`Markup::island`], and all of them escape it: tags and names are literals of this program, and a picture escapes its own.
//!
//! Elements are closed by the call that opens them, so what comes out is well-formed.

use crate::picture::Svg;
use crate::text::{is_hostile, visible};
use base64ct::{Base64, Encoding as _};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// HTML that was begun.
#[derive(Clone, Debug, Default)]
pub struct Markup(String);

/// A script or a style sheet of this program, named by its digest in the page's security policy.
#[derive(Clone, Debug)]
pub struct Code {
    tag: &'static str,
    id: &'static str,
    text: String,
}

impl Code {
    pub fn script(text: &'static str) -> Self {
        Self { tag: "script", id: "page-script", text: text.to_owned() }
    }

    /// The style of the page.
    pub fn style(text: &'static str) -> Self {
        Self { tag: "style", id: "page-style", text: text.to_owned() }
    }

    /// The style of the pictures in it.
    pub fn picture_style() -> Self {
        Self { tag: "style", id: "picture-style", text: crate::picture::sheet() }
    }

    /// What a security policy calls it.
    pub fn source(&self) -> String {
        format!("'sha256-{}'", Base64::encode_string(&Sha256::digest(&self.text)))
    }
}

/// What an element says of itself: names and values.
pub type Attributes<'a> = &'a [(&'static str, &'a str)];

impl Markup {
    /// The beginning of a document.
    pub fn document() -> Self {
        Self("<!DOCTYPE html>\n".to_owned())
    }

    pub fn finish(self) -> String {
        self.0
    }

    fn tag(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.0.push('<');
        self.0.push_str(name);
        for (name, value) in attributes {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            self.text(value);
            self.0.push('"');
        }
    }

    /// An element with what `inside` writes.
    pub fn element(&mut self, name: &'static str, attributes: Attributes<'_>, inside: impl FnOnce(&mut Self)) {
        self.tag(name, attributes);
        self.0.push('>');
        inside(self);
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }

    /// An element around a text.
    pub fn leaf(&mut self, name: &'static str, attributes: Attributes<'_>, text: &str) {
        self.element(name, attributes, |inside| inside.text(text));
    }

    /// An element that holds nothing and has no end.
    pub fn void(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.tag(name, attributes);
        self.0.push_str("/>");
    }

    /// An end of line, where it changes nothing.
    pub fn line(&mut self) {
        self.0.push('\n');
    }

    /// Text, in which nothing is taken for markup, moves around or hides.
    pub fn text(&mut self, text: &str) {
        for c in visible(text).chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                // These two are characters, and no XML may hold them.
                '\u{fffe}' | '\u{ffff}' => self.0.push('\u{fffd}'),
                c => self.0.push(c),
            }
        }
    }

    /// A picture.
    pub fn picture(&mut self, svg: &Svg) {
        self.0.push_str(svg.as_str());
    }

    /// A script or a style sheet of ours.
    pub fn code(&mut self, code: &Code) {
        self.tag(code.tag, &[("id", code.id)]);
        self.0.push('>');
        self.0.push_str(&code.text);
        self.0.push_str("</");
        self.0.push_str(code.tag);
        self.0.push_str(">\n");
    }

    /// Data for the script, which nothing runs and in which no tag can end.
    pub fn island(&mut self, id: &str, data: &impl Serialize) {
        let json = serde_json::to_string(data).expect("texts and numbers can be written as JSON");
        self.tag("script", &[("type", "application/json"), ("id", id)]);
        self.0.push('>');
        let is_plain = |c: char| !matches!(c, '<' | '>' | '&' | '\u{fffe}' | '\u{ffff}') && !is_hostile(c);
        for c in json.chars() {
            if is_plain(c) {
                self.0.push(c);
            } else {
                c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| self.0.push_str(&format!("\\u{unit:04x}")));
            }
        }
        self.0.push_str("</script>\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(text: &str) -> String {
        let mut markup = Markup::default();
        markup.element("p", &[("title", text)], |inside| {
            inside.text(text);
            inside.island("data", &[text]);
        });
        markup.finish()
    }

    #[test]
    fn text_stays_text() {
        for text in ["</p><script>alert(1)</script>", "\" onclick=\"x", "<!--", "]]>", "&lt;", "\u{202e}x", "a\0b"] {
            let html = written(text);
            assert_eq!(html.matches('<').count(), 4, "{html}");
            assert_eq!(
                html.replace("\\\"", "").matches('"').count(),
                8,
                "{html}: those of two attributes, of the island's two and of its text"
            );
            assert!(!html.contains('\u{202e}') && !html.contains('\0'), "{html:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_back(text in any::<String>()) {
            let html = written(&text);
            let mut reader = quick_xml::Reader::from_str(&html);
            let mut names = Vec::new();
            loop {
                match reader.read_event() {
                    Ok(quick_xml::events::Event::Start(start)) => names.push(start.name().as_ref().to_owned()),
                    Ok(quick_xml::events::Event::Eof) => break,
                    Ok(_) => {}
                    Err(error) => prop_assert!(false, "{} in {:?}", error, html),
                }
            }
            prop_assert_eq!(names, ["p", "script"]);
            let json = &html[html.find("[").unwrap()..html.find("</script>").unwrap()];
            // A title may hold the bracket, too: the island is the last one.
            let json = json.rfind("application/json").map_or(json, |at| &json[at..]);
            let json = &json[json.find("[").unwrap()..];
            let read: Vec<String> = serde_json::from_str(json).unwrap();
            prop_assert_eq!(read, [text]);
        }
    }
}
