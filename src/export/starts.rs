//! Starts of benchmark problems: one row a job, as verifiers of the field read them.

use super::table::inert;

/// Comma-separated values `instance,job,start`; jobs count from 1, in the order of their file.
pub fn csv<'a>(schedules: impl IntoIterator<Item = (&'a str, &'a [i64])>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut row = |cells: [&str; 3]| {
        writer.write_record(cells).expect("memory can be written, and every row has as many cells");
    };
    row(["instance", "job", "start"]);
    for (name, starts) in schedules {
        let name = inert(name);
        for (job, start) in (1usize..).zip(starts) {
            row([&name, &job.to_string(), &start.to_string()]);
        }
    }
    let bytes = writer.into_inner().expect("memory can be written");
    String::from_utf8(bytes).expect("texts were written")
}
