//! Benchmark problems: the `.sm` files of PSPLIB, and Patterson's form.
//!
//! Domain layer; any text → a [`Problem`], or a diagnostic that names the line. Both forms describe jobs that take a
//! fixed time and so much of each renewable resource, and what comes after what. The first and the last job take no
//! time; they stay in, so that starts stand in the order of the file.

use super::codes;
use super::network::Arc;
use super::solve::{Activity, Problem, Unfit};
use crate::diag::{Diagnostic, Place};
use crate::text::{Source, Span};

/// Reads a problem in whichever of the two forms it is.
///
/// ```
/// use passmuster::{schedule::psplib, text::Source};
/// // Three jobs, one resource of which there are 2; the middle one takes 5 and needs 1 of it.
/// let source = Source::new("tiny.rcp", "3 1  2  0 0 1 2  5 1 1 3  0 0 0");
/// assert_eq!(psplib::read(&source).unwrap().len(), 3);
/// ```
///
/// # Errors
/// It is in neither form, has several modes or other resources, or has no solution.
pub fn read(source: &Source) -> Result<Problem, Box<Diagnostic>> {
    let text = source.text();
    let sections = ["PRECEDENCE RELATIONS", "REQUESTS/DURATIONS", "RESOURCEAVAILABILITIES"];
    if sections.iter().any(|section| text.contains(section)) {
        return Jobs::of_sections(source)?.problem(source);
    }
    if text.trim_start().starts_with(|c: char| c.is_ascii_digit()) {
        return Jobs::of_numbers(source)?.problem(source);
    }
    let first = source.line_span(1).unwrap_or_else(|| Span::at(0));
    Err(fault(source, first, "this is no scheduling problem")
        .cause("there is none of the sections PRECEDENCE RELATIONS, REQUESTS/DURATIONS and RESOURCEAVAILABILITIES, and it does not begin with a number")
        .into())
}

fn fault(source: &Source, span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(&codes::PROBLEM, Place::text(source, span), message)
}

/// A number with where it stands.
type Number = crate::text::Spanned<i64>;

/// What both forms say.
#[derive(Debug, Default)]
struct Jobs {
    jobs: Vec<Job>,
    capacities: Vec<Number>,
}

#[derive(Debug)]
struct Job {
    span: Span,
    duration: i64,
    demands: Vec<i64>,
    /// Numbers of jobs, from 1.
    successors: Vec<Number>,
}

/// The part of a `.sm` file that a line stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Other,
    Precedence,
    Requests,
    Capacities,
}

impl Jobs {
    /// Reads the sections of a `.sm` file.
    fn of_sections(source: &Source) -> Result<Self, Box<Diagnostic>> {
        let mut section = Section::Other;
        let (mut successors, mut jobs, mut capacities) = (Vec::new(), Vec::new(), Vec::new());
        for line in 1..=source.line_count() {
            let Some(span) = source.line_span(line) else { break };
            let text = source.slice(span).trim();
            section = match text {
                _ if text.starts_with("PROJECT INFORMATION") => Section::Other,
                _ if text.starts_with("PRECEDENCE RELATIONS") => Section::Precedence,
                _ if text.starts_with("REQUESTS/DURATIONS") => Section::Requests,
                _ if text.starts_with("RESOURCEAVAILABILITIES") => Section::Capacities,
                _ => section,
            };
            no_other_resources(source, span, text)?;
            if !text.starts_with(|c: char| c.is_ascii_digit()) {
                continue;
            }
            match section {
                Section::Other => {}
                Section::Precedence => successors.push(precedence(source, span, successors.len() + 1)?),
                Section::Requests => jobs.push(request(source, span, jobs.len() + 1)?),
                Section::Capacities if capacities.is_empty() => capacities = numbers(source, span)?,
                Section::Capacities => return Err(fault(source, span, "there is a second row of capacities").into()),
            }
        }
        let end = Span::at(source.text().len());
        if jobs.len() != successors.len() {
            return Err(fault(source, end, "not every job has a precedence row and a request row")
                .cause(format!("there are {} and {}", successors.len(), jobs.len()))
                .into());
        }
        if jobs.is_empty() {
            return Err(fault(source, end, "there are no jobs").into());
        }
        for (job, successors) in jobs.iter_mut().zip(successors) {
            job.successors = successors;
        }
        Ok(Self { jobs, capacities })
    }

