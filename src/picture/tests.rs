//! What holds for every picture.

use super::*;
use proptest::prelude::*;

/// Whether a text is well-formed XML with one root.
fn is_well_formed(svg: &str) -> bool {
    let mut reader = quick_xml::Reader::from_str(svg);
    let mut depth = 0;
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Start(_)) => depth += 1,
            Ok(quick_xml::events::Event::End(_)) => depth -= 1,
            Ok(quick_xml::events::Event::Eof) => return depth == 0,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

fn drawn(title: &str, values: &[(f64, f64)]) -> Picture {
    let legend = [(Look::hatch(Role::Bad), title), (Look::series(1), "b")];
    let sheet = Sheet { title, subtitle: title, description: title, legend: &legend, ..Sheet::default() };
    let (mut picture, area) = sheet.begin();
    let x = Scale::across(area, values[0].0, values[values.len() - 1].0);
    let plot = Plot { area, x, y: Scale::up(area, 0.0, values[0].1) };
    plot.axes(&mut picture, &plot.x.dates(8), title, &plot.y.ticks(5), title);
    picture.tip(title, |picture| picture.path(&plot.points(values.iter().copied()), Look::tint(Role::First)));
    plot.mark(&mut picture, values[0].1, 1, Look::dotted(Role::Ink), title);
    picture.dot(plot.at(values[0].0, 1.0), values[0].1, Look::fill(Role::Good));
    picture
}

#[test]
fn what_a_picture_needs_lies_in_it_and_nothing_else() {
    let svg = drawn("a < b & c", &[(0.0, 1.0), (9.0, 3.0)]).svg().to_string();
    assert!(is_well_formed(&svg), "{svg}");
    assert!(svg.contains("<title>a &lt; b &amp; c</title>") && svg.contains("<desc>") && svg.contains("role=\"img\""));
    assert!(svg.contains("prefers-color-scheme:dark") && svg.contains("id=\"pm-hatch-bad\""));
    for absent in ["<script", "href", "@import", "@font-face", "http://", "https://"] {
        let known = svg.replace("http://www.w3.org/2000/svg", "");
        assert!(!known.contains(absent), "{absent}");
    }
}

/// Every chart of the same figures.
fn charts(name: &str, values: &[(f64, f64)]) -> Vec<Picture> {
    let (x, y) = values[values.len() / 2];
    let marks = [(x, name.to_owned()), (y, name.to_owned())];
    let end = Some((y, name.to_owned()));
    let histogram =
        Histogram { title: name, from: x, spans: values, marks: &marks, deadline: end.clone(), ..Histogram::default() };
    let burn_up = BurnUp {
        title: name,
        unit: name,
        scope: values,
        done: values,
        today: x,
        soon: end.clone(),
        late: end,
        ..BurnUp::default()
    };
    let way = || Fever { name, points: values.iter().map(|&(x, y)| (x, y, name.to_owned())).collect() };
    let days: Vec<f64> = values.iter().map(|(x, _)| *x).collect();
    let band = || Band { name, items: values.iter().map(|(_, y)| *y).collect() };
    let taken = values.iter().map(|&(on, days)| Taken { on, days, name: name.to_owned(), open: days < 3.0 });
    let taken: Vec<Taken> = taken.collect();
    let force = |&(sensitivity, cruciality): &(f64, f64)| Force { name, sensitivity, cruciality, criticality: x };
    let causes: Vec<(&str, f64)> = values.iter().map(|(_, y)| (name, *y)).collect();
    vec![
        histogram.draw(),
        burn_up.draw(),
        fever(name, name, (x, y), (y, x), &[way(), way()]),
        flow(name, name, &days, &[band(), band()]),
        scatter(name, name, &taken, Some([x, y, x])),
        scatter(name, name, &[], None),
        tornado(name, name, &values.iter().map(force).collect::<Vec<_>>()),
        slip(name, name, &causes),
    ]
}

proptest! {
    #[test]
    fn no_name_and_no_number_breaks_a_chart(
        name in any::<String>(),
        values in proptest::collection::vec((any::<f64>(), any::<f64>()), 1..6),
    ) {
        for picture in charts(&name, &values) {
            let (svg, inlay) = (picture.svg().to_string(), picture.svg().inlay().to_string());
            prop_assert!(is_well_formed(&inlay) && !inlay.contains("<style") && !inlay.contains("<defs"));
            prop_assert!(picture.characters(80).iter().all(|row| row.len() == 80));
            prop_assert!(is_well_formed(&svg), "{}", svg);
            prop_assert!(!svg.contains("NaN") || name.contains("NaN") || values.iter().any(|(x, y)| x.is_nan() || y.is_nan()));
        }
    }

    #[test]
    fn no_name_and_no_number_breaks_a_picture(
        title in any::<String>(),
        values in proptest::collection::vec((any::<f64>(), any::<f64>()), 1..6),
    ) {
        let svg = drawn(&title, &values).svg().to_string();
        prop_assert!(is_well_formed(&svg));
        prop_assert!(!svg.contains("NaN") && !svg.contains("\"inf") && svg.len() < 100_000 + 40 * title.len());
    }
}
