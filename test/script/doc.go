// Package script is snug seen from a terminal: sessions of an ordinary user who
// types commands and looks at what comes back.
//
// # Theory of operation
//
// testdata/script holds one session a topic, in the language of
// testscript (go doc github.com/rogpeppe/go-internal/testscript). Every session
// has a directory of its own, $WORK, with
//
//	$WORK/home       the user's $HOME
//	$WORK/project    where the session starts, so what snug opens for writing
//
// and, besides the commands of testscript,
//
//	status N CMD...     CMD exits with exactly N
//	refused CMD...      CMD exits with 125, says error, cause and fix, prints
//	                    nothing and leaves every file below $WORK as it was
//	json PATH REGEXP    the last standard output is JSON, and matches at PATH
//
// The condition [landlock] holds where the kernel has Landlock with rules for files, [portable]
// where the portable executor is in use.
//
// A session knows nothing of how snug works: it runs the built program, and
// looks from inside and from outside. It runs with both executors, as
// SNUG_PORTABLE says.
//
// What a program inside must not reach is the subject of package confine.
//
// Optional programs (git, node, python3) are used where they are installed;
// nothing is skipped for want of them.
package script
