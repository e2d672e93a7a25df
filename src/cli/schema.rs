//! `schema`: JSON Schemas of the files.

use super::workspace::Workspace;
use super::{Context, Exit};
use crate::diag::Failure;
use crate::report::Format;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::verb::schema;

#[derive(Debug, clap::Args)]
pub struct SchemaArgs {
    /// The format to describe; without it, list them
    #[arg(value_name = "NAME")]
    name: Option<String>,

    /// Write the schemas that YAML editors find in the repository, as this version knows them
    #[arg(long, conflicts_with = "name")]
    write: bool,
}

/// Prints one schema as it is, or the list of all.
///
/// # Errors
/// There is no such schema, or standard output cannot be written.
pub fn run(context: &Context, args: SchemaArgs) -> Result<Exit, Failure> {
    if args.write {
        return write(context);
    }
    let text = match args.name {
        Some(name) => {
            let schema = schema::named(&name)?.value;
            format!("{}\n", serde_json::to_string_pretty(&schema).expect("a JSON value can be written"))
        }
        None => list(context),
    };
    context.output.print(&text)?;
    Ok(Exit::Passed)
}

/// Brings the schemas of the work tree up to date; the first lines of policy and roster name them.
fn write(context: &Context) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let _lock = workspace.lock()?;
    for local in schema::local() {
        workspace.tree.write(&local.path.into(), local.text.as_bytes())?;
        context.output.say(&format!("{} written", local.path));
    }
    Ok(Exit::Passed)
}

fn list(context: &Context) -> String {
    let all = schema::all();
    if context.format == Format::Json {
        let rows: Vec<v1::Schema<'_>> = all
            .iter()
            .map(|schema| v1::Schema { name: schema.name, files: &schema.files, about: schema.about() })
            .collect();
        return envelope("schemas", &rows);
    }
    let mut table = Table::new([("name", Align::Left), ("files", Align::Left), ("what", Align::Left)]);
    for schema in &all {
        table.row([schema.name, &schema.files, schema.about()]);
    }
    table.render(context.output.style())
}
