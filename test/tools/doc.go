// Package tools asks the programs people work with whether the filter of system calls, or
// Landlock, is in their way: compilers, package managers, debuggers, databases, terminals.
//
// # Theory of operation
//
// A file of testdata is a tool. Its work is a shell script that is run twice by `snug run`,
// as it is and with --seccomp none --no-landlock, in two directories that are equal
// otherwise. Both must succeed, both must print what the file says they print (a tool that
// is broken in both ways says nothing), and they must print the same.
//
// The file is a txtar archive. It begins with lines of a word and what belongs to it:
//
//	needs CMD...     commands that must be there
//	flags FLAG...    for snug run, as a user of the tool would type them
//	want REGEXP      what the output must match, in some line; may be repeated
//	ignore REGEXP    lines that may differ, and do occur; a comment says why they may
//
// and then has files:
//
//	prepare          a script that is run once before, and outside, for what a sandbox
//	                 without a network can't have; it leaves files in its directory
//	run              the script, for sh -eu, with the directory as project
//	...              whatever else the two need
//
// A script prints results, not progress: what depends on time, addresses or the order of
// processes is no result. The name of the directory is replaced by PROJECT.
//
// TestDay is the other half: somebody at a terminal, which tmux draws, works for a day in
// `snug run -- bash` with editors, compilers, git, pagers, prompts and tmux itself. What is
// on the screen is what is tested; and that the terminal is afterwards as it was.
//
// A tool that is missing is a skip, and so, where CI is set, a failure. Everything comes
// from Debian and the tests are an ordinary user's: a toolchain in somebody's home is not
// there. What a profile keeps is in a directory of the test's. The rows profile_go and
// profile_node fetch from their registries, as the machine's settings name them, and no
// other row needs a network. Behind the build tag tools: make test-tools.
package tools
