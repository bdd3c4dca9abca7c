package launch

import "golang.org/x/sys/unix"

// Placeholders in a project (package userns says what for) are taken away when the sandbox
// has ended, also when everything of snug was killed. So a process of a few hundred bytes
// is left that waits for just that: the sweeper.
//
//	Should:  outlive whoever started it, whatever signal they get.
//	Mustn't: remove what isn't a placeholder by its mode, or anything while another
//	         sandbox has a lock on the project.

// Sweeper is one that was started.
type Sweeper struct{ pid int }

// Wait waits until it is done, which is soon after pid 1's end.
func (s *Sweeper) Wait() {
	for {
		if _, err := unix.Wait4(s.pid, nil, 0, nil); err != unix.EINTR {
			return
		}
	}
}

// sweeperName is its argv[0], for those who find it in a list of processes.
const sweeperName = "snug: keeps names in the project free"

// sweeperArgs are its arguments. The descriptors are bytes, and none of them NUL.
func sweeperArgs(dir, pidfd int, names []string) []string {
	return append([]string{sweeperName, string([]byte{byte(dir + 1), byte(pidfd + 1)})}, names...)
}

// highestSwept is the highest descriptor that a byte can say.
const highestSwept = 253
