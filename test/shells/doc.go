// Package shells types half a line into real shells, presses tab, and looks at the screen.
//
// # Theory of operation
//
// What `snug completion` prints is a program for a shell, and only that shell can tell whether
// it is right. bash and zsh complete for nobody but an interactive user, so each gets a terminal,
// and a test reads from its other side; fish can be asked (complete -C).
//
// The build tag is shells: zsh and fish have to be there. `make test-shells` installs them.
package shells