    /// Reads Patterson's form: numbers only, the count of jobs and of resources first.
    fn of_numbers(source: &Source) -> Result<Self, Box<Diagnostic>> {
        let all = numbers(source, Span::new(0, source.text().len()))?;
        let mut rest = all.iter().copied();
        let mut take = |what: &str| {
            let end = Span::at(source.text().trim_end().len());
            rest.next().ok_or_else(|| Box::new(fault(source, end, format!("the file ends before {what}"))))
        };
        let (count, resources) = (take("the number of jobs")?, take("the number of resources")?);
        let mut of = Self::default();
        for _ in 0..resources.value {
            of.capacities.push(take("the last capacity")?);
        }
        for _ in 0..count.value {
            let duration = take("the last job")?;
            let demands = (0..resources.value).map(|_| take("the last demand").map(|number| number.value));
            let demands = demands.collect::<Result<Vec<_>, _>>()?;
            let successors = take("the number of successors")?;
            let successors = (0..successors.value).map(|_| take("the last successor"));
            let successors = successors.collect::<Result<Vec<_>, _>>()?;
            of.jobs.push(Job { span: duration.span, duration: duration.value, demands, successors });
        }
        match rest.next() {
            Some(more) => Err(fault(source, more.span, "numbers follow after the last job").into()),
            None => Ok(of),
        }
    }

    /// The problem they make.
    fn problem(self, source: &Source) -> Result<Problem, Box<Diagnostic>> {
        let mut arcs = Vec::new();
        for (from, job) in self.jobs.iter().enumerate() {
            for successor in &job.successors {
                let to = usize::try_from(successor.value).ok().and_then(|number| number.checked_sub(1));
                let Some(to) = to.filter(|&to| to < self.jobs.len()) else {
                    return Err(fault(source, successor.span, format!("there is no job {}", successor.value))
                        .cause(format!("there are {}", self.jobs.len()))
                        .into());
                };
                arcs.push(Arc { from, to, weight: job.duration });
            }
            if job.demands.len() != self.capacities.len() {
                return Err(fault(source, job.span, "not every resource is asked for")
                    .cause(format!("there are {} demands and {} resources", job.demands.len(), self.capacities.len()))
                    .into());
            }
        }
        let activity = |job: &Job| Activity {
            duration: job.duration,
            release: 0,
            demands: job.demands.iter().copied().enumerate().collect(),
        };
        let activities: Vec<Activity> = self.jobs.iter().map(activity).collect();
        let capacities: Vec<i64> = self.capacities.iter().map(|capacity| capacity.value).collect();
        Problem::new(&activities, &arcs, &capacities).map_err(|unfit| {
            let job = match &unfit {
                Unfit::Cycle(circle) => circle.first().copied(),
                Unfit::Scarce { activity, .. } => Some(*activity),
                _ => None,
            };
            let span = job.map_or(Span::at(0), |job| self.jobs[job].span);
            fault(source, span, unfit.to_string().replace("activity", "job")).into()
        })
    }
}

/// Nothing but renewable resources can be scheduled: the header counts each sort.
fn no_other_resources(source: &Source, span: Span, text: &str) -> Result<(), Box<Diagnostic>> {
    let other = ["- nonrenewable", "- doubly constrained"].iter().any(|sort| text.starts_with(sort));
    let count = text.split_once(':').map_or("0", |(_, count)| count.trim());
    if other && !count.starts_with('0') {
        return Err(fault(source, span, "only renewable resources can be scheduled")
            .cause(format!("the header says `{text}`"))
            .into());
    }
    Ok(())
}

/// A precedence row: job, modes, number of successors, successors.
fn precedence(source: &Source, span: Span, job: usize) -> Result<Vec<Number>, Box<Diagnostic>> {
    let row = numbers(source, span)?;
    in_order(source, &row, span, job)?;
    if row.get(1).is_none_or(|modes| modes.value != 1) {
        return Err(fault(source, span, format!("job {job} has not exactly one mode")).into());
    }
    let successors = row.get(3..).unwrap_or_default().to_vec();
    if row.get(2).is_none_or(|count| usize::try_from(count.value) != Ok(successors.len())) {
        return Err(fault(source, span, format!("job {job} has not as many successors as it says"))
            .cause(format!("{} follow", successors.len()))
            .into());
    }
    Ok(successors)
}

/// A request row: job, mode, duration, demands.
fn request(source: &Source, span: Span, job: usize) -> Result<Job, Box<Diagnostic>> {
    let row = numbers(source, span)?;
    in_order(source, &row, span, job)?;
    let Some(duration) = row.get(2) else {
        return Err(fault(source, span, format!("job {job} has no duration")).into());
    };
    let demands = row[3..].iter().map(|number| number.value).collect();
    Ok(Job { span, duration: duration.value, demands, successors: Vec::new() })
}

