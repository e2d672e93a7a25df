//! What waits for what: boxes in columns, each to the right of all it waits for.
//!
//! Domain layer. Lines that pass a column on their way get a place in it, so that they run between boxes and not through
//! them. What waits in a circle is drawn all the same: the line that closes the circle runs back, dashed.

use super::canvas::{Anchor, Area, Picture, Point, cut};
use super::plot::Sheet;
use super::theme::{Look, Role};

/// One box.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    pub name: String,
    /// A second line.
    pub note: String,
    /// What a pointer that rests on it is told.
    pub tip: String,
    pub state: State,
    /// It decides when all is done.
    pub critical: bool,
}

/// How far what a box stands for is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    #[default]
    Open,
    Ready,
    Held,
    Done,
}

/// Boxes and who waits for whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    pub title: String,
    pub subtitle: String,
    pub nodes: Vec<Node>,
    /// Positions of two nodes: the second waits for the first.
    pub edges: Vec<(usize, usize)>,
}

const BOX: (f64, f64) = (172.0, 42.0);
/// From one column to the next, and from one row to the next.
const STEP: (f64, f64) = (228.0, 58.0);
/// Height of the place of a line that passes.
const PASS: f64 = 18.0;
/// How often rows are put in order, forth and back.
const SWEEPS: usize = 6;

/// A box, or the place of a line that passes a column.
#[derive(Clone, Copy, Debug)]
struct Place {
    node: Option<usize>,
    column: usize,
    y: f64,
}

impl Place {
    /// Its box on the paper.
    fn corner(&self, area: Area) -> Area {
        let left = area.left + self.column as f64 * STEP.0;
        Area { left, top: area.top + self.y - BOX.1 / 2.0, width: BOX.0, height: BOX.1 }
    }
}

/// Where everything stands.
struct Layout {
    places: Vec<Place>,
    columns: Vec<Vec<usize>>,
    /// For each line its way through places, and whether it closes a circle.
    ways: Vec<(Vec<usize>, bool)>,
    height: f64,
}

impl Graph {
    /// Draws it.
    pub fn draw(&self) -> Picture {
        let layout = self.layout();
        let description = format!("{} boxes, {} lines from what comes first.", self.nodes.len(), self.edges.len());
        let legend = self.legend(&layout);
        let columns = layout.columns.len().max(1);
        let sheet = Sheet {
            title: &self.title,
            subtitle: &self.subtitle,
            description: &description,
            legend: &legend,
            width: (columns as f64 * STEP.0 + 8.0).max(560.0),
            height: layout.height + 120.0,
            left: 24.0,
            ..Sheet::default()
        };
        let (mut picture, area) = sheet.begin();
        for (way, back) in &layout.ways {
            let points = way.windows(2).flat_map(|pair| layout.line(area, pair[0], pair[1])).collect::<Vec<_>>();
            let ends = |at: Option<&usize>| at.and_then(|at| layout.places[*at].node);
            let critical = |node: usize| self.nodes[node].critical && self.nodes[node].state != State::Done;
            let decides = ends(way.first()).is_some_and(critical) && ends(way.last()).is_some_and(critical);
            let look = match (back, decides) {
                (true, _) => Look::dashed(Role::Warn),
                (_, true) => Look::line(Role::Bad),
                _ => Look::thin(Role::Muted),
            };
            picture.path(&points, look);
            if let Some(end) = points.last().filter(|_| !back) {
                let tip = [(-7.0, -4.0), (0.0, 0.0), (-7.0, 4.0)].map(|(x, y)| Point { x: end.x + x, y: end.y + y });
                picture.path(&tip, Look::fill(if decides { Role::Bad } else { Role::Muted }));
            }
        }
        for place in &layout.places {
            if let Some(node) = place.node {
                draw_node(&mut picture, &self.nodes[node], place.corner(area));
            }
        }
        picture
    }

    fn legend(&self, layout: &Layout) -> Vec<(Look, &'static str)> {
        let any = |is: fn(&Node) -> bool| self.nodes.iter().any(is);
        let all = [
            (any(|node| node.state == State::Done), Look::fill(Role::Good), "done"),
            (any(|node| node.state == State::Ready), Look::tint(Role::First), "ready"),
            (any(|node| node.state == State::Open), Look::tint(Role::Sixth), "open"),
            (any(|node| node.state == State::Held), Look::hatch(Role::Warn), "blocked or waiting"),
            (any(|node| node.critical), Look::line(Role::Bad), "decides the end"),
            (layout.ways.iter().any(|(_, back)| *back), Look::dashed(Role::Warn), "closes a circle"),
        ];
        all.into_iter().filter(|(is, ..)| *is).map(|(_, look, label)| (look, label)).collect()
    }

