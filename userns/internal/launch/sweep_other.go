//go:build !amd64

package launch

import "golang.org/x/sys/unix"

// StartSweeper says that there is none: the caller has to clean up by itself.
func StartSweeper(int, []string) (*Sweeper, error) { return nil, unix.EINVAL }

// BecomeSweeper says the same.
func BecomeSweeper(int, int, []string) error { return unix.EINVAL }
