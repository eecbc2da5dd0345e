//! What stands below the options in each command's help: examples, and the exit codes that are its own. At most 80 columns.

pub(super) const PROGRAM: &str = "\
First steps:
  engram-hook install            put the hooks into Claude Code's settings
  engram-hook status             see what is captured, waits and was delivered
  engram-hook doctor             see what is wrong, and what mends it
  engram-hook explain < payload.json
                                 see what would be kept of an event, and why

The key is read from ENGRAM_API_KEY, or from the file api-key in the settings
directory. Secrets and <private> parts are taken out before anything is written.

Exit codes: 0 done, 1 failed, 64 usage, 75 something is left, try later,
77 key rejected.";

pub(super) const FLUSH: &str = "\
A capture starts this by itself, in the background. By hand it waits for a flush
that is at work, does not wait for the next try to be due, and says what came.

Examples:
  engram-hook flush -v           a line for each memory: answer, verdict, time
  engram-hook flush --retry-key  a rejected key works again: go on with it

Exit codes: 0 nothing is left, 75 something is left, 77 key rejected, 1 failed.";

pub(super) const STATUS: &str = "\
Works with broken settings and without a key, and changes nothing.

Examples:
  engram-hook status | head -3
  engram-hook status --json";

pub(super) const DOCTOR: &str = "\
It only looks: it writes no memory, erases nothing, and asks the service one
thing that reads, with the key. Each finding is ok, note (worth knowing) or BAD
(something is not captured or not delivered); below it stands what mends it.

Examples:
  engram-hook doctor
  engram-hook doctor --offline   ask nobody
  engram-hook doctor --json

Exit codes: 0 nothing to mend, 1 something is BAD.";

pub(super) const CONFIG: &str = "\
Of the key it says the form, the length and a fingerprint, which tells two keys
apart; never the key. A mistake in config.json is told by its line.

Examples:
  engram-hook config show
  ${EDITOR:-vi} \"$(engram-hook config path)\"

Exit codes: 0 done, 1 config.json cannot be used: nothing is captured.";

pub(super) const LIST: &str = "\
Examples:
  engram-hook list               when, type and topic of each, the oldest first
  engram-hook list --json        whole records, as they will be sent
  engram-hook list --dead        what the service refused for good, and why";

pub(super) const DROP: &str = "\
What was delivered is not touched: it is in the service, not here. Without a
terminal nobody can be asked: give --yes.

Examples:
  engram-hook drop
  engram-hook drop --all --yes   every key, and the dead letters";

pub(super) const RETRY_DEAD: &str = "\
They are sent again by the next flush, under their old ids. Once what they were
refused for is mended: engram-hook retry-dead && engram-hook flush -v";

pub(super) const ADOPT: &str = "\
Memories captured under one key are never sent with another on their own. After
a key was replaced, this sends what still waits for the old one.

Example:
  engram-hook adopt && engram-hook flush -v";

pub(super) const EXPLAIN: &str = "\
A payload is what Claude Code writes to a hook's stdin: one JSON object.

Examples:
  engram-hook explain < payload.json
  engram-hook explain --last     the newest memory, and what failed since
  engram-hook explain --json < payload.json";

pub(super) const REMEMBER: &str = "\
It goes the way of every other memory: secrets and <private> parts are taken
out, it waits in the spool, and it is delivered in the background.

Examples:
  engram-hook remember --type decision \"Invoices are numbered per tenant\"
  cat notes.md | engram-hook remember --topic Release -";

pub(super) const INSTALL: &str = "\
The file keeps its order, spaces, line ends, mode and owner, and a copy of it is
put beside it. Running it again brings older entries up to date.

Examples:
  engram-hook install --dry-run  show the change as a diff
  engram-hook install            into ~/.claude/settings.json, or the one in
                                 CLAUDE_CONFIG_DIR
  engram-hook install --project  into .claude/settings.json of this directory";

pub(super) const UNINSTALL: &str = "\
The file is given back byte for byte. Sessions that are open keep the hooks they
began with until they end.

Examples:
  engram-hook uninstall --dry-run
  engram-hook uninstall --purge  out of every file they were put into, and what
                                 waits, the notes, the log and your settings too";

pub(super) const COMPLETIONS: &str = "\
Examples:
  engram-hook completions bash \\
    > ~/.local/share/bash-completion/completions/engram-hook
  engram-hook completions zsh > ~/.zfunc/_engram-hook   # in your fpath
  engram-hook completions fish \\
    > ~/.config/fish/completions/engram-hook.fish";