    fn layout(&self) -> Layout {
        let count = self.nodes.len();
        let edges: Vec<(usize, usize)> =
            self.edges.iter().copied().filter(|(from, to)| from != to && *from < count && *to < count).collect();
        let mut after: Vec<Vec<usize>> = vec![Vec::new(); count];
        edges.iter().for_each(|(from, to)| after[*from].push(*to));
        let (order, back) = order(&after);
        let is_back = |edge: &(usize, usize)| back.contains(edge);
        let mut column = vec![0; count];
        for &node in &order {
            for &next in &after[node] {
                if !is_back(&(node, next)) {
                    column[next] = column[next].max(column[node] + 1);
                }
            }
        }
        let mut places: Vec<Place> =
            (0..count).map(|node| Place { node: Some(node), column: column[node], y: 0.0 }).collect();
        let mut ways = Vec::with_capacity(edges.len());
        for edge @ (from, to) in edges {
            if is_back(&edge) {
                ways.push((vec![from, to], true));
                continue;
            }
            let mut way = vec![from];
            for column in column[from] + 1..column[to] {
                way.push(places.len());
                places.push(Place { node: None, column, y: 0.0 });
            }
            way.push(to);
            ways.push((way, false));
        }
        let mut columns = vec![Vec::new(); column.iter().max().map_or(0, |most| most + 1)];
        places.iter().enumerate().for_each(|(index, place)| columns[place.column].push(index));
        let mut layout = Layout { places, columns, ways, height: 0.0 };
        layout.arrange();
        layout
    }
}

/// The nodes so that each comes after all it waits for, and the edges that had to be left out because they close a circle.
fn order(after: &[Vec<usize>]) -> (Vec<usize>, std::collections::HashSet<(usize, usize)>) {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        No,
        Open,
        Closed,
    }
    let mut seen = vec![Seen::No; after.len()];
    let mut order = Vec::with_capacity(after.len());
    let mut back = std::collections::HashSet::new();
    for start in 0..after.len() {
        if seen[start] != Seen::No {
            continue;
        }
        seen[start] = Seen::Open;
        let mut stack = vec![(start, 0)];
        while let Some((node, next)) = stack.last_mut() {
            let node = *node;
            match after[node].get(*next) {
                Some(&to) => {
                    *next += 1;
                    match seen[to] {
                        Seen::No => {
                            seen[to] = Seen::Open;
                            stack.push((to, 0));
                        }
                        Seen::Open => {
                            back.insert((node, to));
                        }
                        Seen::Closed => {}
                    }
                }
                None => {
                    seen[node] = Seen::Closed;
                    order.push(node);
                    stack.pop();
                }
            }
        }
    }
    order.reverse();
    (order, back)
}