/// Rows stand in the order of their jobs, so that each is there once.
fn in_order(source: &Source, row: &[Number], span: Span, job: usize) -> Result<(), Box<Diagnostic>> {
    if row.first().is_some_and(|number| usize::try_from(number.value) == Ok(job)) {
        return Ok(());
    }
    Err(fault(source, span, format!("the row of job {job} should stand here")).into())
}

/// The numbers of a stretch of text, which has nothing else.
fn numbers(source: &Source, span: Span) -> Result<Vec<Number>, Box<Diagnostic>> {
    let text = source.slice(span);
    let words = text.split_ascii_whitespace().map(|word| {
        let start = span.start + (word.as_ptr() as usize - text.as_ptr() as usize);
        let span = Span::new(start, start + word.len());
        match word.parse::<u32>() {
            Ok(value) => Ok(Number::new(value.into(), span)),
            Err(_) => Err(fault(source, span, format!("`{word}` is no number from 0 to {}", u32::MAX)).into()),
        }
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::super::solve::{Budget, solve};
    use super::*;
    use proptest::prelude::*;

    /// Five jobs, two resources; one after the other is the best.
    const SM: &str = include_str!("../../tests/it/five-jobs.sm");

    fn said(text: &str) -> String {
        let fault = read(&Source::new("a.sm", text)).map(|_| ()).unwrap_err();
        let at = fault.place.line_column().unwrap();
        format!("{}:{} {}", at.line, at.column, fault.message)
    }

    #[test]
    fn both_forms_say_the_same() {
        let patterson = "5 2\n2 1\n0 0 0 2 2 3\n3 2 0 1 4\n4 1 1 1 5\n2 0 1 1 5\n0 0 0 0\n";
        for text in [SM, &SM.replace('\n', "\r\n"), patterson] {
            let problem = read(&Source::new("a.sm", text)).unwrap();
            let solution = solve(&problem, &Budget::schedules(100));
            assert_eq!((problem.len(), solution.makespan), (5, 9), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (from, to, expected) in [
            (
                "   3        1          1           5",
                "   3        2          1           5",
                "12:1 job 3 has not exactly one mode",
            ),
            ("           2   3", "           2", "10:1 job 1 has not as many successors as it says"),
            ("           4\n", "           9\n", "11:36 there is no job 9"),
            ("           4\n", "           x\n", "11:36 `x` is no number from 0 to 4294967295"),
            ("  4      1     2       0    1\n", "", "21:1 the row of job 4 should stand here"),
            ("  5      1     0       0    0\n", "", "25:1 not every job has a precedence row and a request row"),
            ("  2      1     3       2    0", "  2      1     3       2", "19:1 not every resource is asked for"),
            (
                "  2      1     3       2    0",
                "  2      1     3       3    0",
                "19:1 job 2 needs 3 of resource 1, which has 2",
            ),
            (
                "   4        1          1           5",
                "   4        1          1           2",
                "19:1 job 2 waits for itself → 4 → 2",
            ),
            (
                "nonrenewable              :  0",
                "nonrenewable              :  2",
                "4:1 only renewable resources can be scheduled",
            ),
            ("    2    1\n", "    2    1\n    2    1\n", "26:1 there is a second row of capacities"),
        ] {
            assert!(SM.contains(from), "{from}");
            assert_eq!(said(&SM.replacen(from, to, 1)), expected);
        }
        assert_eq!(said("3 1 2 0 0 1 2 5 1"), "1:18 the file ends before the number of successors");
        assert_eq!(said("1 0 0 0 7"), "1:9 numbers follow after the last job");
        assert_eq!(said("99999 4294967295 1"), "1:19 the file ends before the last capacity");
        assert_eq!(said("# Plan\n"), "1:1 this is no scheduling problem");
        assert_eq!(said(""), "1:1 this is no scheduling problem");
        assert_eq!(said("PRECEDENCE RELATIONS"), "1:21 there are no jobs");
    }

    proptest! {
        #[test]
        fn any_text_is_a_problem_or_a_fault(cut in 0..SM.len(), at in 0..SM.len(), with in "[0-9 \\n*:RP-]{0,6}") {
            let mut text = SM.to_owned();
            text.insert_str(at, &with);
            text.truncate(if cut % 2 == 0 { cut } else { SM.len() });
            if let Ok(problem) = read(&Source::new("a.sm", text)) {
                let solution = solve(&problem, &Budget::schedules(20));
                prop_assert!(solution.bound <= solution.makespan);
            }
        }
    }
}
