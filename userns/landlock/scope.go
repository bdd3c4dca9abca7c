package landlock

import "golang.org/x/sys/unix"

// Scope is a set of ways to other processes that end at the domain.
type Scope uint64

// The scopes.
const (
	Sockets = Scope(unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET) // sockets with an abstract name
	Signals = Scope(unix.LANDLOCK_SCOPE_SIGNAL)
)

// ScopeABI is the first with scopes. It came with Linux 6.12.
const ScopeABI = 6

// Scopes are those that a kernel with that ABI can hold.
func Scopes(abi int) Scope {
	if abi < ScopeABI {
		return 0
	}
	return Sockets | Signals
}

// Names are the scopes in s, as landlock(7) has them without the prefix.
func (s Scope) Names() []string {
	names := []string{}
	if s&Sockets != 0 {
		names = append(names, "abstract_unix_socket")
	}
	if s&Signals != 0 {
		names = append(names, "signal")
	}
	return names
}
