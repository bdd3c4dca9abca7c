// Package store keeps a record of every sandbox that runs, so that others can find it.
//
// # Theory of operation
//
// A record is a file of JSON in $XDG_RUNTIME_DIR/snug, which belongs to the user and to
// nobody else (0700), and which no sandbox sees. It is written once the command runs, and
// is there for as long as that. There is no daemon: whoever starts a sandbox writes the
// record and removes it, and both may be killed before they have. So a record is a claim,
// and the kernel is asked whether it is true: the process with that number must have
// started at that time ([Process]), or the number is another's by now. What is not true is
// removed by the next one who looks.
//
// There are no locks, which somebody who is stopped would hold for ever. A record is
// complete when it gets its name (rename(2), link(2)), a name is taken by link(2), which
// fails if there is one, and what is removed is looked at once more under a name that
// nobody else knows ([Dir.Remove]).
//
//	NAME.json    a sandbox with a name, taken before it starts
//	.PID.json    one without, under the number of the process that keeps it
//	NAME.log     what a detached one prints, and NAME.log.1 what was printed before
//	.new-*       a record on its way
//
// # Words
//
// The keeper is the process that the sandbox ends with: snug, or its monitor. Init is pid 1
// of the sandbox, as it is seen from outside.
package store
