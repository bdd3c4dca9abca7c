//go:build !amd64

package launch

import "golang.org/x/sys/unix"

// No untested assembly: other architectures use the portable executor.
func haveNative() bool { return false }

func nativeExecutor() executor { return portable{} }

// InitImage says that pid 1 is this executable.
func InitImage() (int, error) { return -1, nil }

// JoinImage says that nothing can enter a sandbox that runs.
func JoinImage() (int, error) { return -1, unix.ENOSYS }
