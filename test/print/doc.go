// Package print runs what `snug run --print` prints, with the real programs.
//
// # Theory of operation
//
// A line for bubblewrap or unshare that nobody has run is a guess. Here each line and each
// bundle is made by the built snug, run by the peer as an ordinary user, and a shell script
// inside (probe) looks around: who is it, what can it write, what does it see of the home, of
// the network and of the caller's environment? What is expected is what snug itself gives for
// the same flags, but for what the line says it can't do.
//
// The build tag is peers: the tests need bubblewrap, util-linux, crun and runc.
// `make test-print` installs them.
package print
