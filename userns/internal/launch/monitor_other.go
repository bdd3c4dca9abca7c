//go:build !amd64

package launch

import "golang.org/x/sys/unix"

// Become is not to be had without an assembled monitor.
func (w *Watch) Become() error { return unix.ENOSYS }
