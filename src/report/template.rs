//! Documents by a template: Markdown in which `{{name}}` stands for a section, and `{{title}}` for the title.

use super::markdown;
use crate::diag::{Failure, nearest};
use crate::doc;
use crate::text::visible;
use crate::verb::document::Document;

const PAGE: &str = include_str!("../../templates/reports/page.html");

/// Puts a document into a template. What a section says is not looked at again, whatever stands in it.
///
/// # Errors
/// The template names a section that the document has not.
pub fn fill(template: &str, document: &Document) -> Result<String, Failure> {
    let mut out = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, after)) = after.split_once("}}") else {
            return Err(
                Failure::new("a `{{` of the template is never closed").hint("write `{{title}}`, or a section's name")
            );
        };
        match (name.trim(), document.sections.iter().find(|section| section.name == name.trim())) {
            ("title", _) => out.push_str(&markdown::text(&document.title)),
            (_, Some(section)) => out.push_str(&markdown::section(section)),
            (name, None) => return Err(unknown(name, document)),
        }
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

fn unknown(name: &str, document: &Document) -> Failure {
    let names: Vec<&str> = document.sections.iter().map(|section| section.name).collect();
    let failure = Failure::new(format!("the template names a section `{name}`, which this report has not"))
        .because(format!("it has {}", names.join(", ")));
    match nearest(name, names.iter().copied()) {
        Some(near) => failure.hint(format!("write `{{{{{near}}}}}`")),
        None => failure.hint("remove it from the template"),
    }
}

/// Markdown as a page for a browser, which needs nothing from anywhere. HTML in it is shown, not obeyed.
pub fn page(title: &str, markdown: &str) -> String {
    let shown = visible(title);
    let title = quick_xml::escape::escape(&*shown);
    let (before, after) = PAGE.split_once("{{body}}").expect("the page has a place for its body");
    format!("{}{}{after}", before.replacen("{{title}}", &title, 1), doc::markdown::html(markdown))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::markdown::tests::hostile;
    use crate::verb::document::{Block, Section};
    use proptest::prelude::*;

    fn document(text: &str) -> Document {
        let sections = vec![Section::new("head", "", vec![Block::text(text)])];
        Document { title: "a {{head}}".to_owned(), sections }
    }

    #[test]
    fn sections_stand_where_the_template_names_them() {
        let filled = fill("# {{title}}\n\nmine\n\n{{ head }}\n", &document("{{title}} x")).unwrap();
        assert_eq!(filled, "# a {{head}}\n\nmine\n\n{{title}} x\n");
        for wrong in ["{{heed}}", "{{", "{{}}"] {
            let failure = fill(wrong, &document("")).unwrap_err();
            assert!(failure.hint.is_some(), "{wrong}");
        }
        assert_eq!(fill("{{heed}}", &document("")).unwrap_err().hint.as_deref(), Some("write `{{head}}`"));
    }

    proptest! {
        #[test]
        fn foreign_text_is_no_element_of_a_page(text in hostile(), title in hostile()) {
            let filled = fill("# {{title}}\n\n{{head}}\n", &Document { title: title.clone(), ..document(&text) }).unwrap();
            let page = page(&title, &filled);
            let body = page.split_once("<main>").unwrap().1;
            let allowed = ["h1", "p", "/h1", "/p", "strong", "/strong", "code", "/code", "ul", "li", "/ul", "/li", "/main", "/body", "/html"];
            for element in body.split('<').skip(1) {
                let name = element.split(['>', ' ']).next().unwrap_or_default();
                prop_assert!(allowed.contains(&name), "{name} in {body}");
            }
        }
    }
}
