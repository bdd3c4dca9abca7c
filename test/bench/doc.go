// Command bench compares snug with bubblewrap, and for scale with unshare, crun and no
// sandbox at all, on the machine it runs on.
//
//	bench -snug bin/snug [-n ROUNDS] [-smoke] [-only PART]
//
// Times on one machine mean little and ratios a lot, so contestants always run
// interleaved (A B C A B C ...), each round gives one ratio to the first contestant, and
// the median of these ratios is the result. What disturbs the machine for a while
// disturbs all of them alike.
//
// The first contestant is bubblewrap with flags that isolate as much as snug does with
// none (contestants.go). Everybody starts from the same bare fork and exec (spawn.go) of
// a process that does nothing else, and the smallest possible program is the target
// (target.go), so that the launch is measured and not the launched.
//
// The filter of system calls is measured by itself as well (seccomp.go): beside what
// libseccomp, by a helper in C, makes of the same profile, beside the shortest filter
// there can be, and beside none. Filters are compared only after they gave the same
// answers to many calls (agree.go).
//
// Each part runs in a process of its own and hands its tables back as JSON: one needs
// a mount namespace, one counts its descendants, and none should meet the garbage of
// another. The report goes to standard output, progress to standard error. The exit
// status is 1 if a contestant failed; a missed bar is reported and is no failure.
package main