impl Layout {
    /// Puts the rows of each column in an order in which lines cross little, and says where they stand.
    fn arrange(&mut self) {
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); self.places.len()];
        let mut after = before.clone();
        for (way, _) in self.ways.iter().filter(|(_, back)| !back) {
            for pair in way.windows(2) {
                after[pair[0]].push(pair[1]);
                before[pair[1]].push(pair[0]);
            }
        }
        self.stack();
        for sweep in 0..SWEEPS {
            let forth = sweep % 2 == 0;
            let neighbours = if forth { &before } else { &after };
            for step in 0..self.columns.len() {
                let column = if forth { step } else { self.columns.len() - 1 - step };
                let middle = |index: usize| {
                    let all = &neighbours[index];
                    let sum: f64 = all.iter().map(|other| self.places[*other].y).sum();
                    if all.is_empty() { self.places[index].y } else { sum / all.len() as f64 }
                };
                let mut rows: Vec<(f64, usize)> =
                    self.columns[column].iter().map(|index| (middle(*index), *index)).collect();
                rows.sort_by(|one, other| one.0.total_cmp(&other.0));
                self.columns[column] = rows.into_iter().map(|(_, index)| index).collect();
                self.stack_column(column);
            }
        }
        self.stack();
    }

    fn stack(&mut self) {
        (0..self.columns.len()).for_each(|column| self.stack_column(column));
        let heights = self.columns.iter().map(|column| self.height_of(column));
        self.height = heights.fold(STEP.1, f64::max);
        // Short columns stand in the middle.
        for column in 0..self.columns.len() {
            let down = (self.height - self.height_of(&self.columns[column])) / 2.0;
            for &index in &self.columns[column] {
                self.places[index].y += down;
            }
        }
    }

    fn stack_column(&mut self, column: usize) {
        let mut top = 0.0;
        for &index in &self.columns[column] {
            let place = &mut self.places[index];
            let high = if place.node.is_some() { STEP.1 } else { PASS };
            place.y = top + high / 2.0;
            top += high;
        }
    }

    fn height_of(&self, column: &[usize]) -> f64 {
        column.iter().map(|index| if self.places[*index].node.is_some() { STEP.1 } else { PASS }).sum()
    }

    /// A line from the right of one place to the left of another, level where it leaves and arrives.
    fn line(&self, area: Area, from: usize, to: usize) -> Vec<Point> {
        let (one, other) = (&self.places[from], &self.places[to]);
        let (a, b) = (one.corner(area), other.corner(area));
        let start = Point { x: a.right(), y: area.top + one.y };
        let end = Point { x: b.left, y: area.top + other.y };
        let pass = |place: &Place, at: Point, x: f64| place.node.is_none().then_some(Point { x, y: at.y });
        let bend = 14.0;
        [
            pass(one, start, a.left),
            Some(start),
            Some(Point { x: start.x + bend, y: start.y }),
            Some(Point { x: end.x - bend, y: end.y }),
            Some(end),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn draw_node(picture: &mut Picture, node: &Node, area: Area) {
    picture.tip(&node.tip, |picture| {
        // Lines that run behind it do not show through.
        picture.rect(area, Look::paper());
        picture.rect(
            area,
            match node.state {
                State::Open => Look::tint(Role::Sixth),
                State::Ready => Look::tint(Role::First),
                State::Held => Look::hatch(Role::Warn),
                State::Done => Look::tint(Role::Good),
            },
        );
        if node.state == State::Done {
            picture.rect(Area { width: 5.0, ..area }, Look::fill(Role::Good));
        }
        let frame = [
            (area.left, area.top),
            (area.right(), area.top),
            (area.right(), area.bottom()),
            (area.left, area.bottom()),
            (area.left, area.top),
        ];
        let look = if node.critical { Look::line(Role::Bad) } else { Look::thin(Role::Muted) };
        picture.path(&frame.map(|(x, y)| Point { x, y }), look);
        let (x, width) = (area.left + 11.0, area.width - 20.0);
        let name = cut(&node.name, width);
        picture.strong(Point { x, y: area.top + 17.0 }, Anchor::Start, Role::Ink, &name);
        let note = cut(&node.note, width);
        picture.label(Point { x, y: area.top + 33.0 }, Anchor::Start, Role::Muted, &note);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn graph(count: usize, edges: &[(usize, usize)]) -> Graph {
        let nodes = (0..count).map(|node| Node { name: format!("n{node}"), ..Node::default() });
        Graph { nodes: nodes.collect(), edges: edges.to_vec(), ..Graph::default() }
    }

    #[test]
    fn each_stands_right_of_what_it_waits_for() {
        let layout = graph(4, &[(0, 1), (1, 2), (0, 2), (3, 2)]).layout();
        let columns: Vec<usize> = layout.places.iter().map(|place| place.column).collect();
        assert_eq!(columns, [0, 1, 2, 0, 1, 1], "two lines pass the second column");
        assert!(layout.ways.iter().all(|(_, back)| !back));
    }

    #[test]
    fn a_circle_is_drawn_and_said() {
        let graph = graph(3, &[(0, 1), (1, 2), (2, 0), (1, 1)]);
        assert_eq!(graph.layout().ways.iter().filter(|(_, back)| *back).count(), 1);
        assert!(graph.draw().svg().as_str().contains("closes a circle"));
    }

    proptest! {
        #[test]
        fn no_box_lies_on_another(count in 1usize..12, edges in proptest::collection::vec((0usize..12, 0usize..12), 0..30)) {
            let layout = graph(count, &edges).layout();
            let area = Area { left: 0.0, top: 0.0, width: 100.0, height: 100.0 };
            let boxes: Vec<Area> =
                layout.places.iter().filter(|place| place.node.is_some()).map(|place| place.corner(area)).collect();
            prop_assert_eq!(boxes.len(), count);
            for (index, one) in boxes.iter().enumerate() {
                for other in &boxes[index + 1..] {
                    let apart = one.right() <= other.left || other.right() <= one.left
                        || one.bottom() <= other.top || other.bottom() <= one.top;
                    prop_assert!(apart, "{:?} {:?}", one, other);
                }
            }
        }
    }
}
