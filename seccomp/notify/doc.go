// Package notify tells what a filter of system calls refused, and learns from a command
// what its filter would have to allow. It needs no privilege, no audit log and no tracer.
//
// # Theory of operation
//
//	command ──call──▶ kernel: filter says Notify ──▶ listener ──▶ this program
//	   ▲                                                             │
//	   └────────────── errno, or "go on" ◀──────── Filter.Decide ◀───┘
//
// The kernel has an action by which a filter asks somebody: SECCOMP_RET_USER_NOTIF, see
// seccomp_unotify(2). The thread that made the call waits; whoever holds the filter's
// listener reads what the call was, and says what it returns. A [Listener] is that
// descriptor.
//
// [Refusals] has a filter ask where it would refuse. The answer is what the filter itself
// would have said, worked out by [seccomp.Filter.Decide] on the same registers: so a
// sandbox with a report allows exactly what it allows without, and calls that pass never
// come here at all. A kill is carried out by SIGKILL, since an answer can't be a death.
//
// [Lesson] has a filter ask about everything, lets everything pass, and writes down a
// profile of what it saw.
//
// # What may be believed
//
// Registers are the kernel's copy and can't change while the thread waits. Memory can,
// by another thread: names of files in a report are what somebody found there, and nothing
// is decided by them. Whether a notification is still good is asked after reading, since a
// thread that was killed leaves a number that somebody else can get.
//
// When this program dies its descriptor goes, and what would have been asked gives ENOSYS:
// a filter that asks fails closed.
package notify
