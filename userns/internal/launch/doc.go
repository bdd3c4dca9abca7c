// Package launch turns a [Program], a flat array of system calls, into a
// running sandbox, and holds the only code that runs between clone and exec.
//
// # Theory of operation
//
// The caller describes everything the new process has to do before it becomes
// pid 1 as data: one [Call] a step, arguments that are numbers, offsets into
// one block of text, or slots that an earlier call filled. Nothing is decided
// on the far side: a call succeeds, fails with an errno that its author allowed
// in advance, or ends the launch with its index and errno. So every failure
// names one step, and --explain can print the program before it runs.
//
// Two executors walk the same program:
//
//   - native (amd64): clone3 with CLONE_VM|CLONE_VFORK, and a loop of forty
//     assembler instructions that touches registers and the program only: no
//     stack, no Go runtime, no copy of the caller's page tables. Its last call
//     executes pid 1, so the memory shared with the caller is gone before any
//     process of the sandbox exists.
//   - portable (every architecture, vm.memfd_noexec=2, SNUG_PORTABLE=1): this
//     executable again, as a single-threaded walker in Go ([Stage]).
//
// Pid 1 is again of two makes with one behaviour, see pid1_amd64.s (half a
// kilobyte, wrapped in an ELF header, sealed in a memfd) and pid1.go.
//
// # Rules of the room
//
//   - Between clone3 and execveat a child Mustn't: use the stack, take a lock,
//     change its uid (a change of uid in a CLONE_VM child flips the caller's own
//     dumpable flag), or start another process.
//   - A process inside Mustn't share, or be a fork of, the caller's memory by
//     the time the target runs: /proc/1/mem would be the caller's secrets.
//   - The caller Should hold one end of the control socket for as long as the
//     sandbox is to live: its death, however sudden, closes the socket, and
//     pid 1 ends the pid namespace.
package launch
