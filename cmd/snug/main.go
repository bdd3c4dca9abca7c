// Command snug runs a command in a room of its own, no root needed.
//
// # Theory of operation
//
// This room knows flags, terminals and exit statuses, and nothing of
// namespaces. One grammar (grammar.go, read by kong) says what can be typed; the
// common form of `snug run` is read by a second, faster reader that is generated
// from the same grammar and leaves everything it doesn't know to kong (fast.go).
// A command turns what was typed into a userns.Spec, and what came of it into
// an exit status:
//
//	0-255    the command's own; 128+n after signal n
//	124      the time limit of --timeout
//	125      snug itself failed, usage included
//	126      the command can't be executed
//	127      the command was not found
package main

import "os"

// Set by the linker for releases.
var version = ""

// asProgram is false in the tests of this package.
var asProgram = true

// One thread all the way: what is cloned inherits the thread's CPUs and slack. While packages
// are initialised the runtime keeps the main goroutine on the first thread, so this runs
// there. runtime.LockOSThread would do it later, and start one more thread to make others
// from: half a percent of a run, and two where page faults are dear.
func init() {
	if asProgram {
		main()
	}
}

func main() {
	restoreThread()
	if os.Args[0] == keeperName {
		os.Exit(keep(os.Args[1:]))
	}
	os.Exit(snug(os.Args[1:]))
}

// Exit statuses of snug's own.
const (
	exitFailed   = 125
	exitNotRun   = 126
	exitNotFound = 127
)

// snug does what args say and returns the exit status.
func snug(args []string) int {
	if len(args) > 0 && args[0] == "run" {
		if cmd := new(runCmd); readFast(cmd, args[1:]) {
			return cmd.Run()
		}
	}
	return parse(args)
}
