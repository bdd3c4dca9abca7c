// Package idmap computes the id maps of user namespaces and has them written.
//
// # Theory of operation
//
// A user namespace starts with no ids. Someone has to write, once, into
// /proc/PID/uid_map and /proc/PID/gid_map which ids inside stand for which
// ids outside. A process may write one line by itself, for its own id. For
// anything more the kernel wants CAP_SETUID outside, which an ordinary user
// does not have: the set-user-id programs newuidmap and newgidmap have it, and
// write what /etc/subuid and /etc/subgid grant to their caller.
//
// The package follows that path, and each step stands on its own:
//
//	Subordinate   which ids does the system grant to this user?
//	Auto, New     which map do we want?                        (pure)
//	CheckGrant    would newuidmap agree?                       (pure)
//	NeedsHelper   or can the process write the map by itself?  (pure)
//	Write         run newuidmap and newgidmap
//
// An [Extent] is one line of a map, a [Map] a valid set of lines: what [New]
// accepts, the kernel accepts as well. [Map.Compose] looks at a map through the
// map of the namespace around it, for sandboxes started inside sandboxes.
//
// # Reading grants
//
// What newuidmap consults is the truth, and that need not be a file: with a
// "subid:" line in nsswitch.conf it asks a plug-in, so [Subordinate] then asks
// getsubids(1), which loads the same plug-in. A wrong guess does no harm, since
// newuidmap checks again. The files are read strictly. shadow reads numbers
// with base 0 (0100000 is 32768) and skips lines it does not understand; a
// line that says something else than it seems to say is an error here, with
// its number.
//
// # When it does not work
//
// newuidmap tells "write to uid_map failed: Operation not permitted" for half a
// dozen causes. [Write] therefore collects facts after a failure (mode and
// capabilities of the helper, mount flags, no_new_privs, the state of the
// target) and a pure function chooses the cause. Every error of this package
// has three texts: Error for what failed, Cause for why, Hint for the fix, with
// the exact command where there is one. [CheckHelper] gives the same answer
// before anything exists.
//
// Statements about newuidmap's behaviour were tried with shadow 4.13 and
// compared with the source of 4.20.
package idmap
