//! `textDocument/semanticTokens/full`: colours for what Markdown and YAML do not know: ids, members, gates, values.

use super::mention::{self, Thing};
use super::server::Refusal;
use super::state::State;
use gen_lsp_types::{SemanticToken, SemanticTokenTypes, SemanticTokens, SemanticTokensLegend, SemanticTokensParams};

/// The kinds of tokens, in the order the answers number them.
const TYPES: [SemanticTokenTypes; 8] = [
    SemanticTokenTypes::Class,
    SemanticTokenTypes::Variable,
    SemanticTokenTypes::Function,
    SemanticTokenTypes::String,
    SemanticTokenTypes::Keyword,
    SemanticTokenTypes::Number,
    SemanticTokenTypes::EnumMember,
    SemanticTokenTypes::Decorator,
];

/// The one modifier: the thing is made here.
const MODIFIERS: [&str; 1] = ["definition"];

pub(super) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: TYPES.map(String::from).to_vec(),
        token_modifiers: MODIFIERS.map(str::to_owned).to_vec(),
    }
}

fn number(thing: &Thing) -> u32 {
    match thing {
        Thing::Item(_) => 0,
        Thing::Member(_) => 1,
        Thing::Gate(_) => 2,
        Thing::Path(_) => 3,
        Thing::Priority => 4,
        Thing::Estimate => 5,
        Thing::Date => 6,
        Thing::Tag => 7,
    }
}

pub(super) fn run(state: &mut State<'_>, params: SemanticTokensParams) -> Result<Option<SemanticTokens>, Refusal> {
    let Some(view) = state.view(&params.text_document.uri) else { return Ok(None) };
    let places = view.places(&state.client);
    let mut data = Vec::new();
    let (mut line, mut start) = (0, 0);
    let mut free_from = 0;
    for mention in mention::all(&view.snapshot, &view.path) {
        let range = places.range(mention.span);
        // Tokens lie side by side, each on one line.
        if mention.span.start < free_from || mention.span.is_empty() || range.start.line != range.end.line {
            continue;
        }
        free_from = mention.span.end;
        let delta_line = range.start.line - line;
        data.push(SemanticToken {
            delta_line,
            delta_start: if delta_line == 0 { range.start.character - start } else { range.start.character },
            length: range.end.character - range.start.character,
            token_type: number(&mention.thing),
            token_modifiers_bitset: u32::from(mention.defines),
        });
        (line, start) = (range.start.line, range.start.character);
    }
    Ok(Some(SemanticTokens { result_id: None, data }))
}
