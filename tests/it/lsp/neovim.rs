//! A real editor: Neovim opens a broken plan, shows the finding, and mends it.

use crate::harness::Sandbox;
use std::process::Command;

/// Attaches the server the way any Neovim from 0.7 on can, and writes what it sees line by line.
const SCRIPT: &str = r#"
local out = {}
local client = vim.lsp.start_client({ name = 'passmuster', cmd = { 'passmuster', 'lsp' }, root_dir = vim.fn.getcwd() })
vim.lsp.buf_attach_client(0, client)
local function found(count)
  return vim.wait(20000, function() return #vim.diagnostic.get(0) == count end, 20)
end
local function note()
  for _, one in ipairs(vim.diagnostic.get(0)) do
    table.insert(out, string.format('%d:%d %s %s', one.lnum + 1, one.col + 1, one.code or one.user_data.lsp.code, (one.message:gsub('\n.*', ''))))
  end
end
assert(found(1), 'no finding came')
note()
vim.api.nvim_buf_set_text(0, 2, 11, 2, 15, { 'T-01' })
assert(found(0), 'the finding stayed')
vim.api.nvim_buf_set_text(0, 2, 11, 2, 15, { 'T-👍7' })
assert(found(1), 'no finding came back')
note()
local at = { textDocument = vim.lsp.util.make_text_document_params(), position = { line = 1, character = 6 } }
local answers = vim.lsp.buf_request_sync(0, 'textDocument/hover', at, 20000)
for _, answer in pairs(answers) do
  table.insert(out, (answer.result.contents.value:gsub('\n.*', '')))
end
vim.fn.writefile(out, 'seen')
"#;

#[test]
fn neovim_shows_a_finding_and_takes_it_away() {
    if Command::new("nvim").arg("--version").output().is_err() {
        eprintln!("skipped: there is no nvim");
        return;
    }
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", "passmuster: policy/1\nrepository: 7f3k9q2m\nprofile: solo\nprotect: [main]\n");
    sandbox.write("plan/03-execution-plan.md", "- [ ] T-01: 👍 a\n- [ ] T-02: b\n  - needs: T-09 (technical: it)\n");
    sandbox.write("seen.lua", SCRIPT);
    let line = "nvim --headless -u NONE -i NONE -n plan/03-execution-plan.md -c 'luafile seen.lua' -c 'qall!'";
    let output = sandbox.shell("work", line);
    assert!(sandbox.work().join("seen").exists(), "{output}");
    insta::assert_snapshot!(sandbox.read("seen"), @r"
    3:12 plan/dangling-need `T-02` needs `T-09`, which is no item
    3:12 plan/dangling-need `T-02` needs `T-👍7`, which is no item
    **T-02** b
    ");
}

/// Opens file after file the way a person does, and writes what is found in each.
const FILES: &str = r#"
local out = {}
for _, file in ipairs({ 'passmuster.yaml', 'plan/roster.yaml', 'plan/epics/a.md', 'plan/handoffs/2026-11-20-db.md' }) do
  vim.cmd('edit ' .. file)
  assert(vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end, 20), 'nothing is found in ' .. file)
  for _, one in ipairs(vim.diagnostic.get(0)) do
    table.insert(out, string.format('%s:%d:%d %s', file, one.lnum + 1, one.col + 1, (one.message:gsub('\n.*', ''))))
  end
end
vim.fn.writefile(out, 'seen')
"#;

/// The lines that the README gives for the Neovim of most distributions, on every kind of file they are for.
#[test]
fn neovim_with_the_lines_of_the_readme() {
    if Command::new("nvim").arg("--version").output().is_err() {
        eprintln!("skipped: there is no nvim");
        return;
    }
    let readme = include_str!("../../../README.md");
    let (_, after) = readme.split_once("Neovim from 0.7").expect("the README says how");
    let lines = after.split("```").nth(1).and_then(|fence| fence.strip_prefix("lua\n")).expect("in lines of Lua");
    let sandbox = Sandbox::repository();
    sandbox.write("init.lua", lines);
    sandbox.write(
        "passmuster.yaml",
        "passmuster: policy/1\nrepository: 7f3k9q2m\nprofile: solo\nprotect: [main]\nprotekt: []\n",
    );
    sandbox.write("plan/roster.yaml", "passmuster: roster/1\nmembers:\n  - { name: ada, kind: humen }\n");
    sandbox.write("plan/epics/a.md", "- [ ] T-01: a\n  - needs: T-09 (technical: it)\n");
    sandbox.write("plan/handoffs/2026-11-20-db.md", "---\npassmuster: handoff/1\nstate: gone\n---\n");
    sandbox.write("seen.lua", FILES);
    let line = "nvim --headless -u init.lua -i NONE -n -c 'luafile seen.lua' -c 'qall!'";
    let output = sandbox.shell("work", line);
    assert!(sandbox.work().join("seen").exists(), "{output}");
    insta::assert_snapshot!(sandbox.read("seen"), @r"
    passmuster.yaml:5:1 unknown key `protekt` in the policy
    plan/roster.yaml:3:24 `kind` must be one of human, agent, ci
    plan/epics/a.md:2:12 `T-01` needs `T-09`, which is no item
    plan/handoffs/2026-11-20-db.md:2:1 `at` is missing in the record
    plan/handoffs/2026-11-20-db.md:2:1 `by` is missing in the record
    plan/handoffs/2026-11-20-db.md:2:1 `title` is missing in the record
    plan/handoffs/2026-11-20-db.md:3:8 the state must be one of draft, offered, authorised, accepted, rejected
    ");
}
