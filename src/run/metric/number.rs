//! A number in JSON or in printed text.

use super::Value;
use crate::text::visible;
use regex::RegexBuilder;

/// How much compiled expression is allowed, in bytes; the policy is read with the same limit.
const MAX_REGEX: usize = 1 << 20;

/// How much of the output's end is searched, in bytes. Finding every match can take the square of this.
const SEARCHED: usize = 64 << 10;

/// The number at an RFC 6901 pointer.
pub(super) fn at_pointer(bytes: &[u8], pointer: &str) -> Result<Value, String> {
    let json: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| format!("it is no JSON: {error}"))?;
    let found = json.pointer(pointer).ok_or_else(|| format!("nothing stands at `{}`", visible(pointer)))?;
    let number = found.as_f64().ok_or_else(|| format!("what stands at `{}` is no number", visible(pointer)))?;
    Value::new(number)
}

/// The first capture group of the last match; `^` and `$` mean lines.
pub(super) fn last_match(pattern: &str, output: &str) -> Result<Value, String> {
    let regex =
        RegexBuilder::new(pattern).multi_line(true).size_limit(MAX_REGEX).build().map_err(|error| {
            format!("the expression is not valid: {}", error.to_string().lines().last().unwrap_or(""))
        })?;
    let start = (output.len().saturating_sub(SEARCHED)..=output.len())
        .find(|&start| output.is_char_boundary(start))
        .expect("the end of a text is a boundary");
    let found = regex.captures_iter(&output[start..]).last().ok_or("the expression matches nothing in the output")?;
    let text = found.get(1).ok_or("the expression's first group took no part in its last match")?.as_str().trim();
    Value::new(text.parse().map_err(|_| format!("`{}` is no number", visible(text)))?)
}
