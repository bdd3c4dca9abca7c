// Package why says what of a sandbox was in a command's way: files of the host that are
// hidden or read-only inside, and hosts that it tried without a network.
//
// # Theory of operation
//
//	notify ──Touch──▶ Witness: what is there inside?  ──▶ seen, with an end to it
//	                                                       │ the command has ended
//	report ◀── merge ◀── judge: what is there outside? ◀───┘
//
// While the command runs, a [Witness] hears of every call that names a file or an address,
// before it is made. It looks only at the inside, as the command could itself: is the file
// there, can its mount be written? What is as it would be outside is forgotten at once. What
// is missing in a directory of the sandbox's own, or read-only, is kept; how much of that has
// an end, since a command can ask for ever other names.
//
// When the command has ended the host is asked: a path that is missing there, too, or that
// the caller couldn't write either, isn't the sandbox's doing. Not before: a command could
// tell by the time its call takes whether a hidden file exists.
//
// What is left is merged, so that five hundred files below a directory are a line, and each
// line has the flag that would open just that. What opens a secret, or a way to more than
// files, is said to be that; the whole of a home is never proposed.
//
// Nothing is decided here about any call. Another thread can change a name after it was
// looked at: a report can be wrong then, and the sandbox can't.
package why
