// Command summary runs `go test -json` and says what matters about the result.
//
//	summary LABEL [go test argument]...
//
// A run of `go test` hides the reason of a skip unless -v drowns it in everything else.
// Here each package gets its line, a failure its whole output, each skip its reason, and
// the last line counts: "native: 120 passed, 0 failed, 2 skipped".
//
// The exit status is 1 if anything failed, or if CI is set and anything was skipped:
// the machine that decides about a change must be able to run every test.
package main
