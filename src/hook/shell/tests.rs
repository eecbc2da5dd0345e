//! Tests of the reader of commands: which programs a command line runs, with which words, and what is known of each.

use super::{Chance, Reach, calls, program};

/// The calls of a command line, their words joined by `|`; what only the shell knows stands in `‹›`.
fn words(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    calls(source, &mut |call, _| {
        let shown = |marked: &str| {
            let stretches = marked.split('\0').enumerate();
            stretches
                .map(|(n, text)| if n % 2 == 1 { format!("‹{text}›") } else { text.to_owned() })
                .collect()
        };
        found.push(call.words.iter().map(|word| shown(word.marked())).collect::<Vec<String>>().join("|"));
    });
    found
}

#[test]
fn a_line_is_cut_into_commands_and_words() {
    let cases: [(&str, &[&str]); 42] = [
        ("", &[]),
        ("a b  c", &["a|b|c"]),
        ("a;b\nc&&d||e|f&g", &["a", "b", "c", "d", "e", "f", "g"]),
        ("a # b; c\nd", &["a", "d"]),
        ("a b#c '#d'", &["a|b#c|#d"]),
        ("a '' \"\" $''", &["a|||"]),
        ("a\\\nb \\\n c", &["ab|c"]),
        ("a \\  \\'b\\;", &["a| |'b;"]),
        ("a 'b\nc' \"d\\\ne\"", &["a|b\nc|de"]),
        ("a \"\\a\\$\\\"\\`\\\\\"", &["a|\\a$\"`\\"]),
        ("a $'\\n\\x41\\u00e9\\'\\\\\\q' b", &["a|\nAé'\\\\q|b"]),
        ("a $'b\\0c'd", &["a|bd"]),
        (
            "a $b ${b} ${b:-c d} \"$b\" $1 $@ $$ $((1+(2))) $[1] $",
            &["a|‹$b›|‹${b}›|‹${b:-c d}›|‹$b›|‹$1›|‹$@›|‹$$›|‹$((1+(2)))›|‹$[1]›|$"],
        ),
        (
            "a ${b:-\"}\"} ${c:-'}'} ${d:-\\}} \"${e:-'}'}\" f",
            &["a|‹${b:-\"}\"}›|‹${c:-'}'}›|‹${d:-\\}}›|‹${e:-'}'}›|f"],
        ),
        ("a $(b c) d", &["b|c", "a|‹$(b c)›|d"]),
        ("a \"x $(b \"y z\" ')') w\"", &["b|y z|)", "a|x ‹$(b \"y z\" ')')› w"]),
        ("a `b \\`c\\`` d", &["c", "b|‹`c`›", "a|‹`b \\`c\\``›|d"]),
        ("a <(b) >(c)", &["b", "c", "a|‹<(b)›|‹>(c)›"]),
        ("a $(echo b; echo c) $(printf '%s-' d e)", &["echo|b", "echo|c", "printf|%s-|d|e", "a|b\nc|d-e-"]),
        ("x=1 y=$z a; x=2; a $x", &["a", "a|2"]),
        ("x=(a b 'c)' $(d)) ; e", &["e"]),
        ("x+=1; a $x", &["a|‹$x›"]),
        ("a >b 2>&1 <c >>d &>e >&2 >|f 3<>g h", &["a|h"]),
        ("a 2b 2>c", &["a|2b"]),
        ("a <<E b\nx $(c)\nE\nd", &["c", "a|b", "d"]),
        ("a <<'E' && b <<F\n$(x)\nE\n$(y)\nF\nc", &["a", "y", "b", "c"]),
        ("a <<-E\n\tx\n\tE\nb", &["a", "b"]),
        ("a <<E\nno end", &["a"]),
        ("a $(b)\nc <<E\nE)\nE\nd", &["b", "a|‹$(b)›", "c", "d"]),
        ("case a in b) c;; esac; d", &["c", "d"]),
        ("=a b; += c", &["=a|b", "+=|c"]),
        ("a $(cat <<E\nb\nE) c", &["cat", "a|b|c"]),
        ("(a; b) | { c; d; }", &["a", "b", "c", "d"]),
        ("if a; then b; elif c; then d; else e; fi; f", &["a", "b", "c", "d", "e", "f"]),
        ("while a; do b; done; until c; do d; done", &["a", "b", "c", "d"]),
        ("for x in 1 $(a) \"b c\"; do d; done\nfor x; do e; done; for ((;;)) do f; done", &["d", "e", "f"]),
        ("case a in b|'c)') d;; (e) f;& *) g; esac; h", &["d", "f", "g", "h"]),
        ("a() { b; }; function c { d; }; function e() (f)", &["b", "d", "f"]),
        ("[[ a < b && (c || d) ]] && e; ((a<b)) || f", &["[[", "e", "f"]),
        ("! a; time -p b; ! time c", &["a", "b", "c"]),
        ("echo if then fi; iff; done", &["echo|if|then|fi", "iff", "done"]),
        ("rm !(a|b) @(c) x=y", &["rm|!(a|b)|@(c)|x=y"]),
    ];
    for (source, expected) in cases {
        assert_eq!(words(source), expected, "{source}");
    }
}

