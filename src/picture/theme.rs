//! Colours, and what tells shapes apart where there are none.
//!
//! Domain layer.

use super::svg::Svg;

/// What a colour stands for. Each has one value on light and one on dark paper, and they differ in lightness too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Text and what is as plain as text.
    Ink,
    /// What stands back: labels, gaps, what was planned.
    Muted,
    /// Lines to measure by.
    Grid,
    Good,
    Warn,
    Bad,
    /// The first of the series of a picture, and so on.
    First,
    Second,
    Third,
    Fourth,
    Fifth,
    Sixth,
}

impl Role {
    const ALL: [(Self, &'static str, &'static str, &'static str); 12] = [
        (Self::Ink, "ink", "#1b1f24", "#e6e8eb"),
        (Self::Muted, "muted", "#5b6570", "#9aa4af"),
        (Self::Grid, "grid", "#d9dee3", "#333a42"),
        (Self::Good, "good", "#2e7d4f", "#5cc58a"),
        (Self::Warn, "warn", "#b98900", "#e3b341"),
        (Self::Bad, "bad", "#b42424", "#ff7b72"),
        (Self::First, "first", "#1f5f9e", "#6cb0ff"),
        (Self::Second, "second", "#c65d00", "#ffa657"),
        (Self::Third, "third", "#7a4fa3", "#c9a5f5"),
        (Self::Fourth, "fourth", "#00797a", "#4cc9c4"),
        (Self::Fifth, "fifth", "#8a6d3b", "#d2b48c"),
        (Self::Sixth, "sixth", "#56606b", "#aab2bb"),
    ];

    /// The colours of a picture's series, in order; after the last comes the first again.
    pub fn series(index: usize) -> Self {
        [Self::First, Self::Second, Self::Third, Self::Fourth, Self::Fifth, Self::Sixth][index % 6]
    }

    /// The class of its colour.
    pub(super) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(role, ..)| *role == self).map_or("ink", |(_, name, ..)| name)
    }
}

/// How a colour is laid on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Pen {
    Paper,
    Fill,
    Tint,
    Hatch,
    Stroke(Stroke),
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Stroke {
    Line,
    Thin,
    Dashed,
    Dotted,
}

/// How a shape looks: a colour, and how it is laid on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Look {
    role: Role,
    pen: Pen,
}

impl Look {
    /// An area as empty as the paper.
    pub(super) const fn paper() -> Self {
        Self { role: Role::Ink, pen: Pen::Paper }
    }

    /// An area full of the colour.
    pub const fn fill(role: Role) -> Self {
        Self { role, pen: Pen::Fill }
    }

    /// An area with a breath of the colour, through which lines are seen.
    pub const fn tint(role: Role) -> Self {
        Self { role, pen: Pen::Tint }
    }

    /// An area with slanted lines.
    pub const fn hatch(role: Role) -> Self {
        Self { role, pen: Pen::Hatch }
    }

    /// A strong line.
    pub const fn line(role: Role) -> Self {
        Self { role, pen: Pen::Stroke(Stroke::Line) }
    }

    /// A fine line.
    pub const fn thin(role: Role) -> Self {
        Self { role, pen: Pen::Stroke(Stroke::Thin) }
    }

    /// A line of dashes.
    pub const fn dashed(role: Role) -> Self {
        Self { role, pen: Pen::Stroke(Stroke::Dashed) }
    }

    /// A line of dots.
    pub const fn dotted(role: Role) -> Self {
        Self { role, pen: Pen::Stroke(Stroke::Dotted) }
    }

    /// Strong lines that are told apart without colours too: solid, dashed, dotted, in the colours of the series.
    pub fn series(index: usize) -> Self {
        let stroke = [Stroke::Line, Stroke::Dashed, Stroke::Dotted][index % 3];
        Self { role: Role::series(index), pen: Pen::Stroke(stroke) }
    }

    /// Whether it is laid on an area rather than along a line.
    pub(super) fn is_area(self) -> bool {
        !matches!(self.pen, Pen::Stroke(_))
    }

    pub(super) fn is_hatch(self) -> bool {
        self.pen == Pen::Hatch
    }

    pub(super) fn pen(self) -> Pen {
        self.pen
    }

    pub(super) fn role(self) -> Role {
        self.role
    }

