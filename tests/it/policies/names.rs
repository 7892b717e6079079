//! Names of a neutrality class, as people write them.

use gavel::policy::Policy;
use gavel::policy::lists::no_files;

/// Holds a rule that looks for these terms to messages that it must and must
/// not match.
#[track_caller]
fn check(terms: &str, matches: &[&str], others: &[&str]) {
    let source = format!(
        "id = \"p\"\ntitle = \"P\"\nversion = \"1\"\nadopted = 2025-01-01\n\n\
         [[clause]]\nid = \"1\"\ntext = \"x\"\nbinds = \"everyone\"\nhandled = \"rules\"\n\n\
         [[rule]]\nid = \"a\"\ncategory = \"political\"\nevidence = \"structure\"\ndisposition = \"review\"\n\
         cites = [\"1\"]\nneeds = [{terms:?}]\nmatch = {matches:?}\nno-match = {others:?}\n"
    );
    let problems = Policy::parse(&source, "p.toml", &no_files).err().unwrap_or_default();
    let told: Vec<&str> = problems.iter().map(|problem| problem.what.as_str()).collect();
    assert_eq!(told, [""; 0]);
}

#[test]
fn what_is_somebodys_is_said_with_their_name() {
    check(
        "@party plan",
        &["the Democrat's plan", "the Democrats' plan", "the Republican’s plan", "the Republicans’ plan"],
        &["the city's plan"],
    );
    check(
        "@official house",
        &["the mayor's house", "The City Clerk's house", "our police chief’s house"],
        &["the neighbor's house"],
    );
    check("@candidate a liar", &["Trump's a liar", "Ted Cruz’s a liar", "Bernie's a liar"], &[]);
    check("@gender choir", &["the men's choir", "the women's choir"], &["the school's choir"]);
    check(
        "la casa de @official",
        &["la casa de la alcaldesa", "la casa del alcalde o la casa de alcalde"],
        &[],
    );
}

#[test]
fn what_is_no_name_is_none_in_the_possessive_either() {
    check("@candidate day", &[], &["closed on President's Day"]);
    check("@worship-place|@worship-place potholes", &[], &["Church Street's potholes"]);
    check("@deity|@deity sake", &[], &["for God's sake fix it", "for Christ's sake fix it"]);
    check("@gender|@gender room", &[], &["the men's room", "The Women’s League"]);
    check("@faith street", &["the Catholics' street"], &["a Christian Street street"]);
}