#[test]
fn text_that_is_no_shell_is_read_to_its_end() {
    for source in [
        "'a", "\"a", "a $(b", "a `b", "a ${b", "(a", "{ a", "if a", ")", "a )b", ";;", "&", "| a", "a <",
        "a >&", "case",
    ] {
        words(source);
    }
    // Nesting no person writes is not followed at all.
    assert_eq!(words(&format!("{}a{}", "( ".repeat(40), ")".repeat(40))), ["a"]);
    assert!(words(&format!("a; {}a{}", "( ".repeat(400), ")".repeat(400))).is_empty());
    assert!(words(&"a ".repeat(200_000)).is_empty());
}

#[test]
fn a_command_knows_where_its_output_goes() {
    let cases = [
        ("x", Reach::Whole),
        ("x 2>/dev/null", Reach::Whole),
        ("x 2>&1", Reach::Whole),
        ("x >&2", Reach::Whole),
        ("x > /dev/stdout", Reach::Whole),
        ("x | cat", Reach::Whole),
        ("x | tee f | cat", Reach::Whole),
        ("x |& tee f", Reach::Whole),
        ("(x)", Reach::Whole),
        ("x 3>&1 >f >&3", Reach::Whole),
        ("x | tail -1", Reach::Tail),
        ("x | cat | tail", Reach::Tail),
        ("(x) | tail", Reach::Tail),
        ("x | tail | head", Reach::Parts),
        ("x | cat -n", Reach::Parts),
        ("x | grep a", Reach::Parts),
        ("x | { cat; }", Reach::Parts),
        ("a $(x)", Reach::Parts),
        ("a <(x)", Reach::Parts),
        ("x > f", Reach::Nothing),
        ("x >> f", Reach::Nothing),
        ("x &> f", Reach::Nothing),
        ("x >& f", Reach::Nothing),
        ("x >& $f", Reach::Nothing),
        ("x >f 2>&1", Reach::Nothing),
        ("x 2>&1 >f", Reach::Nothing),
        ("x >&-", Reach::Nothing),
        ("x 3>f >&3", Reach::Nothing),
        ("x | cat > f", Reach::Nothing),
        ("x | grep a | tee f > g", Reach::Nothing),
        ("{ x; } > f", Reach::Nothing),
        ("if a; then x; fi > f", Reach::Nothing),
        ("for a in b; do x; done | cat > f", Reach::Nothing),
    ];
    for (source, expected) in cases {
        assert_eq!(of_x(source).0, expected, "{source}");
    }
}

