// Package seccomp compiles profiles of system calls to filters for the Linux kernel. It
// knows the profiles of Docker and podman, a text form of its own, also inside TOML, every
// architecture that Go and Linux have in common but MIPS, and a default that is ready when
// the program starts.
//
// # Theory of operation
//
//	text, TOML, JSON ──Load──▶ Profile ──Compile(Target)──▶ Filter ──Install──▶ kernel
//	                           Default ───────────────────────▲
//
// A [Profile] is plain data: rules that give system calls an [Action], by name, by
// conditions on arguments, and by the [Scope] they count in. It is for all architectures at
// once, and [Profile.Text] and [Profile.JSON] write it. [Compile] settles it for a [Target]:
// rules that don't count there are left out, names become numbers, and what results is a
// program in the kernel's classic BPF.
//
// The program looks at three things, in this order:
//
//   - By which architecture did the call come in? A number means one call on amd64 and
//     another by int 0x80, so everything but the target's architectures is killed (or gets
//     Target.Foreign). On amd64 the x32 bit gives ENOSYS next. No profile can open these.
//   - Which number is it? A balanced tree over ranges finds out; neighbours with the same
//     fate are one range, see tree.go. A number that has no name in our tables, because the
//     kernel is newer, gives ENOSYS: that is the answer for which every libc has a fallback.
//   - If there are conditions: do they hold? Arguments have 64 bits and BPF compares 32, so
//     each comparison is one of both halves, see compare.go.
//
// It is written from its end to its start, see assemble.go: BPF jumps forward only, by 255
// at most, and this way every jump knows how far it has to go.
//
// # What costs nothing
//
// This package is linked into programs that start thousands of times. Its tables are arrays
// in the program's data; there is no map, and nothing runs before main. The default filters
// are not compiled then either: "go generate" does so for each architecture, a test tells
// when the result is stale, and [Default] returns a pointer.
//
// # Why the answers can be believed
//
// Package internal/sim runs filters without a kernel. The tests ask the compiled filter and
// a naive reading of the profile about a million calls or more on every architecture, and
// count them: Docker's profile, the default ones, and random ones, with arguments at the
// edges where comparisons go wrong. The same filters are then tried on the real kernel, in a
// process that is given up for it. [Filter.Decide] is the same reading, for everybody.
//
// # What was refused
//
// The kernel tells nobody but root. [Filter.Asking] makes a filter that asks where it would
// refuse; package notify answers, and keeps a list.
//
// # Limits
//
// A filter sees registers and never memory. It can't tell which file is opened, nor what
// clone3's flags are (the default profile refuses it, and libc uses clone). It holds for
// a thread and all its descendants, and can't be taken off.
package seccomp
