// Gen writes the generated files of package seccomp: run "go generate ./seccomp".
//
// # Theory of operation
//
// Nothing about a filter is worked out when a program starts. Two steps move it here:
//
//	gen tables    zsyscalls.go: the names and numbers of all system calls, out of
//	              golang.org/x/sys in the version go.mod asks for
//	gen default   zdefault_ARCH.go: the default profile, compiled for each architecture
//
// They are two commands because the second is linked with what the first wrote. Both are
// pure functions from sources to the text of a file; a test calls them and compares with
// what is checked in, so that neither a new x/sys nor a change to the profile or to the
// compiler can leave a file behind.
package main