#[test]
fn the_exit_code_of_the_whole_vouches_for_what_it_depends_on() {
    let cases = [
        ("x", Chance::Vouched),
        ("a; x", Chance::Vouched),
        ("a && x && b", Chance::Vouched),
        ("a || b && x", Chance::Vouched),
        ("a | x", Chance::Vouched),
        ("(a; x)", Chance::Vouched),
        ("{ a; x; } && b", Chance::Vouched),
        ("[ a ] && x", Chance::Vouched),
        ("! ! x", Chance::Vouched),
        ("set -e; x; a", Chance::Vouched),
        ("set -o errexit\nx\na", Chance::Vouched),
        ("set -o pipefail; x | a", Chance::Vouched),
        ("x; a", Chance::Likely),
        ("a && x; b", Chance::Likely),
        ("x || a", Chance::Likely),
        ("x && a || b", Chance::Likely),
        ("x | a", Chance::Likely),
        ("x &", Chance::Likely),
        ("(x); a", Chance::Likely),
        ("if x; then a; fi", Chance::Likely),
        ("a $(x)", Chance::Likely),
        ("set -e; set +e; x; a", Chance::Likely),
        ("set -e; a && x; b", Chance::Likely),
        ("a || x", Chance::Doubtful),
        ("if a; then x; fi", Chance::Doubtful),
        ("if a; then b; else x; fi", Chance::Doubtful),
        ("while a; do x; done", Chance::Doubtful),
        ("while x; do a; done", Chance::Doubtful),
        ("case a in b) x;; esac", Chance::Doubtful),
        ("f() { x; }", Chance::Doubtful),
        ("[ a ] && x; b", Chance::Doubtful),
        ("git diff --quiet && x; b", Chance::Doubtful),
        ("! a && x; b", Chance::Doubtful),
        ("if a; then (b; x); fi", Chance::Doubtful),
        ("! x", Chance::Refuted),
        ("a; ! x", Chance::Refuted),
    ];
    for (source, expected) in cases {
        assert_eq!(of_x(source).1, expected, "{source}");
    }
}

/// Reach and chance of the one call of `x`.
#[track_caller]
fn of_x(source: &str) -> (Reach, Chance) {
    let mut found = Vec::new();
    calls(source, &mut |call, _| {
        if call.words[0].as_known() == Some("x") {
            found.push((call.reach, call.chance));
        }
    });
    assert_eq!(found.len(), 1, "{source}");
    found[0]
}

#[test]
fn the_program_behind_a_wrapper_is_the_one_that_counts() {
    let cases = [
        ("git a", Some("git a")),
        ("/usr/bin/git a", Some("git a")),
        ("C:\\\\git\\\\git.exe a", Some("git a")),
        ("env A=1 -u B git a", Some("git a")),
        ("sudo -u me -- git a", Some("git a")),
        ("timeout --signal KILL 5m git a", Some("git a")),
        ("command exec nice -n 5 nohup git a", Some("git a")),
        ("command -v git", None),
        ("env", None),
        ("$GIT a", None),
        ("timeout 5", None),
    ];
    for (source, expected) in cases {
        let mut found = None;
        calls(source, &mut |call, _| {
            let joined = |(name, arguments): (&str, &[super::Text])| {
                let words = arguments.iter().map(super::Text::shown).collect::<Vec<_>>();
                format!("{name} {}", words.join(" "))
            };
            found = program(call.words).map(joined);
        });
        assert_eq!(found.as_deref(), expected, "{source}");
    }
}

#[test]
fn an_unknown_stretch_fits_anything_and_the_rest_only_itself() {
    let mut text = super::Text::known("a ");
    text.push_unknown("$b");
    text.push(" c ");
    text.push_unknown("$d");
    for (line, fits) in
        [("a x c y", true), ("a  c ", true), ("a x y c c ", true), ("a x c", false), ("b x c y", false)]
    {
        assert_eq!(text.fits(line), fits, "{line}");
    }
    assert!(super::Text::known("a").fits("a") && !super::Text::known("a").fits("ab"));
    assert_eq!((text.shown().as_str(), text.as_known()), ("a $b c $d", None));
}
