//go:build !(386 || amd64 || arm || arm64 || loong64 || ppc64 || ppc64le || riscv64 || s390x)

package seccomp

// There are no tables for this architecture, so [Default] never gives these.
var strictFilter, usernsFilter Filter
