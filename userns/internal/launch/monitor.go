package launch

import "time"

// Watch is what a monitor has to know of the sandbox it waits for.
type Watch struct {
	Control    Control
	Child      *Child
	Timeout    time.Duration // 0 is none
	StopSignal uint32
	StopTime   time.Duration
	TimeUp     string // said on standard error when Timeout is up
}

// FailedName is how argv[0] begins of a program that its monitor executes again
// because the command could not be started; the errno follows.
const FailedName = "snug:failed:"
