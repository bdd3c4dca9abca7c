// Package check holds what is tried inside a sandbox: every way out that is known,
// and what has to work in spite of all walls.
//
// # Theory of operation
//
// A check is a name and a function, in the tables at the top of each file. The
// function gets what lies about outside (package bait), tries to reach or change
// it, and returns what was possible. It stops at nothing: the test judges.
//
// Command scout makes them inside; the tests of package confine know them by
// name.
package check