    /// The classes of a shape.
    pub(super) fn classes(self) -> String {
        let style = match self.pen {
            Pen::Paper => return "paper".to_owned(),
            Pen::Fill => "fill",
            Pen::Tint => "tint",
            Pen::Hatch => return format!("hatch-{}", self.role.name()),
            Pen::Stroke(Stroke::Line) => "line",
            Pen::Stroke(Stroke::Thin) => "thin",
            Pen::Stroke(Stroke::Dashed) => "dashed",
            Pen::Stroke(Stroke::Dotted) => "dotted",
        };
        format!("{style} {}", self.role.name())
    }
}

/// The style sheet of a picture, with a rule for each hatching it uses. Everything in it applies below
/// `.pm-picture` only, so that a page may hold several pictures beside its own styles.
pub(super) fn style(hatches: &[Role]) -> String {
    let mut out = format!("<style>\n{}", colours());
    out.push_str(&rules(hatches));
    out.push_str("</style>\n");
    if !hatches.is_empty() {
        out.push_str(&defs(hatches));
        out.push('\n');
    }
    out
}

/// The style sheet for all pictures of a page. They follow `prefers-color-scheme`, or what `data-theme` of the root
/// element says: `light` or `dark`.
pub fn sheet() -> String {
    let roles = Role::ALL.map(|(role, ..)| role);
    let chosen = [Paper::Light, Paper::Dark].map(|paper| {
        let name = if paper == Paper::Light { "light" } else { "dark" };
        format!(":root[data-theme={name}] .pm-picture{{{}}}\n", paper.values())
    });
    format!("{}{}{}", colours(), chosen.concat(), rules(&roles))
}

/// The patterns that [`sheet`] names, to stand once in the page.
pub fn patterns() -> Svg {
    Svg::hidden(&defs(&Role::ALL.map(|(role, ..)| role)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Paper {
    Light,
    Dark,
}

impl Paper {
    fn values(self) -> String {
        let paper = match self {
            Self::Light => "#ffffff",
            Self::Dark => "#14171b",
        };
        let value = |light: &'static str, dark: &'static str| if self == Self::Light { light } else { dark };
        let add = |out: String, &(_, name, light, dark): &(Role, &str, &'static str, &'static str)| {
            format!("{out};--{name}:{}", value(light, dark))
        };
        Role::ALL.iter().fold(format!("--paper:{paper}"), add)
    }
}

fn colours() -> String {
    let mut out = format!(
        ".pm-picture{{{}}}\n@media (prefers-color-scheme:dark){{.pm-picture{{{}}}}}\n",
        Paper::Light.values(),
        Paper::Dark.values()
    );
    for (_, name, ..) in Role::ALL {
        out.push_str(&format!(".pm-picture .{name}{{--c:var(--{name})}}\n"));
    }
    out
}

fn rules(hatches: &[Role]) -> String {
    let hatch = |role: &Role| {
        let name = role.name();
        format!(".pm-picture .hatch-{name}{{fill:url(#pm-hatch-{name});stroke:var(--{name})}}\n")
    };
    hatches.iter().map(hatch).collect::<String>() + RULES
}

fn defs(hatches: &[Role]) -> String {
    let pattern = |role: &Role| {
        let name = role.name();
        format!(
            "<pattern id=\"pm-hatch-{name}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
             patternTransform=\"rotate(45)\"><rect class=\"tint {name}\" width=\"6\" height=\"6\"/>\
             <path class=\"thin {name}\" d=\"M0 0V6\"/></pattern>"
        )
    };
    format!("<defs>{}</defs>", hatches.iter().map(pattern).collect::<String>())
}

const RULES: &str = "\
.pm-picture{font:12px system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}
.pm-picture .paper{fill:var(--paper)}
.pm-picture .fill{fill:var(--c)}
.pm-picture .tint{fill:var(--c);fill-opacity:.2}
.pm-picture .line,.pm-picture .thin,.pm-picture .dashed,.pm-picture .dotted{fill:none;stroke:var(--c)}
.pm-picture .line,.pm-picture .dashed,.pm-picture .dotted{stroke-width:2;stroke-linejoin:round}
.pm-picture .dashed{stroke-dasharray:7 4}
.pm-picture .dotted{stroke-dasharray:2 3}
.pm-picture text{fill:var(--c)}
.pm-picture .over{paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
.pm-picture .strong{font-weight:600}
.pm-picture .head{font-size:16px;font-weight:600}
";
