//! A policy with something wrong in it: everything is told at once, each thing
//! once, at its line, with what to do.

use expect_test::{Expect, expect};
use gavel::policy::Policy;
use gavel::policy::lists::no_files;

/// The rendered problems of a policy.
#[track_caller]
fn check_problems(source: &str, expected: Expect) {
    let problems = Policy::parse(source, "p.toml", &no_files).err().unwrap_or_default();
    let rendered: Vec<String> = problems.iter().map(|p| p.render(source, false)).collect();
    expected.assert_eq(&rendered.join("\n\n"));
}

const HEAD: &str = "id = \"p\"\ntitle = \"P\"\nversion = \"1\"\nadopted = 2025-01-01\n\n\
[[clause]]\nid = \"1\"\ntext = \"x\"\nbinds = \"employees\"\nhandled = \"rules\"\n\n";

#[test]
fn every_problem_is_listed_at_its_line() {
    let source = format!(
        "{HEAD}[[rule]]\nid = \"a\"\ncategory = \"vulger\"\nevidence = \"term\"\ndisposition = \"hold\"\n\
         cites = [\"9.4\"]\nterms = [\"heck\"]\ncolour = 3\n\n\
         [[rule]]\nid = \"b\"\ncategory = \"vulgar\"\nevidence = \"term\"\ndisposition = \"remove\"\n\
         unambiguous = true\ncites = [\"1\"]\nterms = [\"vote @partei\", \"democrats are bad\"]\n\n\
         [[rule]]\nid = \"c\"\ncategory = \"spam\"\nevidence = \"pattern\"\ndisposition = \"review\"\n\
         audience = [\"employee\"]\ncites = [\"1\"]\npattern = \"(a{{1000}}){{1000}}\"\n"
    );
    check_problems(
        &source,
        expect![[r#"
            error: `category` of rule `a` cannot be `vulger`
              --> p.toml:14:12
               |
            14 | category = "vulger"
               |            ^^^^^^^^
               |
               = help: did you mean `vulgar`?

            error: rule `a` ends at `hold`, above the ceiling `review` of `term` evidence
              --> p.toml:16:15
               |
            16 | disposition = "hold"
               |               ^^^^^^
               |
               = help: add `unambiguous = true` if nothing else could be meant, or end at `review`

            error: rule `a` cites `9.4`, which the policy does not define
              --> p.toml:17:10
               |
            17 | cites = ["9.4"]
               |          ^^^^^
               |
               = help: cite a clause of this policy, or declare the authority

            error: unknown key `colour` in rule `a`
              --> p.toml:19:1
               |
            19 | colour = 3
               | ^^^^^^
               |
               = help: known here: `audience`, `category`, `cites`, `disposition`, `evidence`, `except`, `id`, `match`, `no-match`, `notice`, `office`, `quoted`, `reminder`, `response`, `route`, `same-as`, `severity`, `terms`, `topics`, `unambiguous`, `unless`, `urgent`, `veto`

            error: rule `b` ends at `remove`, above the ceiling `hold` of `term` evidence
              --> p.toml:25:15
               |
            25 | disposition = "remove"
               |               ^^^^^^^^
               |
               = help: end at `hold`, the most that `term` evidence may lead to

            error: rule `b` cites `1`, which binds employees and not its audience `resident`
              --> p.toml:27:10
               |
            27 | cites = ["1"]
               |          ^^^
               |
               = help: cite a clause that binds them, or give the rule another audience

            error: there is no class `partei`
              --> p.toml:28:10
               |
            28 | terms = ["vote @partei", "democrats are bad"]
               |          ^^^^^^^^^^^^^^
               |
               = help: known: party, candidate, official, faith, deity, scripture, worship-place, nationality, gender, name, surname

            error: `democrats are bad` spells out `democrats`, which stands for its class before any rule sees it
              --> p.toml:28:26
               |
            28 | terms = ["vote @partei", "democrats are bad"]
               |                          ^^^^^^^^^^^^^^^^^^^
               |
               = help: write `@party`, so that all of them are treated alike

            error: the pattern of rule `c` compiles to more than 1048576 bytes
              --> p.toml:37:11
               |
            37 | pattern = "(a{1000}){1000}"
               |           ^^^^^^^^^^^^^^^^^
               |
               = help: use fewer or smaller repetitions, or a word list"#]],
    );
}

#[test]
fn examples_and_pairs_are_held() {
    let source = format!(
        "{HEAD}[[rule]]\nid = \"a\"\ncategory = \"vulgar\"\nevidence = \"term\"\ndisposition = \"review\"\n\
         audience = [\"employee\"]\ncites = [\"1\"]\nterms = [\"heck\"]\nmatch = [\"darn\"]\nno-match = [\"what the heck\"]\n\n\
         [[pair]]\nleft = \"heck yes\"\nright = \"heaven yes\"\naudience = \"employee\"\n"
    );
    check_problems(
        &source,
        expect![[r#"
        error: rule `a` does not match its example `darn`
          --> p.toml:20:10
           |
        20 | match = ["darn"]
           |          ^^^^^^
           |
           = help: widen the rule, or take the example out

        error: rule `a` matches its example `what the heck`
          --> p.toml:21:13
           |
        21 | no-match = ["what the heck"]
           |             ^^^^^^^^^^^^^^^
           |
           = help: narrow the rule, or take the example out

        error: a pair is decided differently: `heck yes` is `review` (vulgar), and `heaven yes` is `none` (no finding)
          --> p.toml:23:1
           |
        23 | [[pair]]
           | ^^^^^^^^
           |
           = help: the two sides must be treated alike: widen or narrow the rule that differs"#]],
    );
}

/// The problems of a policy, each in a line: where it is, what is there, what
/// is wrong, and what to do.
#[track_caller]
fn check_all(rules: &str, expected: Expect) {
    let source = format!("{HEAD}{rules}");
    let files = |name: &str| match name {
        "lists/odd.txt" => Ok("fine\nvote @partei\n".to_owned()),
        "lists/pasted.txt" => Ok("gurkel*, *fnord\n".to_owned()),
        _ => Err("there is no such file".to_owned()),
    };
    let problems = Policy::parse(&source, "p.toml", &files).err().unwrap_or_default();
    let told = problems.iter().map(|p| {
        let there = source[p.at.clone()].lines().next().unwrap_or("");
        format!("{:>2} {there:<16} {} ({})\n", p.line(&source), p.what, p.hint)
    });
    expected.assert_eq(&told.collect::<String>());
}

#[test]
fn a_misspelt_category_hides_nothing_and_breaks_no_other_rule() {
    check_all(
        r#"[[rule]]
id = "a"
category = "vulger"
evidence = "term"
disposition = "remove"
cites = ["1", "2"]
audience = ["employee", "residant"]
terms = ["vote @partei", "heck"]
veto = ["builtin:harmles-context"]
route = "pres"

[[rule]]
id = "b"
category = "vulgar"
evidence = "term"
disposition = "review"
audience = ["employee"]
cites = ["1"]
same-as = "a"

[[rule]]
id = "a"
category = "vulgar"
evidence = "term"
disposition = "review"
audience = ["employee"]
cites = ["1"]
same-as = "aa"
"#,
        expect![[r#"
            14 "vulger"         `category` of rule `a` cannot be `vulger` (did you mean `vulgar`?)
            16 "remove"         rule `a` ends at `remove`, above the ceiling `review` of `term` evidence (end at `review`, the most that `term` evidence may lead to)
            17 "2"              rule `a` cites `2`, which the policy does not define (cite a clause of this policy, or declare the authority)
            18 "residant"       `audience` of rule `a` cannot be `residant` (did you mean `resident`?)
            19 "vote @partei"   there is no class `partei` (known: party, candidate, official, faith, deity, scripture, worship-place, nationality, gender, name, surname)
            20 "builtin:harmles-context" there is no list `harmles-context` (did you mean `harmless-context`?)
            21 "pres"           `route` of rule `a` cannot be `pres` (did you mean `press`?)
            33 "a"              there are two rules `a` (give each its own id)
            39 "aa"             `same-as` of rule `a` names `aa`, which is no earlier rule (name a rule that stands above this one)
        "#]],
    );
}

#[test]
fn without_its_kind_of_evidence_a_rule_is_read_to_its_end() {
    check_all(
        r#"[[rule]]
id = "a"
category = "vulgar"
evidence = "terms"
disposition = "remove"
audience = ["employee"]
cites = ["1"]
terms = ["vote @partei"]
except = ["signal:lnik"]
quoted = "yes"

[[rule]]
id = "b"
category = "vulgar"
disposition = "review"
audience = ["employee"]
cites = ["1"]
pattern = "a("
within = "near"
repeats = 99
minutes = 5

[[rule]]
id = "c"
category = "vulgar"
evidence = "structure"
disposition = "review"
audience = ["employee"]
cites = ["1"]
terms = ["heck", "vote @partei"]
unless = [5]
"#,
        expect![[r#"
            15 "terms"          `evidence` of rule `a` cannot be `terms` (did you mean `term`?)
            19 "vote @partei"   there is no class `partei` (known: party, candidate, official, faith, deity, scripture, worship-place, nationality, gender, name, surname)
            20 "signal:lnik"    there is no signal `lnik` (did you mean `link`?)
            21 "yes"            `quoted` of rule `a` is a string, and should be `true` or `false` (write `true` or `false`)
            23 [[rule]]         rule `b` has no `evidence` (add `evidence = "…"`)
            29 "a("             the pattern of rule `b` is not a regular expression: unclosed group (see https://docs.rs/regex for the syntax)
            30 "near"           `within` of rule `b` is a string, and should be a whole number from 0 to 63 (write a whole number from 0 to 63)
            31 99               `repeats` of rule `b` is 99, and should be a whole number from 2 to 31 (write a whole number from 2 to 31)
            41 ["heck", "vote @partei"] `terms` of rule `c` goes with `term` evidence, not with `structure` (write `evidence = "term"`, or take `terms` out)
            41 "vote @partei"   there is no class `partei` (known: party, candidate, official, faith, deity, scripture, worship-place, nationality, gender, name, surname)
            42 5                `unless` of rule `c` is an integer, and should be a string in quotation marks (write a string in quotation marks)
        "#]],
    );
}

#[test]
fn nothing_is_told_that_only_follows_from_something_else() {
    check_all(
        r#"[[clause]]
id = "2"
text = "y"
binds = "every-one"
handled = "rule"

[[rule]]
id = "a"
category = "vulgar"
evidence = "term"
disposition = "hold"
unambiguous = "yes"
cites = ["2"]
terms = 5

[[rule]]
id = "b"
category = "spam"
evidence = "count"
disposition = "remoove"
audience = "staff"
cites = [1]
repeats = 1
minutes = 5

[[rule]]
id = "c"
category = "spam"
evidence = "term"
disposition = "nothing"
cites = ["1"]
same-as = 3

[[rule]]
category = "spam"
evidence = "pattern"
disposition = "review"
audience = ["employee"]
cites = ["1"]
pattern = ""

[[rule]]
category = "spam"
evidence = "term"
disposition = "review"
audience = ["employee"]
cites = []
terms = []
"#,
        expect![[r#"
            15 "every-one"      `binds` of clause `2` cannot be `every-one` (did you mean `everyone`?)
            16 "rule"           `handled` of clause `2` cannot be `rule` (did you mean `rules`?)
            23 "yes"            `unambiguous` of rule `a` is a string, and should be `true` or `false` (write `true` or `false`)
            25 5                `terms` of rule `a` is an integer, and should be a list of strings (write a list of strings)
            31 "remoove"        `disposition` of rule `b` cannot be `remoove` (did you mean `remove`?)
            32 "staff"          `audience` of rule `b` cannot be `staff` (one of: resident, employee, official)
            33 1                `cites` of rule `b` is an integer, and should be a string in quotation marks (write a string in quotation marks)
            34 1                `repeats` of rule `b` is 1, and should be a whole number from 2 to 31 (write a whole number from 2 to 31)
            41 "nothing"        `disposition` of rule `c` cannot be `nothing` (one of: none, notify, review, hold, remove)
            43 3                `same-as` of rule `c` is an integer, and should be a string in quotation marks (write a string in quotation marks)
            45 [[rule]]         rule has no `id` (add `id = "…"`)
            51 ""               `pattern` says nothing (write `pattern = "…"`)
            53 [[rule]]         rule has no `id` (add `id = "…"`)
            53 [[rule]]         this rule cites nothing (add `cites = ["…"]`: a decision names its authority)
            59 []               this rule has `term` evidence and no `terms` (add `terms`)
        "#]],
    );
}

#[test]
fn a_sentence_that_staff_are_given_is_the_clauses_own() {
    check_all(
        r#"[[clause]]
id = "2"
text = """Staff say that “these views
  are my own.” and “friend” nobody. That is all."""
sentence = "these views  are my own."
binds = "employees"
handled = "reminder"

[[clause]]
id = "3"
text = "Staff say “these views are my own.” That is all."
sentence = "These views are my own."
binds = "employees"
handled = "reminder"

[[clause]]
id = "4"
text = "Staff say “these views are my own.” That is all."
sentence = "That is all."
binds = "employees"
handled = "reminder"

[[clause]]
id = "5"
text = "Staff say “ours”. That is all."
sentence = "That is all."
binds = "employees"
handled = "reminder"

[[clause]]
id = "6"
text = "Staff say “these views are my own.”"
sentence = " "
binds = "employees"
handled = "reminder"
"#,
        expect![[r#"
            23 "These views are my own." `sentence` of clause `3` does not stand in its `text` word for word (in quotation marks stands there: these views are my own.)
            30 "That is all."   `sentence` of clause `4` is not the sentence that its `text` gives in quotation marks (in quotation marks stands there: these views are my own.)
            37 "That is all."   `sentence` of clause `5` is not the sentence that its `text` gives in quotation marks (only what the clause gives in quotation marks is quoted: take it out)
            44 " "              `sentence` of clause `6` says nothing (in quotation marks stands there: these views are my own.)
        "#]],
    );
}

#[test]
fn a_broken_list_is_told_once_and_a_broken_place_wherever_it_is() {
    check_all(
        r#"[[rule]]
id = "a"
category = "vulgar"
evidence = "term"
disposition = "review"
audience = ["employee"]
cites = ["1"]
terms = ["lists/odd.txt | lists/none.txt"]

[[rule]]
id = "b"
category = "vulgar"
evidence = "structure"
disposition = "review"
audience = ["employee"]
cites = ["1"]
needs = ["lists/odd.txt | lists/none.txt", "@partei", "near the mayor's house"]
veto = ["@partei"]
"#,
        expect![[r#"
            19 "lists/odd.txt | lists/none.txt" `fine` in the list `lists/odd.txt` may not be a term: it is a common word, which says nothing by itself (use a longer phrase, or a `structure` rule that says what else must be met)
            19 "lists/odd.txt | lists/none.txt" there is no class `partei` in the list `lists/odd.txt` (known: party, candidate, official, faith, deity, scripture, worship-place, nationality, gender, name, surname)
            19 "lists/odd.txt | lists/none.txt" the list `lists/none.txt` cannot be read: there is no such file (list files lie beside the policy file)
            28 "lists/odd.txt | lists/none.txt" the list `lists/none.txt` cannot be read: there is no such file (list files lie beside the policy file)
            28 "@partei"        there is no class `partei` (known: party, candidate, official, faith, deity, scripture, worship-place, nationality, gender, name, surname)
            28 "near the mayor's house" `near the mayor's house` spells out `the mayor's`, which stands for its class before any rule sees it (write `@official`, so that all of them are treated alike)
            29 "@partei"        there is no class `partei` (known: party, candidate, official, faith, deity, scripture, worship-place, nationality, gender, name, surname)
        "#]],
    );
}

/// A list that is pasted where nothing of it would count is no silent nothing.
#[test]
fn a_list_that_would_add_nothing_is_refused() {
    check_all(
        r#"[[rule]]
id = "a"
category = "vulgar"
evidence = "term"
disposition = "hold"
unambiguous = true
cites = ["1"]
terms = ["builtin:obscenity-en|lists/pasted.txt|pasted.txt"]
"#,
        expect![[r#"
            18 "1"              rule `a` cites `1`, which binds employees and not its audience `resident` (cite a clause that binds them, or give the rule another audience)
            19 "builtin:obscenity-en|lists/pasted.txt|pasted.txt" nothing in `lists/pasted.txt` is `unambiguous`, which this rule asks for: it adds no word (put `[unambiguous]` above the words that are, or name the list where less is asked)
            19 "builtin:obscenity-en|lists/pasted.txt|pasted.txt" `pasted.txt` is no list that can be read (list files lie in the folder `lists` beside the policy file: `lists/pasted.txt`)
        "#]],
    );
}
